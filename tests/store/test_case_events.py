"""Departments report over the API; every case moves once, whatever comes twice, late, or out of order."""

import json
from datetime import timedelta

import pytest
from django.db.models import Sum

from marketplace.core.errors import InvalidInput
from marketplace.store.models import Case, IncomingEvent, RejectedEvent
from marketplace.store.services import receive_batch, receive_event, resolve_event
from marketplace.store.services.cases import launch_case
from marketplace.store.signals import case_decided
from tests import factory
from tests.store import factory as store

pytestmark = pytest.mark.django_db

EVENTS = "/api/v1/events"
HOUR = timedelta(hours=1)


@pytest.fixture
def case(cast, now):
    return launch_case(listing=factory.market(cast, now=now), citizen=cast.citizen, now=now)[0]


@pytest.fixture
def token(cast, now):
    return store.token(cast.police, cast.editor, now=now)


@pytest.fixture(autouse=True)
def _at(monkeypatch, now):
    monkeypatch.setattr("marketplace.core.clock._source", lambda: now + 3 * HOUR)


def post(client, body, secret, kind="application/cloudevents+json"):
    data = body if isinstance(body, (str, bytes)) else json.dumps(body)
    return client.post(EVENTS, data, content_type=kind, headers={"Authorization": f"Bearer {secret}"})


def test_accepted_then_completed(client, case, token, now):
    assert post(client, store.event(case, "accepted", now), token[1]).json()["state"] == "accepted"
    answer = post(client, store.event(case, "completed", now + HOUR), token[1])
    assert answer.status_code == 200
    assert answer.json() | {"id": ""} == {
        "id": "", "outcome": "applied", "duplicate": False, "late": False, "case": case.number, "state": "completed"
    }  # fmt: skip
    case.refresh_from_db()
    assert (case.accepted_at, case.decided_at, case.confirmed_by) == (now, now + HOUR, "api")
    assert case.recorded_at == now + 3 * HOUR
    assert [step.kind for step in case.steps.all()] == ["launched", "accepted", "completed"]


def test_completion_implies_acceptance(client, case, token, now):
    assert post(client, store.event(case, "completed", now), token[1]).json()["state"] == "completed"


def test_the_same_event_again_changes_nothing_and_is_counted(client, case, token, now):
    event = store.event(case, "completed", now)
    heard = []
    case_decided.connect(lambda sender, case, **kwargs: heard.append(case), weak=False, dispatch_uid="test")
    try:
        first, second = post(client, event, token[1]), post(client, event, token[1])
    finally:
        case_decided.disconnect(dispatch_uid="test")
    assert (first.json()["duplicate"], second.json()["duplicate"]) == (False, True)
    assert heard == [case]
    assert IncomingEvent.objects.get().duplicates == 1


def test_the_same_id_with_other_content_is_a_conflict(client, case, token, now):
    event = store.event(case, "completed", now)
    post(client, event, token[1])
    answer = post(client, event | {"time": (now + HOUR).isoformat()}, token[1])
    assert answer.status_code == 409
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["type"].endswith("/event-id-reused")


@pytest.mark.parametrize("other", ["denied", "not_accepted"])
def test_contradicting_decisions_wait_for_a_person_and_hold_the_case(client, case, token, cast, now, other):
    post(client, store.event(case, "completed", now), token[1])
    answer = post(client, store.event(case, other, now), token[1])
    assert (answer.status_code, answer.json()["outcome"]) == (202, "review")
    case.refresh_from_db()
    assert (case.state, case.held) == ("completed", True)
    waiting = IncomingEvent.objects.waiting().get()
    resolve_event(event=waiting, resolution="kept", by=cast.publisher, now=now + HOUR)
    case.refresh_from_db()
    assert case.held is False


def test_a_completion_after_withdrawal_waits_for_a_person(client, case, token, cast, now):
    case.withdraw(by=cast.citizen, now=now)
    assert post(client, store.event(case, "completed", now), token[1]).status_code == 202
    case.refresh_from_db()
    assert (case.state, case.held) == ("withdrawn", True)


def test_late_events_are_marked(case, token, now):
    receipt = receive_event(token=token[0], event=store.event(case, "completed", now), now=now + timedelta(days=3))
    assert receipt.event.late


