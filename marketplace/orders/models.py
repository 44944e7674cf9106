"""Demand orders, acceptance scenarios, amendments."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from marketplace.accounts.models import Department, User
from marketplace.catalogue.models import InterfaceVersion, ServiceItem
from marketplace.core.bilingual import localized
from marketplace.core.states import StateMachine, table
from marketplace.orders.querysets import DemandOrderQuerySet


class DemandOrder(StateMachine):
    """A department's call for an app."""

    class State(models.TextChoices):
        """Where the order stands."""

        DRAFT = "draft", _("draft")
        REVIEW = "review", _("in review")
        OPEN = "open", pgettext_lazy("order", "open")
        SUSPENDED = "suspended", _("suspended")
        CLOSED = "closed", pgettext_lazy("order", "closed")
        WITHDRAWN = "withdrawn", _("withdrawn")

    TRANSITIONS = table(
        draft="review withdrawn",
        review="draft open withdrawn",
        open="suspended closed withdrawn",
        suspended="open",
        closed="",
        withdrawn="",
    )

    code = models.CharField(max_length=40, unique=True)
    department = models.ForeignKey(Department, models.PROTECT, related_name="orders")
    service_item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="orders")
    title_zh = models.CharField(max_length=160)
    title_en = models.CharField(max_length=160)
    description_zh = models.TextField(blank=True)
    description_en = models.TextField(blank=True)
    interface_versions = models.ManyToManyField(InterfaceVersion, related_name="orders")
    contract = models.JSONField(_("app contract (OpenAPI)"), default=dict)
    thresholds = models.JSONField(default=dict)
    checks = models.JSONField(_("weights and duties of the checks"), default=list)
    tariff_code = models.CharField(_("tariff"), max_length=40, blank=True)
    framework_number = models.CharField(_("number of the framework call"), max_length=60, blank=True)
    framework_ends_on = models.DateField(null=True, blank=True)
    questions_close_on = models.DateField(null=True, blank=True)
    submissions_close_on = models.DateField(_("submissions close (empty: open-ended)"), null=True, blank=True)
    answer_days = models.PositiveSmallIntegerField(_("working days to answer a question"), default=3)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    rehearsal_requested_at = models.DateTimeField(null=True, blank=True)
    rehearsed_at = models.DateTimeField(null=True, blank=True)
    rehearsed_plan = models.CharField(max_length=64, blank=True)
    rehearsal_passed = models.BooleanField(null=True, blank=True)
    rehearsal_message = models.CharField(max_length=500, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    state_reason = models.CharField(_("why it was sent back, suspended or withdrawn"), max_length=300, blank=True)

    objects = DemandOrderQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state__in=["open", "suspended", "closed"]) | models.Q(opened_at__isnull=False),
                name="orders_on_the_board_say_since_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {localized(self, 'title')}"

    def submit(self, *, by: User, now: datetime) -> None:
        """Hand the draft to the publisher."""
        self._move(self.State.REVIEW, by=by, now=now, state_reason="")

    def send_back(self, *, by: User, now: datetime, reason: str) -> None:
        """Return it to the editor."""
        self._move(self.State.DRAFT, by=by, now=now, state_reason=reason)

    def open(self, *, by: User, now: datetime) -> None:
        """Put it on the board; `services.open_order` checks the rehearsal first."""
        self._move(self.State.OPEN, by=by, now=now, opened_at=self.opened_at or now, state_reason="")

    def suspend(self, *, by: User, now: datetime, reason: str) -> None:
        """Stop claims and uploads for now."""
        self._move(self.State.SUSPENDED, by=by, now=now, state_reason=reason)

    def close(self, *, by: User, now: datetime) -> None:
        """End the call."""
        self._move(self.State.CLOSED, by=by, now=now)

    def withdraw(self, *, by: User, now: datetime, reason: str) -> None:
        """Take it back."""
        self._move(self.State.WITHDRAWN, by=by, now=now, state_reason=reason)


class Scenario(models.Model):
    """One acceptance scenario: an Arazzo 1.0 document over the app contract."""

    order = models.ForeignKey(DemandOrder, models.CASCADE, related_name="scenarios")
    position = models.PositiveSmallIntegerField(default=0)
    code = models.SlugField(max_length=60)
    title_zh = models.CharField(max_length=160)
    title_en = models.CharField(max_length=160)
    arazzo = models.JSONField()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["order", "code"], name="scenario_code_once")]

    def __str__(self) -> str:
        return localized(self, "title")


class Amendment(models.Model):
    """A change of an order after it opened."""

    order = models.ForeignKey(DemandOrder, models.CASCADE, related_name="amendments")
    number = models.PositiveSmallIntegerField()
    changes = models.JSONField(_("field -> [before, after]"))
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["order", "number"], name="amendment_number_once")]
