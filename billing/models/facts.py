"""Owns the usage facts, one per decided case, and the chained manifests of the files they are sealed into."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Department
from marketplace.catalogue.models import ServiceItem
from marketplace.store.models import Case
from vendors.models import App, AppVersion

GENESIS = "0" * 64


class FactSeal(models.Model):
    """The manifest of one sealed day: its files' SHA-256 and row counts, chained to the day before."""

    day = models.DateField(unique=True)
    facts_rows = models.PositiveIntegerField()
    facts_sha256 = models.CharField(max_length=64, blank=True)
    reviews_rows = models.PositiveIntegerField()
    reviews_sha256 = models.CharField(max_length=64, blank=True)
    previous = models.CharField(max_length=64, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    sealed_at = models.DateTimeField()

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return self.day.isoformat()


class UsageFact(models.Model):
    """One case that a department decided (completed or denied), as money sees it.

    `counted_on` is the day it is sealed with: the day of the decision, or the next open day when that was sealed.
    """

    class Outcome(models.TextChoices):
        """What the department decided."""

        COMPLETED = "completed", _("completed")
        DENIED = "denied", _("denied")

    case = models.OneToOneField(Case, models.PROTECT, related_name="usage_fact")
    app = models.ForeignKey(App, models.PROTECT, related_name="usage_facts")
    version = models.ForeignKey(AppVersion, models.PROTECT, related_name="+")
    service_item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="usage_facts")
    department = models.ForeignKey(Department, models.PROTECT, related_name="usage_facts")
    applicant_pseudonym = models.CharField(max_length=64)
    decided_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    counted_on = models.DateField()
    confirmed_by = models.CharField(max_length=8)
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    held = models.BooleanField(default=False)
    held_reason = models.CharField(max_length=200, blank=True)
    upheld_at = models.DateTimeField(_("when manipulation was upheld"), null=True, blank=True)
    late = models.BooleanField(default=False)
    seal = models.ForeignKey(FactSeal, models.PROTECT, null=True, blank=True, related_name="facts")

    class Meta:
        ordering = ["decided_at", "case"]
        indexes = [
            models.Index(fields=["counted_on"]),
            models.Index(fields=["department", "decided_at"]),
            models.Index(fields=["seal"], condition=Q(seal__isnull=True), name="unsealed_facts"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=["completed", "denied"]), name="facts_are_decided_cases"),
            models.CheckConstraint(condition=Q(held=False) | ~Q(held_reason=""), name="held_facts_say_why"),
        ]

    def __str__(self) -> str:
        return str(self.case_id)
