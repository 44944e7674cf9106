"""Who may see and change demand orders."""

from __future__ import annotations

from django.db import models
from django.db.models import Case, IntegerField, Q, Value, When

from marketplace.accounts.models import Department

PUBLIC_STATES = ("open", "suspended", "closed")


class DemandOrderQuerySet(models.QuerySet):
    """Demand orders by what a person may do with them."""

    def public(self) -> DemandOrderQuerySet:
        """Return the order board."""
        return self.filter(state__in=PUBLIC_STATES)

    def board_order(self) -> DemandOrderQuerySet:
        """Return them with the open ones first, the newest first within each state."""
        rank = Case(
            When(state="open", then=Value(0)),
            When(state="suspended", then=Value(1)),
            default=Value(2),
            output_field=IntegerField(),
        )
        return self.order_by(rank, "-opened_at", "-pk")

    def visible_to(self, user: object) -> DemandOrderQuerySet:
        """Return the board and all of the person's own departments."""
        return self.filter(Q(state__in=PUBLIC_STATES) | Q(department__in=Department.objects.where(user, "orders.view")))

    def editable_by(self, user: object) -> DemandOrderQuerySet:
        """Return those the person may write."""
        return self.filter(department__in=Department.objects.where(user, "orders.edit"))

    def publishable_by(self, user: object) -> DemandOrderQuerySet:
        """Return those the person may open, suspend, close and withdraw."""
        return self.filter(department__in=Department.objects.where(user, "orders.publish"))

    def writable_by(self, user: object) -> DemandOrderQuerySet:
        """Return those whose part the person may do or ask for: editors and publishers."""
        roles = [Department.objects.where(user, name) for name in ("orders.edit", "orders.publish")]
        return self.filter(Q(department__in=roles[0]) | Q(department__in=roles[1])).distinct()
