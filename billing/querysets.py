"""Who may see statements, settlements and disputes, and which tariff is in force."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Department, User
from marketplace.core.errors import DomainError
from vendors.models import Vendor


def _sees_finance(user: object) -> bool:
    return isinstance(user, User) and user.has_platform_permission("finance.view")


class FinanceQuerySet(models.QuerySet):
    """Rows for the finance desk alone."""

    def visible_to(self, user: object) -> FinanceQuerySet:
        """Return everything for people who see finance, nothing for others."""
        return self.all() if _sees_finance(user) else self.none()


class TariffQuerySet(models.QuerySet):
    """Tariffs: published ones are public."""

    def visible_to(self, user: object) -> TariffQuerySet:
        """Return the published ones; people who see finance see the drafts too."""
        return self.all() if _sees_finance(user) else self.filter(state__in=["published", "retired"])

    def in_force(self, first: date, end: date) -> TariffQuerySet:
        """Return the published tariffs that are valid on every day of [first, end), the newest first."""
        valid = Q(valid_until__isnull=True) | Q(valid_until__gte=end)
        return self.filter(valid, state="published", valid_from__lte=first).order_by("-valid_from", "-version")


class StatementQuerySet(models.QuerySet):
    """Statements by whom they concern."""

    def current(self) -> StatementQuerySet:
        """Leave out the statements that a recomputation replaced."""
        return self.exclude(state="superseded")

    def visible_to(self, user: object) -> StatementQuerySet:
        """Return the person's vendors' and departments' statements; people who see finance see all."""
        if _sees_finance(user):
            return self.all()
        return self.filter(
            Q(vendor__in=Vendor.objects.where(user, "statements.view"))
            | Q(department__in=Department.objects.where(user, "statements.view"))
        )

    def confirmable_by(self, user: object) -> StatementQuerySet:
        """Return the statements that the person may confirm (or dispute) for their vendor."""
        return self.filter(vendor__in=Vendor.objects.where(user, "statements.confirm"))

    def acceptable_by(self, user: object) -> StatementQuerySet:
        """Return the statements that the person may accept for their department."""
        return self.filter(department__in=Department.objects.where(user, "statements.accept"))


class LineQuerySet(models.QuerySet):
    """Lines of computations by whom they concern."""

    def visible_to(self, user: object) -> LineQuerySet:
        """Return the lines of the person's vendors and departments; people who see finance see all."""
        if _sees_finance(user):
            return self.all()
        return self.filter(
            Q(vendor__in=Vendor.objects.where(user, "statements.view"))
            | Q(department__in=Department.objects.where(user, "statements.view"))
        )


class AwardQuerySet(FinanceQuerySet):
    """Awards: for the finance desk, and public once they have been published."""

    def public(self) -> AwardQuerySet:
        """Return what stands on the award page, newest period first, by category and place."""
        published = self.filter(state__in=["published", "approved", "paid"])
        return published.select_related("service_item", "app", "vendor", "settlement").order_by(
            "-settlement__period", "service_item__code", "place", "app__code"
        )


class AppendOnlyQuerySet(models.QuerySet):
    """Rows that are written once: the ledger is corrected by another transfer, never by changing one."""

    def update(self, **changes: object) -> int:
        """Refuse."""
        raise DomainError(_("The ledger is append-only; post a correcting transfer instead."))

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse."""
        raise DomainError(_("The ledger is append-only; post a correcting transfer instead."))
