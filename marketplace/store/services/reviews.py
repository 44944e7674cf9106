"""Takes in what citizens say about finished cases, what vendors reply, and what moderators do about it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import DepartmentMembership, User
from marketplace.core import audit
from marketplace.core.calendar import deadline
from marketplace.core.errors import Conflict, InvalidInput, NotAllowed
from marketplace.notices.services import notify
from marketplace.store import policy, tags
from marketplace.store.links import page_for
from marketplace.store.models import Case, FollowUp, Review
from marketplace.store.services.tallies import count_review
from marketplace.store.signals import review_changed, review_submitted
from vendors.models import Member, Vendor

LEVELS = range(1, 6)


def may_review(*, case: Case, citizen: User, now: datetime) -> object:
    """Return why the citizen can't review the case (a sentence), or None when they can."""
    if case.citizen_id != citizen.pk:
        return _("Only the person whose case it was can review it.")
    if not case.is_decided or case.recorded_at is None:
        return _("A case can be reviewed once the department has decided it.")
    if now > case.recorded_at + policy.REVIEW_WINDOW:
        days = policy.REVIEW_WINDOW.days
        return _("The time for a review is over: it was %(days)s days from the decision.") % {"days": days}
    if case.own_people or Member.objects.filter(vendor=case.listing.app.vendor_id, user=citizen).exists():
        return _("People of the vendor don't review its own apps.")
    return None


def submit_review(
    *,
    case: Case,
    citizen: User,
    service_level: int,
    app_level: int,
    now: datetime,
    tags: Sequence[str] = (),
    text: str = "",
    suggestion: str = "",
) -> Review:
    """Store the one review of a decided case; a bad one opens a follow-up in the same transaction.

    Raises NotAllowed for anyone but the citizen, Conflict `reviewed-already` the second time, InvalidInput when a
    level is missing or out of 1..5, or a tag is unknown.
    """
    chosen = _valid_tags(tags)
    for name, level in (("service_level", service_level), ("app_level", app_level)):
        if level not in LEVELS:
            raise InvalidInput(_("Choose one of the five levels."), code="level-missing", field=name)
    case = Case.objects.select_related("listing__app", "service_item", "department").get(pk=case.pk)
    if refusal := may_review(case=case, citizen=citizen, now=now):
        raise NotAllowed(refusal, code="review-refused")
    try:
        with transaction.atomic():
            review = Review.objects.create(
                case=case,
                citizen=citizen,
                app_id=case.listing.app_id,
                version_id=case.version_id,
                service_item_id=case.service_item_id,
                service_level=service_level,
                app_level=app_level,
                tags=chosen,
                tags_version=_tags_version(),
                text=text.strip()[:1000],
                suggestion=suggestion.strip()[:1000],
                submitted_at=now,
                held=case.held,
                held_reason=case.held_reason,
            )
            levels = {"service_level": service_level, "app_level": app_level}
            audit.record("submitted", review, by=citizen, now=now, after=levels)
            count_review(review, by=1)
            if review.is_bad:
                _open_follow_up(review, now)
            review_submitted.send(sender=Review, review=review, now=now)
    except IntegrityError as error:
        raise Conflict(_("You have reviewed this case already."), code="reviewed-already") from error
    return review


def add_to_review(*, review: Review, citizen: User, text: str, now: datetime) -> None:
    """Add once, later, to what was said (追评); the levels stay."""
    if review.citizen_id != citizen.pk:
        raise NotAllowed(_("This is somebody else's review."))
    said = _need_text(text, _("Write what you want to add."))
    refusal = _("You have added to this review already.")
    review.change(
        "added", by=citizen, now=now, unless=Q(added_at__isnull=False), refusal=refusal, addition=said, added_at=now
    )


