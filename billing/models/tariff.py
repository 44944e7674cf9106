"""Owns the price rules that finance publishes, and what each department has committed for a period."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from djmoney.models.fields import MoneyField

from billing.pricing.tariff import Tariff as Rules
from billing.querysets import FinanceQuerySet, TariffQuerySet
from marketplace.accounts.models import Department, User
from marketplace.core.states import StateMachine, table


class Tariff(StateMachine):
    """One version of the price rules (核算标准); it never changes once it is proposed."""

    class State(models.TextChoices):
        """Where the tariff stands."""

        DRAFT = "draft", _("draft")
        PROPOSED = "proposed", _("waiting for a second person")
        PUBLISHED = "published", _("published")
        RETIRED = "retired", _("retired")

    TRANSITIONS = table(draft="proposed", proposed="draft published", published="retired", retired="")

    code = models.SlugField(max_length=40)
    version = models.PositiveIntegerField(default=1)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    rules = models.JSONField()
    sha256 = models.CharField(max_length=64)
    valid_from = models.DateField()
    valid_until = models.DateField(_("valid until (excluded)"), null=True, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)

    objects = TariffQuerySet.as_manager()

    class Meta:
        ordering = ["code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="tariff_version_once"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
                name="tariff_approved_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(approved_by__isnull=False, published_at__isnull=False),
                name="published_tariffs_are_approved",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")), name="tariff_valid_interval"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"

    def read(self) -> Rules:
        """Return the rules as the fee arithmetic takes them."""
        return Rules.read(self.rules)

    def propose(self, *, by: User, now: datetime) -> None:
        """Hand it to the second person."""
        self._move(self.State.PROPOSED, by=by, now=now, proposed_by=by)

    def send_back(self, *, by: User, now: datetime, reason: str) -> None:
        """Return it to its maker."""
        self._move(self.State.DRAFT, by=by, now=now, reason=reason, proposed_by=None)

    def publish(self, *, by: User, now: datetime) -> None:
        """Approve and publish; `services.tariffs.approve_tariff` checks who does it."""
        self._move(self.State.PUBLISHED, by=by, now=now, approved_by=by, published_at=now)

    def retire(self, *, by: User, now: datetime) -> None:
        """End it; settlements that used it keep it."""
        self._move(self.State.RETIRED, by=by, now=now)


class DepartmentBudget(models.Model):
    """A department's committed ceiling (承诺支付上限) for one period."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="budgets")
    period = models.CharField(max_length=6)
    ceiling: Any = MoneyField(max_digits=14, decimal_places=2, default_currency="CNY")
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    warned_at = models.DateTimeField(_("when the department was warned"), null=True, blank=True)

    objects = FinanceQuerySet.as_manager()

    class Meta:
        ordering = ["period", "department"]
        constraints = [
            models.UniqueConstraint(fields=["department", "period"], name="one_budget_per_department_and_period"),
            models.CheckConstraint(condition=Q(ceiling__gte=0), name="budget_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.department.code} {self.period}"

    @property
    def cents(self) -> int:
        """The ceiling in whole cents."""
        return int(self.ceiling.amount * 100)
