"""Who may see and change demand orders."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from marketplace.accounts.models import Department

PUBLIC_STATES = ("open", "suspended", "closed")


class DemandOrderQuerySet(models.QuerySet):
    """Demand orders by what a person may do with them."""

    def public(self) -> DemandOrderQuerySet:
        """Return the order board."""
        return self.filter(state__in=PUBLIC_STATES)

    def visible_to(self, user: object) -> DemandOrderQuerySet:
        """Return the board and all of the person's own departments."""
        return self.filter(Q(state__in=PUBLIC_STATES) | Q(department__in=Department.objects.where(user, "orders.view")))

    def editable_by(self, user: object) -> DemandOrderQuerySet:
        """Return those the person may write."""
        return self.filter(department__in=Department.objects.where(user, "orders.edit"))

    def publishable_by(self, user: object) -> DemandOrderQuerySet:
        """Return those the person may open, suspend, close and withdraw."""
        return self.filter(department__in=Department.objects.where(user, "orders.publish"))
