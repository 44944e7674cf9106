"""What operators look at: workers, what waits, and what a fault of the platform left without anybody to do it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from sandbox.intake import MOST_INTAKES
from sandbox.models import SandboxRun, Worker
from sandbox.queue import turns
from sandbox.workers.pulse import beat
from vendors.models import AppVersion

WAITING = (AppVersion.State.UPLOADED, AppVersion.State.QUEUED)


@dataclass(frozen=True)
class WorkerReport:
    """One worker, whether it gave a sign of life lately, and what it does."""

    row: Worker
    alive: bool
    runs: list[SandboxRun]

    @property
    def state(self) -> str:
        """One word: silent, broken, draining, drained or ready."""
        if not self.alive:
            return "silent"
        if self.row.draining_since is not None:
            return "draining" if self.runs else "drained"
        return "ready" if self.row.available else "broken"

    @property
    def findings(self) -> list[dict[str, object]]:
        """What its self-test found possible that must not be."""
        return [each for each in self.row.self_test.get("findings", []) if each.get("forbidden_succeeded")]


@dataclass(frozen=True)
class InLine:
    """One waiting run with its place, how long it has waited, and how long it probably will."""

    run: SandboxRun
    place: turns.Place | None
    waited: timedelta

    @property
    def left(self) -> timedelta | None:
        """The guess as a length of time."""
        known = self.place is not None and self.place.seconds is not None
        return timedelta(seconds=self.place.seconds or 0) if known and self.place else None


def workers() -> list[WorkerReport]:
    """Return every worker that ever reported."""
    silent = beat() - timedelta(seconds=settings.SANDBOX_SILENT_SECONDS)
    busy: dict[str, list[SandboxRun]] = {}
    running = SandboxRun.objects.filter(state=SandboxRun.State.RUNNING).select_related("version__app", "order")
    for run in running.defer("plan"):
        busy.setdefault(run.worker, []).append(run)
    return [WorkerReport(row, row.heartbeat_at >= silent, busy.get(row.name, [])) for row in Worker.objects.all()]


def line(*, now: datetime) -> list[InLine]:
    """Return the waiting runs in the order in which they will be taken up; those not yet checked come last."""
    places = turns.places(now)
    waiting = SandboxRun.objects.waiting().select_related("version__app__vendor", "order__department").defer("plan")
    found = [InLine(run, places.get(run.pk), now - run.queued_at) for run in waiting]
    return sorted(found, key=lambda each: each.place.number if each.place else len(places) + 1)


def untaken() -> QuerySet[AppVersion]:
    """Return the versions whose archive nobody has checked yet."""
    return AppVersion.objects.filter(state__in=WAITING, image_digest="").select_related("app__vendor")


def stuck() -> QuerySet[AppVersion]:
    """Return waiting versions that no worker will take up by itself: intake kept dying, or no run is on its way."""
    active = SandboxRun.objects.active().filter(version=OuterRef("pk"))
    dying = Q(image_digest="", intake__attempts__gte=MOST_INTAKES, intake__done_at=None)
    orphaned = Q(state=AppVersion.State.QUEUED) & ~Q(image_digest="") & ~Exists(active)
    return AppVersion.objects.filter(dying | orphaned, state__in=WAITING).select_related("app__vendor")


def is_stuck(version: AppVersion) -> bool:
    """Return whether only an operator can help this version on."""
    return stuck().filter(pk=version.pk).exists()


def ahead_of(version: AppVersion, *, now: datetime) -> int:
    """Return how many runs will be taken up before the version's."""
    places = turns.places(now)
    own = SandboxRun.objects.waiting().filter(version=version).first()
    return places[own.pk].number - 1 if own is not None and own.pk in places else len(places)
