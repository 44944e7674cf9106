"""Who may see and change listings, cases, reviews and follow-ups."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from marketplace.accounts.models import Department
from vendors.models import Vendor


def _signed_in(user: object) -> bool:
    return bool(getattr(user, "is_authenticated", False))


class ListingQuerySet(models.QuerySet):
    """Listings by what a person may see."""

    def public(self) -> ListingQuerySet:
        """Return what citizens can choose."""
        return self.filter(state="listed")

    def visible_to(self, user: object) -> ListingQuerySet:
        """Return the public ones and the person's own; operators see all."""
        if _signed_in(user) and user.has_platform_permission("listings.decide"):  # type: ignore[attr-defined]
            return self.all()
        return self.filter(Q(state="listed") | Q(app__vendor__in=Vendor.objects.where(user, "vendor.view")))

    def decidable_by(self, user: object) -> ListingQuerySet:
        """Return all for people who may approve or suspend listings, none for others."""
        allowed = _signed_in(user) and user.has_platform_permission("listings.decide")  # type: ignore[attr-defined]
        return self.all() if allowed else self.none()


class CaseQuerySet(models.QuerySet):
    """Cases by what a person may see or do."""

    def visible_to(self, user: object) -> CaseQuerySet:
        """Return the person's own cases."""
        return self.filter(citizen=user) if _signed_in(user) else self.none()

    def decidable_by(self, user: object) -> CaseQuerySet:
        """Return the cases of the departments in which the person may decide."""
        return self.filter(department__in=Department.objects.where(user, "cases.decide"))

    def decided(self) -> CaseQuerySet:
        """Return those that a department granted or denied."""
        return self.filter(state__in=["completed", "denied"])


class IncomingEventQuerySet(models.QuerySet):
    """Reports by who works on them."""

    def waiting(self) -> IncomingEventQuerySet:
        """Return those that a person must decide."""
        return self.filter(outcome="review", resolution="")

    def counting(self) -> IncomingEventQuerySet:
        """Return those that say where a case stands: all but those that a person must decide."""
        return self.exclude(outcome="review")

    def workable_by(self, user: object) -> IncomingEventQuerySet:
        """Return those about cases of the departments in which the person may decide."""
        return self.filter(case__department__in=Department.objects.where(user, "cases.decide"))


class ReviewQuerySet(models.QuerySet):
    """Reviews by what counts and what is public."""

    def public(self) -> ReviewQuerySet:
        """Return what everybody may read."""
        return self.filter(removed_at__isnull=True)

    def counted(self) -> ReviewQuerySet:
        """Return what counts for score and money."""
        return self.filter(removed_at__isnull=True, held=False)

    def visible_to(self, user: object) -> ReviewQuerySet:
        """Return the person's own reviews."""
        return self.filter(citizen=user) if _signed_in(user) else self.none()

    def moderatable_by(self, user: object) -> ReviewQuerySet:
        """Return all for people who may moderate, none for others."""
        allowed = _signed_in(user) and user.has_platform_permission("reviews.moderate")  # type: ignore[attr-defined]
        return self.all() if allowed else self.none()

    def answerable_by(self, user: object) -> ReviewQuerySet:
        """Return the reviews of apps whose vendor the person may speak for."""
        return self.filter(app__vendor__in=Vendor.objects.where(user, "reviews.reply"))


class FollowUpQuerySet(models.QuerySet):
    """Follow-ups by who works on them."""

    def workable_by(self, user: object) -> FollowUpQuerySet:
        """Return the follow-ups of the departments in which the person works on them."""
        return self.filter(review__case__department__in=Department.objects.where(user, "followups.work"))

    def unfinished(self) -> FollowUpQuerySet:
        """Return those on which something is left to do."""
        return self.exclude(state__in=["unfounded", "closed"])

    def overdue(self, now: datetime) -> FollowUpQuerySet:
        """Return those with a step whose clock has run out."""
        return self.filter(
            Q(state="open", verify_due_at__lte=now) | Q(state__in=["verified", "rectifying"], rectify_due_at__lte=now)
        )
