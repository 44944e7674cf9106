"""Every state of listing, case and follow-up meets every verb: moved where the table says so, refused elsewhere."""

import pytest

from marketplace.core.errors import Conflict, MoveRefused
from marketplace.store.models import Case, FollowUp, Listing
from marketplace.store.services import submit_review
from tests import factory
from tests.store import factory as store

pytestmark = pytest.mark.django_db

WORDS = {"reason": "材料不实", "remedy": "可申请行政复议"}

LISTING_VERBS = {
    "approve": (lambda row, by, now: row.approve(by=by, now=now), {"pending"}, "listed"),
    "refuse": (lambda row, by, now: row.refuse(by=by, now=now, reason="x"), {"pending"}, "refused"),
    "suspend": (lambda row, by, now: row.suspend(by=by, now=now, reason="x"), {"listed"}, "suspended"),
    "resume": (lambda row, by, now: row.resume(by=by, now=now), {"suspended"}, "listed"),
    "delist": (lambda row, by, now: row.delist(by=by, now=now, reason="x"), {"listed", "suspended"}, "delisted"),
}
CASE_VERBS = {
    "accept": (lambda row, by, now: row.accept(by=by, now=now), {"launched", "supplement"}, "accepted"),
    "ask_supplement": (lambda row, by, now: row.ask_supplement(by=by, now=now), {"accepted"}, "supplement"),
    "refuse_acceptance": (
        lambda row, by, now: row.refuse_acceptance(by=by, now=now, at=now, confirmed_by="api", **WORDS),
        {"launched"},
        "not_accepted",
    ),
    "complete": (
        lambda row, by, now: row.complete(by=by, now=now, at=now, confirmed_by="api"),
        {"accepted"},
        "completed",
    ),
    "deny": (
        lambda row, by, now: row.deny(by=by, now=now, at=now, confirmed_by="api", **WORDS),
        {"accepted"},
        "denied",
    ),
    "withdraw": (
        lambda row, by, now: row.withdraw(by=by, now=now),
        {"launched", "accepted", "supplement"},
        "withdrawn",
    ),
}
FOLLOW_UP_VERBS = {
    "verify": (lambda row, by, now: row.verify(by=by, now=now), {"open"}, "verified"),
    "declare_unfounded": (
        lambda row, by, now: row.declare_unfounded(by=by, now=now, reason="x"),
        {"open"},
        "unfounded",
    ),
    "rectify": (lambda row, by, now: row.rectify(by=by, now=now), {"verified"}, "rectifying"),
    "call_back": (lambda row, by, now: row.call_back(by=by, now=now, measure="x"), {"rectifying"}, "called_back"),
    "reopen": (lambda row, by, now: row.reopen(by=by, now=now), {"called_back"}, "rectifying"),
    "close": (lambda row, by, now: row.close(by=by, now=now), {"called_back"}, "closed"),
}


@pytest.fixture
def listing(cast, now):
    return factory.market(cast, now=now)


@pytest.fixture
def follow_up(listing, cast, now):
    case = store.decided_case(listing, cast.citizen, now=now)
    return submit_review(case=case, citizen=cast.citizen, service_level=1, app_level=1, now=now).follow_up


def walk(row, state, verb, by, now, **needed):
    act, starts, ends = verb
    type(row).objects.filter(pk=row.pk).update(state=state, **needed)
    row.refresh_from_db()
    if state in starts:
        act(row, by, now)
        assert row.state == ends
    else:
        with pytest.raises(MoveRefused):
            act(row, by, now)
    row.refresh_from_db()
    assert row.state == (ends if state in starts else state)


@pytest.mark.parametrize("verb", sorted(LISTING_VERBS))
@pytest.mark.parametrize("state", Listing.State.values)
def test_listings(listing, cast, now, state, verb):
    walk(listing, state, LISTING_VERBS[verb], cast.operator, now)


@pytest.mark.parametrize("verb", sorted(CASE_VERBS))
@pytest.mark.parametrize("state", Case.State.values)
def test_cases(listing, cast, now, state, verb):
    case = factory.case(listing, cast.citizen, now=now)
    needed = WORDS | {"decided_at": now, "recorded_at": now, "confirmed_by": "api"}
    walk(case, state, CASE_VERBS[verb], cast.editor, now, **needed)


@pytest.mark.parametrize("verb", sorted(FOLLOW_UP_VERBS))
@pytest.mark.parametrize("state", FollowUp.State.values)
def test_follow_ups(follow_up, cast, now, state, verb):
    walk(follow_up, state, FOLLOW_UP_VERBS[verb], cast.publisher, now, unfounded_reason="x")


@pytest.mark.parametrize("state", FollowUp.State.values)
def test_extending_is_for_follow_ups_that_are_worked_on(follow_up, cast, now, state):
    FollowUp.objects.update(state=state, unfounded_reason="x")
    act = {"by": cast.publisher, "now": now, "reason": "需多部门协调", "due_at": follow_up.rectify_due_at}
    if state in {"open", "verified", "rectifying"}:
        follow_up.extend(**act)
    with pytest.raises(Conflict):
        follow_up.extend(**act)


def test_every_move_of_the_tables_has_a_verb():
    for model, verbs in ((Listing, LISTING_VERBS), (Case, CASE_VERBS), (FollowUp, FOLLOW_UP_VERBS)):
        moves = {(start, end) for start, ends in model.TRANSITIONS.items() for end in ends}
        assert moves == {(start, end) for _act, starts, end in verbs.values() for start in starts}