def test_a_supplement_stops_the_clock(client, case, token, now):
    post(client, store.event(case, "accepted", now), token[1])
    case.refresh_from_db()
    promised = case.due_at
    post(client, store.event(case, "supplement_requested", now + HOUR), token[1])
    case.refresh_from_db()
    assert (case.state, case.due_at) == ("supplement", None)
    post(client, store.event(case, "supplement_received", now + 3 * HOUR), token[1])
    case.refresh_from_db()
    assert (case.state, case.due_at) == ("accepted", promised + 2 * HOUR)


def test_a_bad_token_is_refused_and_counted(client, case, now):
    for secret in ("", "mst0000.wrong"):
        answer = post(client, store.event(case, "completed", now), secret)
        assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert client.post(EVENTS, {}, content_type="application/cloudevents+json").status_code == 401
    assert RejectedEvent.objects.aggregate(n=Sum("times"))["n"] == 3


def test_a_token_without_the_scope_is_refused(client, case, cast, now):
    _token, secret = store.token(cast.police, cast.editor, now=now, scopes=["reports:read"])
    assert post(client, store.event(case, "completed", now), secret).status_code == 403


def test_an_unknown_case_and_another_departments_case_get_the_same_answer(client, case, cast, token, now):
    unknown = post(client, store.event(case, "completed", now, subject="MS260803000000000"), token[1])
    housing = store.token(cast.housing, cast.editor, now=now)[1]
    other = post(client, store.event(case, "completed", now, source="urn:minshi:housing"), housing)
    assert (unknown.status_code, other.status_code) == (404, 404)
    assert unknown.json()["type"] == other.json()["type"]
    assert set(RejectedEvent.objects.values_list("code", flat=True)) == {"unknown-case", "other-department"}
    case.refresh_from_db()
    assert case.state == Case.State.LAUNCHED


def test_another_source_is_refused(client, case, token, now):
    answer = post(client, store.event(case, "completed", now, source="urn:minshi:housing"), token[1])
    assert (answer.status_code, answer.json()["type"].split("/")[-1]) == (403, "other-source")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"specversion": "0.3"}, "specversion"),
        ({"id": ""}, "id"),
        ({"id": 7}, "id"),
        ({"type": "minshi.case.paid.v1"}, "type"),
        ({"time": "yesterday"}, "time"),
        ({"time": "2026-08-03T10:00:00"}, "time"),
        ({"time": "2027-01-01T00:00:00Z"}, "time"),
        ({"time": "2020-01-01T00:00:00Z"}, "time"),
        ({"data": []}, "data"),
        ({"data": {"result": 1}}, "data/result"),
        ({"data": {"result": "x" * 201}}, "data/result"),
        ({"type": "minshi.case.denied.v1", "data": {"reason": "x"}}, "data/remedy"),
        ({"type": "minshi.case.supplement_requested.v1", "data": {}}, "data/note"),
    ],
)
def test_what_does_not_fit_is_named(client, case, token, now, change, field):
    answer = post(client, store.event(case, "completed", now) | change, token[1])
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert not IncomingEvent.objects.exists()


def test_other_content_types_and_broken_bodies_are_refused(client, token):
    assert post(client, "{}", token[1], "application/json").status_code == 415
    assert post(client, "{", token[1]).status_code == 400
    assert post(client, "[]", token[1]).status_code == 400
    assert post(client, b"\xff\xfe{}", token[1]).status_code == 400
    assert post(client, "[" * 100_000, token[1], "application/cloudevents-batch+json").status_code == 400


def test_a_batch_is_answered_event_by_event(client, case, token, now):
    good, bad = store.event(case, "accepted", now), store.event(case, "completed", now, subject="MS1")
    again = store.event(case, "completed", now + HOUR)
    answer = post(client, [good, bad, good, "x", again], token[1], "application/cloudevents-batch+json")
    assert [each["status"] for each in answer.json()] == [200, 404, 200, 422, 200]
    case.refresh_from_db()
    assert case.state == "completed"


def test_a_batch_has_a_limit(token, case, now):
    with pytest.raises(InvalidInput):
        receive_batch(token=token[0], events=[{}] * 501, now=now)
