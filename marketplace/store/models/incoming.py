"""What departments report about cases: events as they came in, those that were turned away, daily files and keys."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import ApiToken, Department, User
from marketplace.store.models.cases import Case, CaseStep
from marketplace.store.querysets import IncomingEventQuerySet


class IncomingEvent(models.Model):
    """One CloudEvent (or CSV row, or clerk's act) about a case, as it came in; unique by (source, id)."""

    class Outcome(models.TextChoices):
        """What became of it."""

        APPLIED = "applied", _("applied")
        SUPERSEDED = "superseded", _("superseded by a later one")
        REVIEW = "review", _("waiting for a person")

    class Resolution(models.TextChoices):
        """What a person decided about one that had to wait."""

        KEPT = "kept", _("the record stands")
        SET_ASIDE = "set_aside", _("the case doesn't count")

    source = models.CharField(max_length=200)
    event_id = models.CharField(max_length=120)
    type = models.CharField(max_length=80)
    case = models.ForeignKey(Case, models.PROTECT, related_name="incoming_events")
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)
    token = models.ForeignKey(ApiToken, models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    data = models.JSONField(default=dict)
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    duplicates = models.PositiveIntegerField(default=0)
    late = models.BooleanField(default=False)
    resolution = models.CharField(max_length=12, choices=Resolution.choices, blank=True)
    resolved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    resolved_at = models.DateTimeField(null=True, blank=True)

    objects = IncomingEventQuerySet.as_manager()

    class Meta:
        ordering = ["occurred_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["source", "event_id"], name="event_once_per_source"),
            models.CheckConstraint(
                condition=Q(resolution="") | (Q(resolved_by__isnull=False) & Q(resolved_at__isnull=False)),
                name="resolved_events_say_by_whom",
            ),
        ]

    @property
    def kind_words(self) -> str:
        """What was reported, in words."""
        kind = self.type.removeprefix("minshi.case.").removesuffix(".v1")
        return str(dict(CaseStep.Kind.choices).get(kind, kind))


class RejectedEvent(models.Model):
    """Reports that were turned away: why, from which source, how often; no personal data."""

    day = models.DateField()
    code = models.CharField(max_length=40)
    source = models.CharField(max_length=200, blank=True)
    event_id = models.CharField(max_length=120, blank=True)
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+")
    times = models.PositiveIntegerField(default=1)
    last_at = models.DateTimeField()

    class Meta:
        ordering = ["-last_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["day", "code", "source", "event_id"], name="rejection_once_a_day")
        ]


class DepartmentKey(models.Model):
    """An Ed25519 public key with which a department signs its daily files."""

    department = models.ForeignKey(Department, models.CASCADE, related_name="signing_keys")
    name = models.CharField(max_length=80)
    public_key = models.CharField(_("raw Ed25519 public key, base64"), max_length=60, unique=True)
    registered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-registered_at"]

    def __str__(self) -> str:
        return self.name


class DecisionFile(models.Model):
    """One signed daily file of decisions that was taken in, whole."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="decision_files")
    sha256 = models.CharField(max_length=64)
    key = models.ForeignKey(DepartmentKey, models.PROTECT, related_name="+")
    rows = models.PositiveIntegerField()
    applied = models.PositiveIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0)
    imported_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    imported_at = models.DateTimeField()

    class Meta:
        ordering = ["-imported_at"]
        constraints = [models.UniqueConstraint(fields=["department", "sha256"], name="decision_file_once")]
