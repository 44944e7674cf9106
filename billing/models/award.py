"""Owns the awards: the best three apps of a category in a period, shown to the public before they are paid."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models.settlement import Settlement
from billing.querysets import AwardQuerySet
from marketplace.accounts.models import User
from marketplace.catalogue.models import ServiceItem
from marketplace.core.states import StateMachine, table
from vendors.models import App, Vendor


class Award(StateMachine):
    """A place in a category, its score and its sum."""

    class State(models.TextChoices):
        """Where the award stands."""

        PROPOSED = "proposed", _("proposed")
        PUBLISHED = "published", _("public notice")
        WITHDRAWN = "withdrawn", _("award withdrawn")
        APPROVED = "approved", _("approved")
        PAID = "paid", _("paid")

    TRANSITIONS = table(
        proposed="published withdrawn", published="approved withdrawn", approved="paid", withdrawn="", paid=""
    )

    settlement = models.ForeignKey(Settlement, models.PROTECT, related_name="awards")
    service_item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="awards")
    place = models.PositiveSmallIntegerField()
    app = models.ForeignKey(App, models.PROTECT, related_name="awards")
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="awards")
    values = models.JSONField(_("use share, lower bound and score as exact text"))
    cents = models.BigIntegerField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    notice_until = models.DateTimeField(_("end of the public notice"), null=True, blank=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawal_reason = models.CharField(max_length=300, blank=True)

    objects = AwardQuerySet.as_manager()

    class Meta:
        ordering = ["settlement", "service_item", "place", "app"]
        constraints = [
            models.UniqueConstraint(
                fields=["settlement", "service_item", "app"],
                condition=~Q(state="withdrawn"),
                name="one_award_per_app_and_category",
            ),
            models.CheckConstraint(condition=Q(place__range=(1, 3), cents__gt=0), name="award_place_and_sum"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=models.F("proposed_by")),
                name="award_approved_by_a_second_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.settlement.period} {self.service_item.code} {self.place}"

    def publish(self, *, by: User, now: datetime, notice_until: datetime) -> None:
        """Start the public notice (公示)."""
        self._move(self.State.PUBLISHED, by=by, now=now, published_at=now, notice_until=notice_until)

    def withdraw(self, *, by: User, now: datetime, reason: str) -> None:
        """Take it back, with a reason that the audit keeps."""
        self._move(self.State.WITHDRAWN, by=by, now=now, reason=reason, withdrawal_reason=reason)

    def approve(self, *, by: User, now: datetime) -> None:
        """A second person releases it for payment."""
        self._move(self.State.APPROVED, by=by, now=now, approved_by=by)

    def pay(self, *, by: User, now: datetime) -> None:
        """Its payment file is written."""
        self._move(self.State.PAID, by=by, now=now)
