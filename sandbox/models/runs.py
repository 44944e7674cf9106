"""Sandbox runs, their progress, and what their checks found."""

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.core import audit
from marketplace.core.states import StateMachine, table
from marketplace.orders.models import DemandOrder
from sandbox.querysets import ACTIVE, SandboxRunQuerySet
from vendors.models import AppVersion

MOST_ATTEMPTS = 2


class SandboxRun(StateMachine):
    """One black-box test of one version, or the rehearsal of one order against the reference app."""

    class Kind(models.TextChoices):
        """What the run decides."""

        CERTIFICATION = "certification", _("test of a version")
        REHEARSAL = "rehearsal", _("rehearsal of an order")
        RETEST = "retest", _("re-test of a certified version")

    class State(models.TextChoices):
        """Where the run stands."""

        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("running")
        PASSED = "passed", _("passed")
        FAILED = "failed", _("failed")
        BROKEN = "broken", _("broken off by a fault of the platform")
        CANCELLED = "cancelled", _("cancelled")

    class Priority(models.IntegerChoices):
        """Who goes first; within one priority vendors and departments take turns."""

        URGENT = 0, _("at once")
        REHEARSAL = 1, _("rehearsals")
        CERTIFICATION = 2, _("new versions")
        RETEST = 3, _("re-tests")

    TRANSITIONS = table(
        queued="running cancelled",
        running="passed failed broken cancelled queued",
        passed="",
        failed="",
        broken="",
        cancelled="",
    )

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.CERTIFICATION)
    version = models.ForeignKey(AppVersion, models.PROTECT, null=True, blank=True, related_name="runs")
    order = models.ForeignKey(DemandOrder, models.PROTECT, related_name="runs")
    plan = models.JSONField()
    plan_sha256 = models.CharField(max_length=64)
    seed = models.BigIntegerField()
    manifest = models.JSONField(default=dict)
    limits = models.JSONField(default=dict)
    image_id = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUEUED)
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.CERTIFICATION)
    attempts = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=120, blank=True)
    heartbeat_at = models.DateTimeField(_("real time, not the simulated one"), null=True, blank=True)
    cancel_requested = models.BooleanField(default=False)
    queued_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    engine = models.JSONField(default=dict)
    self_test = models.JSONField(default=dict)
    figures = models.JSONField(_("measured: seconds, memory, exit"), default=dict)
    fault = models.JSONField(_("why it broke: code, detail"), default=dict, blank=True)
    seconds = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    verdict_digest = models.CharField(max_length=64, blank=True)
    log_tail = models.TextField(blank=True)

    objects = SandboxRunQuerySet.as_manager()

    class Meta:
        ordering = ["-queued_at", "-pk"]
        indexes = [models.Index(fields=["state", "queued_at"]), models.Index(fields=["started_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["version"], condition=Q(state__in=ACTIVE), name="one_active_run_per_version"
            ),
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(state__in=ACTIVE, kind="rehearsal"),
                name="one_active_rehearsal_per_order",
            ),
            models.CheckConstraint(condition=Q(attempts__lte=MOST_ATTEMPTS), name="a_run_is_taken_up_twice_at_most"),
            models.CheckConstraint(
                condition=Q(kind__in=["certification", "retest"], version__isnull=False)
                | Q(kind="rehearsal", version__isnull=True),
                name="rehearsals_alone_have_no_version",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["passed", "failed"]) | (Q(score__isnull=False) & ~Q(verdict_digest="")),
                name="verdicts_have_a_score_and_a_digest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version or self.order} #{self.pk}"

    def get_absolute_url(self) -> str:
        """Return the address of the report."""
        return reverse("sandbox:report", args=[self.pk])

    @property
    def engine_run_id(self) -> str:
        """The name that the containers of this attempt carry."""
        return f"{self.reference}.{self.attempts}"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state not in ACTIVE

    def take_up(self, *, worker: str, beat: datetime, now: datetime, **changes: Any) -> None:
        """A worker starts it; `beat` is the real time of its first sign of life."""
        self._move(
            self.State.RUNNING,
            by="system:sandbox",
            now=now,
            worker=worker,
            heartbeat_at=beat,
            started_at=now,
            attempts=self.attempts + 1,
            **changes,
        )

    def requeue(self, *, now: datetime) -> None:
        """Its worker died; somebody else takes it up again."""
        self._move(self.State.QUEUED, by="system:sweep", now=now, reason="worker_died", worker="", heartbeat_at=None)

    def succeed(self, *, now: datetime, score: Decimal, verdict_digest: str, **changes: Any) -> None:
        """The verdict is a pass."""
        self._finish(self.State.PASSED, now=now, score=score, verdict_digest=verdict_digest, **changes)

    def fail(self, *, now: datetime, score: Decimal, verdict_digest: str, **changes: Any) -> None:
        """The verdict is a fail."""
        self._finish(self.State.FAILED, now=now, score=score, verdict_digest=verdict_digest, **changes)

    def break_off(self, *, now: datetime, code: str, detail: str = "", **changes: Any) -> None:
        """The platform failed; `code` is a key of `faults.FAULTS`."""
        self._finish(self.State.BROKEN, now=now, reason=code, fault={"code": code, "detail": detail[:2000]}, **changes)

    def cancel(self, *, by: object, now: datetime, reason: str) -> None:
        """Stop it for good without a verdict."""
        self._move(self.State.CANCELLED, by=by, now=now, reason=reason, finished_at=now)

    def prioritise(self, priority: int, *, by: object, now: datetime) -> None:
        """Let it wait longer or shorter; only a waiting run can be moved."""
        with transaction.atomic():
            waiting = SandboxRun.objects.filter(pk=self.pk, state=self.State.QUEUED).exclude(priority=priority)
            if waiting.update(priority=priority):
                before, after = {"priority": self.priority}, {"priority": priority}
                audit.record("prioritised", self, by=by, now=now, before=before, after=after)
        self.refresh_from_db(fields=["priority", "state"])

    def _finish(self, to: str, *, now: datetime, **changes: Any) -> None:
        self._move(to, by="system:sandbox", now=now, finished_at=now, **changes)


class RunEvent(models.Model):
    """One thing that happened during a run, as it came."""

    class Kind(models.TextChoices):
        """Who said it."""

        PROGRESS = "progress", _("check")
        ENGINE = "engine", _("engine")
        REFUSED = "refused", _("line refused")

    run = models.ForeignKey(SandboxRun, models.CASCADE, related_name="events")
    attempt = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    code = models.CharField(max_length=200)
    data = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        ordering = ["attempt", "sequence"]
        constraints = [models.UniqueConstraint(fields=["run", "attempt", "sequence"], name="run_event_once")]


class CheckResult(models.Model):
    """What one check of the plan found."""

    class Outcome(models.TextChoices):
        """How the check ended."""

        PASSED = "passed", _("passed")
        FAILED = "failed", _("failed")
        ADVISORY = "advisory", _("advice")
        SKIPPED = "skipped", _("not run")
        ERROR = "error", _("could not be completed")

    run = models.ForeignKey(SandboxRun, models.CASCADE, related_name="results")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=200)
    group = models.CharField(max_length=20)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    mandatory = models.BooleanField()
    weight = models.DecimalField(max_digits=6, decimal_places=2)
    share = models.DecimalField(_("share of the weight that was earned"), max_digits=5, decimal_places=4, default=0)
    points = models.DecimalField(max_digits=6, decimal_places=2, default=0)
    digestible = models.BooleanField(default=True)
    summary_zh = models.TextField(blank=True)
    summary_en = models.TextField(blank=True)
    measurements = models.JSONField(default=dict)
    evidence = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["run", "code"], name="one_result_per_check"),
            models.CheckConstraint(condition=Q(share__gte=0, share__lte=1), name="share_between_none_and_all"),
            models.CheckConstraint(condition=Q(points__gte=0, points__lte=F("weight")), name="points_within_weight"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.outcome}"
