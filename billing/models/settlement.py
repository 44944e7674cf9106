"""Owns a period's settlement, its computations (every version is kept) and their lines with all values."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models.tariff import Tariff
from billing.querysets import FinanceQuerySet, LineQuerySet
from marketplace.accounts.models import Department, User
from marketplace.catalogue.models import ServiceItem
from marketplace.core.states import StateMachine, table
from vendors.models import App, Vendor


class Settlement(StateMachine):
    """What one period costs: computed, published, confirmed, approved by a second person, paid, closed."""

    class State(models.TextChoices):
        """Where the settlement stands."""

        DRAFT = "draft", _("draft")
        COMPUTED = "computed", _("computed")
        PUBLISHED = "published", _("published to vendors")
        CONFIRMED = "confirmed", _("confirmed by vendors and departments")
        APPROVED = "approved", _("approved")
        PAID = "paid", _("paid")
        CLOSED = "closed", _("settled and closed")

    TRANSITIONS = table(
        draft="computed",
        computed="published draft",
        published="confirmed draft",
        confirmed="approved",
        approved="paid",
        paid="closed",
        closed="",
    )

    period = models.CharField(max_length=6, unique=True)
    first = models.DateField(_("first day"))
    end = models.DateField(_("end (excluded)"))
    tariff = models.ForeignKey(Tariff, models.PROTECT, related_name="settlements")
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    version = models.PositiveIntegerField(_("number of the computation in force"), default=0)
    maker = models.ForeignKey(User, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    dispute_until = models.DateTimeField(null=True, blank=True)
    approver = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_sha256 = models.CharField(max_length=64, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)

    objects = FinanceQuerySet.as_manager()

    class Meta:
        ordering = ["-first"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approver__isnull=True) | ~Q(approver=F("maker")), name="maker_is_not_checker"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "paid", "closed"])
                | (Q(approver__isnull=False, approved_at__isnull=False) & ~Q(approved_sha256="")),
                name="approved_settlements_name_who_and_what",
            ),
            models.CheckConstraint(condition=Q(end__gt=F("first")), name="settlement_interval"),
        ]

    def __str__(self) -> str:
        return self.period

    @property
    def computation(self) -> "Computation":
        """The computation in force."""
        return self.computations.get(version=self.version)

    def lock(self) -> None:
        """Hold the row until the transaction ends and read it anew, so that nobody acts on what was shown before."""
        type(self)._base_manager.select_for_update().get(pk=self.pk)
        self.refresh_from_db()

    def computed(self, *, by: User, now: datetime, version: int) -> None:
        """A computation came out."""
        self._move(self.State.COMPUTED, by=by, now=now, version=version)

    def recompute(self, *, by: User, now: datetime, reason: str) -> None:
        """Back to draft, with a reason; the old computation is kept."""
        self._move(self.State.DRAFT, by=by, now=now, reason=reason)

    def publish(self, *, by: User, now: datetime, dispute_until: datetime) -> None:
        """Show it to the vendors; the first publication fixes the dispute window."""
        self._move(self.State.PUBLISHED, by=by, now=now, published_at=now, dispute_until=dispute_until)

    def confirm(self, *, by: User, now: datetime) -> None:
        """Every statement is confirmed and accepted."""
        self._move(self.State.CONFIRMED, by=by, now=now)

    def approve(self, *, by: User, now: datetime, sha256: str) -> None:
        """The second person signs the hash that was shown."""
        self._move(
            self.State.APPROVED, by=by, now=now, reason=sha256, approver=by, approved_at=now, approved_sha256=sha256
        )

    def pay(self, *, by: User, now: datetime) -> None:
        """The payment files are written and the ledger posted."""
        self._move(self.State.PAID, by=by, now=now, paid_at=now)

    def close(self, *, by: User, now: datetime) -> None:
        """Nothing is left to do; what remains is carried."""
        self._move(self.State.CLOSED, by=by, now=now)


class Computation(models.Model):
    """One run of the arithmetic: the bytes that went in, the bytes that came out, and the hash that is signed."""

    settlement = models.ForeignKey(Settlement, models.PROTECT, related_name="computations")
    version = models.PositiveIntegerField()
    reason = models.CharField(_("why it was computed again"), max_length=300, blank=True)
    computed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    computed_at = models.DateTimeField()
    facts_sha256 = models.CharField(_("last manifest of the period"), max_length=64)
    inputs = models.TextField(_("canonical JSON of everything that went in"))
    outcome = models.TextField(_("canonical JSON of everything that came out"))
    code_version = models.CharField(max_length=64)
    sha256 = models.CharField(_("hash of inputs, outcome and code version"), max_length=64)
    gross_cents = models.BigIntegerField()
    payable_cents = models.BigIntegerField()

    objects = FinanceQuerySet.as_manager()

    class Meta:
        ordering = ["settlement", "version"]
        constraints = [models.UniqueConstraint(fields=["settlement", "version"], name="computation_version_once")]

    def __str__(self) -> str:
        return f"{self.settlement.period} v{self.version}"


class SettlementLine(models.Model):
    """One app and one item of a computation; `values` holds the whole waterfall as integers and exact text."""

    computation = models.ForeignKey(Computation, models.PROTECT, related_name="lines")
    app = models.ForeignKey(App, models.PROTECT, related_name="settlement_lines")
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="settlement_lines")
    service_item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, models.PROTECT, related_name="settlement_lines")
    values = models.JSONField()
    gross_cents = models.BigIntegerField()
    scaled_cents = models.BigIntegerField()
    adjustment_cents = models.BigIntegerField()
    payable_cents = models.BigIntegerField()
    parked = models.BooleanField(_("over the safety bound; waits for a person"), default=False)
    looked_at_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    looked_at_note = models.CharField(max_length=300, blank=True)

    objects = LineQuerySet.as_manager()

    class Meta:
        ordering = ["computation", "app", "service_item"]
        constraints = [
            models.UniqueConstraint(fields=["computation", "app", "service_item"], name="settlement_line_once"),
            models.CheckConstraint(
                condition=Q(payable_cents=F("scaled_cents") + F("adjustment_cents")), name="line_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(gross_cents__gte=F("scaled_cents"), scaled_cents__gte=0), name="line_is_not_scaled_up"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.computation} {self.app.code}"

    @property
    def is_parked(self) -> bool:
        """Whether the safety bound still holds it back."""
        return self.parked and self.looked_at_by_id is None
