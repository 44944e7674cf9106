"""Who may see and change listings, cases, reviews and follow-ups."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from marketplace.accounts.models import Department
from vendors.models import Vendor


class ListingQuerySet(models.QuerySet):
    """Listings by what a person may see."""

    def public(self) -> ListingQuerySet:
        """Return what citizens can choose."""
        return self.filter(state="listed")

    def visible_to(self, user: object) -> ListingQuerySet:
        """Return the public ones and the person's own; operators see all."""
        if getattr(user, "is_authenticated", False) and user.has_platform_permission("listings.decide"):
            return self.all()
        return self.filter(Q(state="listed") | Q(app__vendor__in=Vendor.objects.where(user, "vendor.view")))


class CaseQuerySet(models.QuerySet):
    """Cases by what a person may see or do."""

    def visible_to(self, user: object) -> CaseQuerySet:
        """Return the person's own cases."""
        return self.filter(citizen=user) if getattr(user, "is_authenticated", False) else self.none()

    def decidable_by(self, user: object) -> CaseQuerySet:
        """Return the cases of the departments in which the person may decide."""
        return self.filter(department__in=Department.objects.where(user, "cases.decide"))


class ReviewQuerySet(models.QuerySet):
    """Reviews by what counts and what is public."""

    def public(self) -> ReviewQuerySet:
        """Return what everybody may read."""
        return self.filter(removed_at__isnull=True)

    def counted(self) -> ReviewQuerySet:
        """Return what counts for score and money."""
        return self.filter(removed_at__isnull=True, held=False)


class FollowUpQuerySet(models.QuerySet):
    """Follow-ups by who works on them."""

    def workable_by(self, user: object) -> FollowUpQuerySet:
        """Return the follow-ups of the departments in which the person works on them."""
        return self.filter(review__case__department__in=Department.objects.where(user, "followups.work"))
