"""Re-tests: why a certified version is tested again, what came of it, and what was decided after its vendor knew."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.catalogue.models import InterfaceVersion
from marketplace.core.states import StateMachine, table
from sandbox.models.runs import SandboxRun
from sandbox.querysets import RetestQuerySet
from vendors.models import AppVersion

OPEN = ("due", "testing")
TOLD = ("failed", "kept", "revoked", "settled")


class Retest(StateMachine):
    """One reason to test a certified version again. It never changes the version; people decide, after the deadline."""

    class Cause(models.TextChoices):
        """Why."""

        INTERFACE = "interface", _("an interface that it uses has a new version")
        YEARLY = "yearly", _("its certificate expires soon")
        OPERATOR = "operator", _("an operator asked for it")

    class State(models.TextChoices):
        """Where it stands."""

        DUE = "due", _("due")
        TESTING = "testing", _("in the sandbox")
        PASSED = "passed", _("passed")
        NOTED = "noted", _("fails ahead of time")
        FAILED = "failed", _("failed")
        KEPT = "kept", _("failed, kept by an operator")
        REVOKED = "revoked", _("failed, certificate revoked")
        SETTLED = "settled", _("failed, a newer version took its place")
        DROPPED = "dropped", _("no longer needed")

    TRANSITIONS = table(
        due="testing dropped",
        testing="passed noted failed due dropped",
        failed="kept revoked settled",
        passed="",
        noted="",
        kept="",
        revoked="",
        settled="",
        dropped="",
    )

    version = models.ForeignKey(AppVersion, models.PROTECT, related_name="retests")
    cause = models.CharField(max_length=12, choices=Cause.choices)
    interface_version = models.ForeignKey(
        InterfaceVersion, models.PROTECT, null=True, blank=True, related_name="retests"
    )
    binding = models.BooleanField(_("a failure has consequences; false for a new major version"), default=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DUE)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    run = models.OneToOneField(SandboxRun, models.PROTECT, null=True, blank=True, related_name="retest")
    told_at = models.DateTimeField(_("when the vendor was told that it failed"), null=True, blank=True)
    answer_by = models.DateTimeField(_("nobody decides before"), null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.CharField(max_length=300, blank=True)

    objects = RetestQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "interface_version"], name="one_retest_per_interface_version"),
            models.UniqueConstraint(
                fields=["version"],
                condition=Q(state__in=OPEN) & ~Q(cause="interface"),
                name="one_open_retest_without_an_interface",
            ),
            models.CheckConstraint(
                condition=Q(cause="interface", interface_version__isnull=False)
                | (~Q(cause="interface") & Q(interface_version__isnull=True)),
                name="retests_for_an_interface_name_its_version",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=TOLD) | Q(told_at__isnull=False, answer_by__isnull=False),
                name="nothing_follows_before_the_vendor_was_told",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["kept", "revoked"])
                | (Q(decided_at__isnull=False, decided_at__gte=models.F("answer_by")) & ~Q(decision_reason="")),
                name="decisions_wait_for_the_deadline_and_say_why",
            ),
            models.CheckConstraint(condition=~Q(state="testing") | Q(run__isnull=False), name="tested_by_a_run"),
        ]

    def __str__(self) -> str:
        return f"{self.version} ({self.get_cause_display()})"

    def start(self, *, run: SandboxRun, now: datetime) -> None:
        """Its run is in the queue."""
        self._step(self.State.TESTING, now=now, run=run)

    def postpone(self, *, now: datetime, until: datetime) -> None:
        """The platform failed to test it; it is due again later."""
        self._step(self.State.DUE, now=now, run=None, due_at=until)

    def succeed(self, *, now: datetime) -> None:
        """The version still passes."""
        self._step(self.State.PASSED, now=now)

    def note(self, *, now: datetime) -> None:
        """The version fails against a version that it need not follow yet."""
        self._step(self.State.NOTED, now=now, told_at=now)

    def fail(self, *, now: datetime, answer_by: datetime) -> None:
        """The version no longer passes, and its vendor is told in the same transaction."""
        self._step(self.State.FAILED, now=now, told_at=now, answer_by=answer_by)

    def drop(self, *, now: datetime, reason: str) -> None:
        """There is nothing to test any more."""
        self._step(self.State.DROPPED, now=now, reason=reason)

    def settle(self, *, now: datetime) -> None:
        """The vendor has put a newer version in its place."""
        self._step(self.State.SETTLED, now=now)

    def keep(self, *, by: object, now: datetime, reason: str) -> None:
        """An operator lets the certificate stand."""
        self._decide(self.State.KEPT, by=by, now=now, reason=reason)

    def end_in_revocation(self, *, by: object, now: datetime, reason: str) -> None:
        """An operator has the certificate revoked."""
        self._decide(self.State.REVOKED, by=by, now=now, reason=reason)

    def _decide(self, to: str, *, by: object, now: datetime, reason: str) -> None:
        self._move(to, by=by, now=now, reason=reason[:100], decided_at=now, decision_reason=reason[:300])

    def _step(self, to: str, *, now: datetime, **changes: Any) -> None:
        self._move(to, by="system:sandbox", now=now, **changes)
