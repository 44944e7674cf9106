"""A worker takes a run up: whose turn it is, whether there is room, and that no other worker takes the same one."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from marketplace.accounts.models import Department
from marketplace.core.errors import MoveRefused
from sandbox.models import SandboxRun, Worker
from sandbox.queue import fairness, turns
from sandbox.runs import concluding
from sandbox.workers.pulse import beat
from sandbox.workers.readiness import Desk
from vendors.models import AppVersion, Vendor

RELATED = ("version__app__vendor", "order__service_item")


def claim(desk: Desk, *, now: datetime, run_pk: int | None = None) -> SandboxRun | None:
    """Return the run that the worker has taken up, None when there is none for it (now).

    Claims of one worker queue up behind its row, those for one vendor behind the vendor's, so that neither has more
    than its limit; a run that another worker looks at is passed over. Each attempt is a transaction of its own: one
    that held the rows of several vendors could wait for another that holds them the other way round.
    """
    worker = Worker.objects.filter(name=desk.worker).first()
    free_mb = _free_mb(worker) if worker is not None else None
    if worker is None or free_mb is None:
        return None
    waiting = [each for each in turns.waiting() if run_pk in (None, each.pk)]
    for each in fairness.eligible(waiting, turns.load(now), memory_mb=worker.memory_mb, free_mb=free_mb):
        with transaction.atomic():
            if not _has_room(Worker.objects.select_for_update().get(pk=worker.pk), each):
                return None
            run = _take(each, desk, now=now)
        if run is not None:
            return run
    return None


def _has_room(worker: Worker, each: fairness.Waiting) -> bool:
    free_mb = _free_mb(worker)
    return free_mb is not None and (not worker.memory_mb or each.memory_mb <= free_mb)


def _free_mb(worker: Worker) -> int | None:
    """Return the memory that is left for runs (0 when nobody counts it), None when the worker may take none."""
    if worker.draining_since is not None:
        return None
    alive = beat() - timedelta(seconds=settings.SANDBOX_SILENT_SECONDS)
    mine = SandboxRun.objects.filter(state=SandboxRun.State.RUNNING, worker=worker.name, heartbeat_at__gte=alive)
    manifests = list(mine.values_list("manifest", flat=True))
    if len(manifests) >= worker.slots:
        return None
    return max(worker.memory_mb - sum(turns.pod_mb(each) for each in manifests), 0)


def _take(each: fairness.Waiting, desk: Desk, *, now: datetime) -> SandboxRun | None:
    """Take one run up and its version with it; what an earlier attempt recorded goes."""
    free = SandboxRun.objects.select_for_update(skip_locked=True).filter(pk=each.pk, state=SandboxRun.State.QUEUED)
    if not free.exists() or _has_no_turn(each.owner):
        return None
    run = SandboxRun.objects.select_related(*RELATED).get(pk=each.pk)
    version = concluding.fresh_version(run) if run.version_id else None
    try:
        with transaction.atomic():
            run.take_up(
                worker=desk.worker,
                beat=beat(),
                now=now,
                engine={"version": desk.engine.version},
                self_test=desk.self_test,
                image_id=version.image_digest if version else "",
            )
            run.results.all().delete()
            if version is not None and version.state == AppVersion.State.QUEUED:
                version.start_testing(now=now)
    except MoveRefused:
        return None
    return run


def _has_no_turn(owner: str) -> bool:
    """Return whether the owner has its most runs already, looking again behind the owner's row."""
    kind, _, pk = owner.partition(":")
    rows = Vendor.objects if kind == "vendor" else Department.objects
    list(rows.select_for_update(no_key=True).filter(pk=int(pk)).values_list("pk"))
    running = SandboxRun.objects.filter(state=SandboxRun.State.RUNNING)
    if kind == "vendor":
        running = running.filter(version__app__vendor=int(pk))
    else:
        running = running.filter(version=None, order__department=int(pk))
    return running.count() >= settings.SANDBOX_RUNS_PER_VENDOR
