"""Works on the tickets that bad reviews open: the department verifies, puts right, calls back and closes."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.core.calendar import deadline
from marketplace.core.errors import InvalidInput, NotAllowed
from marketplace.notices.services import notify
from marketplace.store import policy
from marketplace.store.links import page_for
from marketplace.store.models import FollowUp


def verify_follow_up(*, follow_up: FollowUp, by: User, now: datetime) -> None:
    """The complaint holds."""
    _require_right(follow_up, by)
    follow_up.verify(by=by, now=now)


def declare_follow_up_unfounded(*, follow_up: FollowUp, by: User, reason: str, now: datetime) -> None:
    """The complaint doesn't hold; the reason is public."""
    _require_right(follow_up, by)
    why = _need(reason, "reason", 500)
    with transaction.atomic():
        follow_up.declare_unfounded(by=by, now=now, reason=why)
        _tell_citizen(follow_up, now)


def rectify_follow_up(*, follow_up: FollowUp, by: User, now: datetime) -> None:
    """Begin to put it right."""
    _require_right(follow_up, by)
    follow_up.rectify(by=by, now=now)


def extend_follow_up(*, follow_up: FollowUp, by: User, reason: str, now: datetime) -> None:
    """Call it complex: fifteen working days from opening instead of five, with a reason, once."""
    _require_right(follow_up, by)
    due_at = deadline(follow_up.opened_at, policy.COMPLEX_RECTIFY_DAYS)
    follow_up.extend(by=by, now=now, reason=_need(reason, "reason", 300), due_at=due_at)


def call_back_follow_up(*, follow_up: FollowUp, by: User, measure: str, now: datetime) -> None:
    """The citizen was told what was put right; the measure is public."""
    _require_right(follow_up, by)
    with transaction.atomic():
        follow_up.call_back(by=by, now=now, measure=_need(measure, "measure", 1000))
        _tell_citizen(follow_up, now)


def reopen_follow_up(*, follow_up: FollowUp, by: User, now: datetime) -> None:
    """The citizen isn't content: put it right again. The citizen says so, or the department on the phone."""
    _require_right_or_citizen(follow_up, by)
    follow_up.reopen(by=by, now=now)


def close_follow_up(*, follow_up: FollowUp, by: User, now: datetime) -> None:
    """The citizen is content. The citizen says so, or the department on the phone."""
    _require_right_or_citizen(follow_up, by)
    follow_up.close(by=by, now=now)


def _tell_citizen(follow_up: FollowUp, now: datetime) -> None:
    review = follow_up.review
    path = page_for(review.citizen, "reviews")
    params: dict[str, object] = {"number": review.case.number, "state": follow_up.state}
    notify(users=[review.citizen], kind="follow-up-answered", now=now, params=params, path=path)


def _require_right(follow_up: FollowUp, user: User) -> None:
    if not user.can_in(follow_up.review.case.department, "followups.work"):
        raise NotAllowed(_("Only the department's publishers work on its follow-ups."))


def _require_right_or_citizen(follow_up: FollowUp, user: User) -> None:
    if follow_up.review.citizen_id != user.pk:
        _require_right(follow_up, user)


def _need(text: str, field: str, limit: int) -> str:
    text = text.strip()
    if not text:
        raise InvalidInput(_("Write a sentence: the public reads it."), code="text-missing", field=field)
    if len(text) > limit:
        raise InvalidInput(_("This is too long."), code="too-long", field=field)
    return text
