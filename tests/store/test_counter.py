"""The counter: a clerk finds a case by its number and records what the department has done."""

import pytest
from django.urls import reverse

from marketplace.core.errors import NotAllowed
from marketplace.store.models import Case, IncomingEvent
from marketplace.store.services import launch_case, record_clerk_decision
from tests import factory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at(monkeypatch, now):
    monkeypatch.setattr("marketplace.core.clock._source", lambda: now)


@pytest.fixture
def case(cast, now):
    return launch_case(listing=factory.market(cast, now=now), citizen=cast.citizen, now=now)[0]


def test_a_clerk_types_the_number_and_accepts(client, case, cast):
    client.force_login(cast.editor)
    typed = f"{case.number[:8].lower()} {case.number[8:]}"
    answer = client.get(reverse("store:clerk"), {"number": typed})
    assert answer["Location"] == reverse("store:clerk-case", args=[case.number])
    client.post(answer["Location"], {"kind": "accepted"})
    client.post(answer["Location"], {"kind": "completed", "result": "居住证"})
    case.refresh_from_db()
    assert (case.state, case.confirmed_by, case.result) == ("completed", "clerk", "居住证")
    assert IncomingEvent.objects.filter(by=cast.editor).count() == 2


def test_a_slip_of_the_finger_and_an_unknown_number_are_told(client, case, cast):
    client.force_login(cast.editor)
    wrong = case.number[:-1] + str((int(case.number[-1]) + 1) % 10)
    assert client.get(reverse("store:clerk"), {"number": wrong}).status_code == 200
    Case.objects.update(department=factory.department("other"))
    assert client.get(reverse("store:clerk"), {"number": case.number}).status_code == 200
    assert client.get(reverse("store:clerk-case", args=[case.number])).status_code == 404


def test_a_denial_needs_reason_and_remedy(client, case, cast):
    client.force_login(cast.editor)
    address = reverse("store:clerk-case", args=[case.number])
    assert client.post(address, {"kind": "denied", "reason": "材料不实"}).status_code == 200
    case.refresh_from_db()
    assert case.state == "launched"
    client.post(address, {"kind": "denied", "reason": "材料不实", "remedy": "可申请行政复议"})
    case.refresh_from_db()
    assert (case.state, case.remedy) == ("denied", "可申请行政复议")


def test_a_finished_case_offers_nothing_to_record(client, case, cast, now):
    record_clerk_decision(case=case, kind="completed", by=cast.editor, now=now)
    client.force_login(cast.editor)
    address = reverse("store:clerk-case", args=[case.number])
    assert 'name="kind"' not in client.get(address).content.decode()
    client.post(address, {"kind": "denied", "reason": "x", "remedy": "y"})
    case.refresh_from_db()
    assert (case.state, case.held) == ("completed", False)


@pytest.mark.parametrize("who", ["developer", "citizen", "operator"])
def test_nobody_else_decides(case, cast, now, who):
    with pytest.raises(NotAllowed):
        record_clerk_decision(case=case, kind="completed", by=getattr(cast, who), now=now)