def reply_to_review(*, review: Review, by: User, text: str, now: datetime) -> None:
    """The vendor answers in public, once."""
    if not Vendor.objects.where(by, "reviews.reply").filter(pk=review.app.vendor_id).exists():
        raise NotAllowed(_("Only people of the vendor reply."))
    said = _need_text(text, _("Write a reply."))
    gone = Q(replied_at__isnull=False) | Q(removed_at__isnull=False)
    refusal = _("This review has a reply already, or was removed.")
    with transaction.atomic():
        review.change("replied", by=by, now=now, unless=gone, refusal=refusal, reply=said, replied_at=now)
        path = page_for(review.citizen, "reviews")
        notify(users=[review.citizen], kind="review-replied", now=now, params={"number": review.case.number}, path=path)


def hold_review(*, review: Review, by: User, reason: str, now: datetime) -> None:
    """Set a review aside from score and money until a moderator decides; it stays visible as held."""
    _require_moderator(by)
    why = _need_text(reason, _("Say why: the public reads it."))[:200]
    unless = Q(held=True) | Q(removed_at__isnull=False)
    with transaction.atomic():
        counted = review.counts
        review.change("held", by=by, now=now, unless=unless, refusal=_already(), held=True, held_reason=why)
        _changed(review, -1 if counted else 0, now)


def release_review(*, review: Review, by: User, now: datetime) -> None:
    """Let a held review count again."""
    _require_moderator(by)
    unless = Q(held=False) | Q(removed_at__isnull=False)
    with transaction.atomic():
        review.change("released", by=by, now=now, unless=unless, refusal=_already(), held=False, held_reason="")
        _changed(review, 1, now)


def remove_review(*, review: Review, by: User, reason: str, now: datetime) -> None:
    """Take a review down because its content breaks the law; the removal is counted and explained in public."""
    _require_moderator(by)
    why = _need_text(reason, _("Say why: the public reads it."))[:300]
    with transaction.atomic():
        counted = review.counts
        removed = Q(removed_at__isnull=False)
        review.change("removed", by=by, now=now, unless=removed, refusal=_already(), removed_at=now, removal_reason=why)
        _changed(review, -1 if counted else 0, now)
        path = page_for(review.citizen, "reviews")
        params: dict[str, object] = {"number": review.case.number, "reason": why}
        notify(users=[review.citizen], kind="review-removed", now=now, params=params, path=path)


def _open_follow_up(review: Review, now: datetime) -> None:
    follow_up = FollowUp.objects.create(
        review=review,
        opened_at=now,
        verify_due_at=deadline(now, policy.VERIFY_DAYS),
        rectify_due_at=deadline(now, policy.RECTIFY_DAYS),
    )
    audit.record("opened", follow_up, by="system:store", now=now, after={"state": follow_up.state})
    members = DepartmentMembership.objects.filter(
        department=review.case.department, role=DepartmentMembership.Role.PUBLISHER
    ).select_related("user")
    publishers = [member.user for member in members]
    for publisher in publishers:
        path = page_for(publisher, "follow-up", follow_up.pk)
        params: dict[str, object] = {"number": review.case.number}
        notify(users=[publisher], kind="follow-up-opened", now=now, params=params, path=path)


def _changed(review: Review, by: int, now: datetime) -> None:
    if by:
        count_review(review, by=by)
    review_changed.send(sender=Review, review=review, now=now)


def _valid_tags(chosen: Sequence[str]) -> list[str]:
    unknown = [tag for tag in chosen if tag not in tags.TAGS]
    if unknown:
        raise InvalidInput(_("There is no such tag."), code="unknown-tag", field="tags")
    return sorted(set(chosen))


def _tags_version() -> int:
    return tags.VERSION


def _need_text(text: str, message: object) -> str:
    text = text.strip()[:1000]
    if not text:
        raise InvalidInput(message, code="text-missing", field="text")
    return text


def _already() -> object:
    return _("This was done already. Reload the page to see where the review stands.")


def _require_moderator(user: User) -> None:
    if not user.has_platform_permission("reviews.moderate"):
        raise NotAllowed(_("Only moderators do this."))
