"""Follow-ups: worked on by the department in charge, clocks in working days, escalated once when overdue."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from marketplace.core.errors import InvalidInput, NotAllowed
from marketplace.store.models import FollowUp
from marketplace.store.services import (
    call_back_follow_up,
    close_follow_up,
    declare_follow_up_unfounded,
    extend_follow_up,
    rectify_follow_up,
    reopen_follow_up,
    submit_review,
    verify_follow_up,
)
from marketplace.store.tasks import mark_overdue_follow_ups
from tests import factory
from tests.store import factory as store

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch, now):
    """A clock that the test can put forward."""
    hands = {"now": now}
    monkeypatch.setattr("marketplace.core.clock._source", lambda: hands["now"])
    return hands


@pytest.fixture
def follow_up(cast, now, clock):
    case = store.decided_case(factory.market(cast, now=now), cast.citizen, now=now)
    return submit_review(case=case, citizen=cast.citizen, service_level=1, app_level=5, now=now).follow_up


def to_called_back(follow_up, cast, now):
    verify_follow_up(follow_up=follow_up, by=cast.publisher, now=now)
    rectify_follow_up(follow_up=follow_up, by=cast.publisher, now=now)
    call_back_follow_up(follow_up=follow_up, by=cast.publisher, measure="已增设窗口", now=now)


def test_the_whole_way_with_a_citizen_who_is_not_content_at_first(follow_up, cast, now):
    to_called_back(follow_up, cast, now)
    reopen_follow_up(follow_up=follow_up, by=cast.citizen, now=now)
    assert (follow_up.state, follow_up.satisfied) == ("rectifying", False)
    call_back_follow_up(follow_up=follow_up, by=cast.publisher, measure="再次整改", now=now)
    close_follow_up(follow_up=follow_up, by=cast.citizen, now=now)
    assert (follow_up.state, follow_up.satisfied, follow_up.closed_at) == ("closed", True, now)


@pytest.mark.parametrize("who", ["editor", "developer", "stranger", "operator"])
def test_nobody_else_works_on_it(follow_up, cast, now, who):
    by = getattr(cast, who)
    for act, words in (
        (verify_follow_up, {}),
        (rectify_follow_up, {}),
        (close_follow_up, {}),
        (reopen_follow_up, {}),
        (declare_follow_up_unfounded, {"reason": "x"}),
        (extend_follow_up, {"reason": "x"}),
        (call_back_follow_up, {"measure": "x"}),
    ):
        with pytest.raises(NotAllowed):
            act(follow_up=follow_up, by=by, now=now, **words)


def test_unfounded_and_measures_need_words(follow_up, cast, now):
    with pytest.raises(InvalidInput):
        declare_follow_up_unfounded(follow_up=follow_up, by=cast.publisher, reason=" ", now=now)
    with pytest.raises(InvalidInput):
        call_back_follow_up(follow_up=follow_up, by=cast.publisher, measure="x" * 1001, now=now)


def test_complex_ones_have_fifteen_working_days_from_opening(follow_up, cast, now):
    verify_follow_up(follow_up=follow_up, by=cast.publisher, now=now)
    extend_follow_up(follow_up=follow_up, by=cast.publisher, reason="需多部门协调", now=now + timedelta(days=2))
    assert follow_up.rectify_due_at == datetime(2026, 8, 24, 16, tzinfo=UTC)


def test_overdue_ones_are_escalated_once(follow_up, cast, clock):
    assert mark_overdue_follow_ups() == 0
    clock["now"] = follow_up.verify_due_at
    assert mark_overdue_follow_ups() == 1
    assert mark_overdue_follow_ups() == 0
    kinds = list(cast.publisher.notices.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["follow-up-opened", "follow-up-overdue"]
    assert FollowUp.objects.get().escalated_at == clock["now"]


def test_a_finished_one_is_never_overdue(follow_up, cast, now, clock):
    declare_follow_up_unfounded(follow_up=follow_up, by=cast.publisher, reason="系统记录显示按时办结", now=now)
    clock["now"] = now + timedelta(days=60)
    assert mark_overdue_follow_ups() == 0
    assert not follow_up.is_overdue(clock["now"])


def test_the_desk_walks_it_through(client, follow_up, cast):
    client.force_login(cast.publisher)
    address = reverse("store:follow-up", args=[follow_up.pk])
    for form, state in (
        ({"verb": "verify"}, "verified"),
        ({"verb": "extend", "reason-reason": "复杂"}, "verified"),
        ({"verb": "rectify"}, "rectifying"),
        ({"verb": "call_back", "measure-measure": "已整改"}, "called_back"),
        ({"verb": "close"}, "closed"),
    ):
        assert client.post(address, form).status_code == 302
        follow_up.refresh_from_db()
        assert follow_up.state == state
        assert client.get(address).status_code == 200
    assert client.post(address, {"verb": "verify"}).status_code == 409


def test_the_citizen_answers_on_their_own_page(client, follow_up, cast, now):
    to_called_back(follow_up, cast, now)
    client.force_login(cast.citizen)
    assert reverse("store:answer", args=[follow_up.pk]) in client.get(reverse("store:reviews")).content.decode()
    client.post(reverse("store:answer", args=[follow_up.pk]), {"content": "no"})
    follow_up.refresh_from_db()
    assert follow_up.state == "rectifying"
