"""What operators look at: workers, what waits, and what a fault of the platform left without anybody to do it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from sandbox.intake import MOST_INTAKES
from sandbox.models import SandboxRun, Worker
from sandbox.pulse import beat
from vendors.models import AppVersion

WAITING = (AppVersion.State.UPLOADED, AppVersion.State.QUEUED)


@dataclass(frozen=True)
class WorkerReport:
    """One worker, and whether it gave a sign of life lately."""

    row: Worker
    alive: bool


def workers() -> list[WorkerReport]:
    """Return every worker that ever reported."""
    silent = beat() - timedelta(seconds=settings.SANDBOX_SILENT_SECONDS)
    return [WorkerReport(row, row.heartbeat_at >= silent) for row in Worker.objects.all()]


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


def ahead_of(version: AppVersion) -> int:
    """Return how many runs wait before the version's."""
    own = SandboxRun.objects.waiting().filter(version=version).first()
    if own is None:
        return SandboxRun.objects.waiting().count()
    return SandboxRun.objects.waiting().filter(queued_at__lt=own.queued_at).count()
