"""Owns what a vendor and a paying department sign, what they dispute, and what is corrected afterwards."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models.settlement import Computation, Settlement, SettlementLine
from billing.querysets import FinanceQuerySet, StatementQuerySet
from marketplace.accounts.models import Department, User
from marketplace.catalogue.models import ServiceItem
from marketplace.core.states import StateMachine, table
from vendors.models import App, Vendor


class Statement(StateMachine):
    """One vendor's part of a settlement towards one paying department (结算单)."""

    class State(models.TextChoices):
        """Where the statement stands."""

        ISSUED = "issued", _("waiting for the vendor")
        CONFIRMED = "confirmed", _("confirmed by the vendor")
        ACCEPTED = "accepted", _("accepted by the department")
        SUPERSEDED = "superseded", _("replaced by a recomputation")

    TRANSITIONS = table(
        issued="confirmed superseded", confirmed="accepted superseded", accepted="superseded", superseded=""
    )

    number = models.CharField(max_length=24, unique=True)
    computation = models.ForeignKey(Computation, models.PROTECT, related_name="statements")
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="statements")
    department = models.ForeignKey(Department, models.PROTECT, related_name="statements")
    state = models.CharField(max_length=12, choices=State.choices, default=State.ISSUED)
    payable_cents = models.BigIntegerField(_("to be paid"))
    carried_cents = models.BigIntegerField(_("carried to the next period"), default=0)
    held_cents = models.BigIntegerField(_("held back at approval"), default=0)
    released_cents = models.BigIntegerField(_("released at approval"), null=True, blank=True)
    invoice_number = models.CharField(max_length=40, blank=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)

    objects = StatementQuerySet.as_manager()

    class Meta:
        ordering = ["-computation", "number"]
        constraints = [
            models.UniqueConstraint(fields=["computation", "vendor", "department"], name="one_statement_each"),
            models.CheckConstraint(
                condition=Q(payable_cents__gte=0, carried_cents__lte=0, held_cents__gte=0), name="statement_signs"
            ),
            models.CheckConstraint(
                condition=Q(released_cents__isnull=True) | Q(released_cents=F("payable_cents") - F("held_cents")),
                name="released_is_payable_less_held",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def settlement(self) -> Settlement:
        """The settlement that it is a part of."""
        return self.computation.settlement

    def lines(self) -> models.QuerySet:
        """Return the lines that it adds up."""
        rows = self.computation.lines.filter(vendor=self.vendor_id, department=self.department_id)
        return rows.select_related("app", "service_item").order_by("app__code", "service_item__code")

    def confirm(self, *, by: User, now: datetime, invoice_number: str = "") -> None:
        """The vendor agrees."""
        changes: dict[str, Any] = {"confirmed_by": by, "confirmed_at": now, "invoice_number": invoice_number}
        self._move(self.State.CONFIRMED, by=by, now=now, **changes)

    def accept(self, *, by: User, now: datetime) -> None:
        """The department accepts what was delivered (履约验收)."""
        self._move(self.State.ACCEPTED, by=by, now=now, accepted_by=by, accepted_at=now)

    def supersede(self, *, by: User, now: datetime) -> None:
        """A recomputation takes its place."""
        self._move(self.State.SUPERSEDED, by=by, now=now)


class Dispute(StateMachine):
    """A vendor says that a line should come to another sum."""

    class State(models.TextChoices):
        """Where the dispute stands."""

        OPEN = "open", _("to be decided")
        ACCEPTED = "accepted", _("upheld")
        REJECTED = "rejected", _("turned down")

    TRANSITIONS = table(open="accepted rejected", accepted="", rejected="")

    number = models.CharField(max_length=24, unique=True)
    settlement = models.ForeignKey(Settlement, models.PROTECT, related_name="disputes")
    line = models.ForeignKey(SettlementLine, models.PROTECT, related_name="disputes")
    app = models.ForeignKey(App, models.PROTECT, related_name="+")
    service_item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="+")
    claimed_cents = models.BigIntegerField(_("what the line should come to"))
    grounds = models.TextField(max_length=2000)
    evidence = models.TextField(_("case numbers, dates, documents"), max_length=4000, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.TextField(_("reasons of the decision"), max_length=2000, blank=True)
    granted_cents = models.BigIntegerField(_("what the line comes to"), null=True, blank=True)

    objects = FinanceQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["settlement", "app", "service_item"],
                condition=Q(state="open"),
                name="one_open_dispute_per_line",
            ),
            models.CheckConstraint(
                condition=Q(state="open") | (Q(decided_at__isnull=False) & ~Q(decision="")),
                name="decided_disputes_have_reasons",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def accept(self, *, by: User, now: datetime, decision: str, granted_cents: int) -> None:
        """The vendor was right, to the sum granted."""
        changes: dict[str, Any] = {
            "decided_by": by,
            "decided_at": now,
            "decision": decision,
            "granted_cents": granted_cents,
        }
        self._move(self.State.ACCEPTED, by=by, now=now, **changes)

    def reject(self, *, by: User, now: datetime, decision: str) -> None:
        """The line stands."""
        self._move(self.State.REJECTED, by=by, now=now, decided_by=by, decided_at=now, decision=decision)


class Adjustment(models.Model):
    """Money added to or taken from one line, with its reason; `settlement` is the one that bears it."""

    class Kind(models.TextChoices):
        """Where it comes from."""

        DISPUTE = "dispute", _("a decided dispute")
        EARLIER = "earlier", _("a correction of an earlier period")
        CARRIED = "carried", _("carried from an earlier period")

    reference = models.CharField(max_length=24, unique=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    app = models.ForeignKey(App, models.PROTECT, related_name="adjustments")
    service_item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="+")
    cents = models.BigIntegerField()
    reason = models.CharField(max_length=300)
    settlement = models.ForeignKey(Settlement, models.PROTECT, null=True, blank=True, related_name="adjustments")
    origin = models.ForeignKey(Settlement, models.PROTECT, null=True, blank=True, related_name="later_adjustments")
    dispute = models.ForeignKey(Dispute, models.PROTECT, null=True, blank=True, related_name="adjustments")
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = FinanceQuerySet.as_manager()

    class Meta:
        ordering = ["reference"]
        constraints = [
            models.CheckConstraint(condition=~Q(cents=0), name="adjustment_of_something"),
            models.CheckConstraint(condition=~Q(reason=""), name="adjustments_have_reasons"),
        ]

    def __str__(self) -> str:
        return self.reference
