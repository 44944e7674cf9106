"""Who may see and change what departments publish."""

from __future__ import annotations

from django.db import models
from django.db.models import Count, Q

from marketplace.accounts.models import Department

PUBLISHED_STATES = ("alpha", "beta", "stable", "deprecated")


class ServiceItemQuerySet(models.QuerySet):
    """Service items by what a person may do with them."""

    def published(self) -> ServiceItemQuerySet:
        """Return what citizens can get done."""
        return self.filter(state="published")

    def visible_to(self, user: object) -> ServiceItemQuerySet:
        """Return the published ones and all of the person's own departments."""
        return self.filter(Q(state="published") | Q(department__in=Department.objects.where(user, "catalogue.view")))

    def editable_by(self, user: object) -> ServiceItemQuerySet:
        """Return those the person may write."""
        return self.filter(department__in=Department.objects.where(user, "catalogue.edit"))

    def with_app_counts(self) -> ServiceItemQuerySet:
        """Return them with `app_count`: apps on the market now (listings belong to the layer `store`)."""
        return self.annotate(app_count=Count("listings", filter=Q(listings__state="listed"), distinct=True))

    def publishable_by(self, user: object) -> ServiceItemQuerySet:
        """Return those the person may publish and retire."""
        return self.filter(department__in=Department.objects.where(user, "catalogue.publish"))


class InterfaceQuerySet(models.QuerySet):
    """Interfaces by what a person may do with them."""

    def open(self) -> InterfaceQuerySet:
        """Return those with a published version."""
        return self.filter(versions__state__in=PUBLISHED_STATES).distinct()

    def visible_to(self, user: object) -> InterfaceQuerySet:
        """Return those with a published version and all of the person's own departments."""
        mine = Department.objects.where(user, "catalogue.view")
        return self.filter(Q(versions__state__in=PUBLISHED_STATES) | Q(department__in=mine)).distinct()

    def editable_by(self, user: object) -> InterfaceQuerySet:
        """Return those the person may write."""
        return self.filter(department__in=Department.objects.where(user, "catalogue.edit"))

    def publishable_by(self, user: object) -> InterfaceQuerySet:
        """Return those the person may publish."""
        return self.filter(department__in=Department.objects.where(user, "catalogue.publish"))


class InterfaceVersionQuerySet(models.QuerySet):
    """Versions of interfaces by what a person may do with them."""

    def published(self) -> InterfaceVersionQuerySet:
        """Return what apps may be built against."""
        return self.filter(state__in=PUBLISHED_STATES)

    def visible_to(self, user: object) -> InterfaceVersionQuerySet:
        """Return all that ever left the draft, and all of the person's own departments."""
        mine = Department.objects.where(user, "catalogue.view")
        return self.filter(~Q(state="draft") | Q(interface__department__in=mine))

    def editable_by(self, user: object) -> InterfaceVersionQuerySet:
        """Return those the person may upload and discard."""
        return self.filter(interface__department__in=Department.objects.where(user, "catalogue.edit"))

    def publishable_by(self, user: object) -> InterfaceVersionQuerySet:
        """Return those the person may publish, deprecate and retire."""
        return self.filter(interface__department__in=Department.objects.where(user, "catalogue.publish"))
