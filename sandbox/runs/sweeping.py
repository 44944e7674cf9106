"""Finds what is due and nobody does: versions not taken in, waiting runs, runs of dead workers, leftovers."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from marketplace.core.errors import MoveRefused
from sandbox.engine import EngineUnavailable
from sandbox.intake import MOST_INTAKES
from sandbox.models import MOST_ATTEMPTS, Certificate, Intake, SandboxRun
from sandbox.queue import turns
from sandbox.runs import concluding
from sandbox.workers import engines, readiness
from sandbox.workers.pulse import beat
from vendors.models import AppVersion

log = logging.getLogger(__name__)

MOST_AT_ONCE = 20


@dataclass(frozen=True)
class Due:
    """What workers should take up now, by primary key."""

    versions: list[int]
    runs: list[int]


def forget_images(*, now: datetime) -> int:
    """Delete the checked images of versions that failed, were revoked or superseded; return how many.

    They go FAILED_ARCHIVE_DAYS after the upload, those of revoked versions as long after the revocation: an image
    that was revoked may be what a quarrel is about.
    """
    moment = now - timedelta(days=settings.FAILED_ARCHIVE_DAYS)
    revoked = Certificate.objects.filter(revoked_at__gte=moment).values("version")
    versions = AppVersion.objects.over().uploaded_before(moment).exclude(pk__in=revoked)
    rows = list(Intake.objects.filter(version__in=versions).exclude(rebuilt=""))
    for row in rows:
        row.rebuilt.delete(save=False)
        Intake.objects.filter(pk=row.pk).update(rebuilt="")
    return len(rows)


def sweep(*, worker: str, now: datetime) -> Due:
    """Put the runs of dead workers back, remove their leftovers, and return what is due; safe to call at any time."""
    bury_dead_runs(now=now)
    desk = readiness.open_desk(worker, now=now)
    found = due()
    if desk is None:
        return Due(versions=found.versions, runs=[])
    reap(desk)
    return Due(versions=found.versions, runs=found.runs[: max(turns.free_slots(), 1)])


def due() -> Due:
    """Return what waits: nothing for workers to claim twice, as claiming is conditional."""
    silent = beat() - timedelta(seconds=settings.SANDBOX_SILENT_SECONDS)
    unclaimed = Q(intake=None) | Q(
        Q(intake__heartbeat_at=None) | Q(intake__heartbeat_at__lt=silent),
        intake__done_at=None,
        intake__attempts__lt=MOST_INTAKES,
    )
    versions = AppVersion.objects.filter(
        unclaimed, state__in=[AppVersion.State.UPLOADED, AppVersion.State.QUEUED], image_digest=""
    ).order_by("uploaded_at")
    runs = SandboxRun.objects.waiting().filter(Q(version=None) | ~Q(version__image_digest=""))
    return Due(
        versions=list(versions.values_list("pk", flat=True)[:MOST_AT_ONCE]),
        runs=list(runs.values_list("pk", flat=True)[:MOST_AT_ONCE]),
    )


def bury_dead_runs(*, now: datetime) -> int:
    """Re-queue each run whose worker fell silent, once; break it off the second time. Returns how many there were."""
    silent = beat() - timedelta(seconds=settings.SANDBOX_SILENT_SECONDS)
    dead = SandboxRun.objects.silent_since(silent).select_related("version", "order")
    count = 0
    for run in dead:
        try:
            _bury(run, now=now, silent=silent)
        except MoveRefused:
            continue
        count += 1
    return count


def _bury(run: SandboxRun, *, now: datetime, silent: datetime) -> None:
    with transaction.atomic():
        if not SandboxRun.objects.select_for_update().silent_since(silent).filter(pk=run.pk).exists():
            return
        if run.attempts >= MOST_ATTEMPTS:
            concluding.break_off(run, code="worker_died", now=now)
            return
        run.requeue(now=now)
        version = concluding.fresh_version(run) if run.version_id else None
        if version is not None and version.state == AppVersion.State.TESTING:
            version.queue(now=now)


def reap(desk: readiness.Desk) -> None:
    """Remove containers of runs that aren't alive and images that no active run needs."""
    with engines.reaping() as allowed:
        if not allowed:
            return
        active = list(SandboxRun.objects.active())
        alive = {run.engine_run_id for run in active if run.state == SandboxRun.State.RUNNING}
        images = {run.image_id for run in active if run.image_id}
        try:
            removed = desk.engine.reap(alive, keep_images=images)
        except EngineUnavailable as error:
            readiness.note(desk.worker, reason=error.reason, remedy=error.remedy, detail=error.detail)
        except ValueError as error:
            log.warning("an image on this engine has names that aren't ours: %s", error)
        else:
            if removed:
                log.info("removed %s leftovers", removed)
