"""Takes in one uploaded archive: claims it, lets the engine rebuild it, and refuses the version or queues its run."""

from __future__ import annotations

import tempfile
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import BinaryIO, cast

from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F, Q

from marketplace.core import audit, clock
from sandbox import materials
from sandbox.engine import EngineUnavailable, IntakeRefused, IntakeResult
from sandbox.models import Intake, SandboxRun
from sandbox.news import tell_members
from sandbox.queue.queueing import queue_certification
from sandbox.reports.cleaning import clean_value
from sandbox.workers import engines, readiness
from sandbox.workers.pulse import Pulse, beat, same_claim
from vendors.models import AppVersion

MOST_INTAKES = 3
State = AppVersion.State


def is_due(version: AppVersion) -> bool:
    """Return whether the version's archive still has to be checked."""
    return version.state in (State.UPLOADED, State.QUEUED) and not version.image_digest


def take_in(*, version_pk: int, worker: str) -> SandboxRun | None:
    """Check one archive; returns the run that may start now, None when there is nothing (more) to do.

    Without an engine the version waits in the queue, untouched; `standing.engine_status` says why.
    """
    version = AppVersion.objects.select_related("app__vendor", "order").filter(pk=version_pk).first()
    if version is None or not is_due(version) or readiness.is_draining(worker):
        return None
    desk = readiness.open_desk(worker)
    if desk is None:
        _wait(version, now=clock.now())
        return None
    row = _claim(version, worker=worker)
    if row is None:
        return None
    held = same_claim(row, worker=worker, attempts=row.attempts, done_at=None)
    with Pulse(claimed=held, worker=worker, seconds=settings.SANDBOX_INTAKE_SECONDS) as pulse:
        return _work(version, row, desk, pulse)


def _work(version: AppVersion, row: Intake, desk: readiness.Desk, pulse: Pulse) -> SandboxRun | None:
    with tempfile.TemporaryFile() as rebuilt:
        try:
            with version.archive.open("rb") as archive, engines.short_work():
                result = desk.engine.intake(cast("BinaryIO", archive), cast("BinaryIO", rebuilt))
        except IntakeRefused as refused:
            if not pulse.lost:
                refusal = {"code": refused.code, "place": refused.place, "params": refused.params}
                _refuse(version, row, clean_value(refusal, limit=300), now=clock.now())
            return None
        except EngineUnavailable as error:
            readiness.note(desk.worker, reason=error.reason, remedy=error.remedy, detail=error.detail)
            Intake.objects.filter(pk=row.pk).update(worker="", heartbeat_at=None, attempts=F("attempts") - 1)
            _wait(version, now=clock.now())
            return None
        if pulse.lost:
            return None
        rebuilt.seek(0)
        return _accept(version, row, result, File(rebuilt), now=clock.now())


def _claim(version: AppVersion, *, worker: str) -> Intake | None:
    row, _created = Intake.objects.get_or_create(version=version)
    now = beat()
    silent = now - timedelta(seconds=settings.SANDBOX_SILENT_SECONDS)
    free = Q(worker="") | Q(heartbeat_at=None) | Q(heartbeat_at__lt=silent)
    due = Intake.objects.filter(free, pk=row.pk, done_at=None, attempts=row.attempts, attempts__lt=MOST_INTAKES)
    if not due.update(worker=worker, heartbeat_at=now, attempts=row.attempts + 1):
        return None
    row.refresh_from_db()
    return row


def _wait(version: AppVersion, *, now: datetime) -> None:
    """Queue an uploaded version whose archive nobody can check yet."""
    with transaction.atomic():
        found = AppVersion.objects.select_for_update().get(pk=version.pk)
        if found.state == State.UPLOADED:
            found.queue(now=now)
            queue_certification(version=found, now=now)


def _refuse(version: AppVersion, row: Intake, refusal: dict[str, object], *, now: datetime) -> None:
    with transaction.atomic():
        version.refuse(refusal=refusal, now=now)
        Intake.objects.filter(pk=row.pk).update(done_at=now, worker="", heartbeat_at=None)
        for run in SandboxRun.objects.active().filter(version=version):
            run.cancel(by="system:intake", now=now, reason="refused at intake")
        tell_members(version, kind="sandbox-refused", now=now)
    version.archive.delete(save=False)
    AppVersion.objects.filter(pk=version.pk).update(archive="")


def _accept(
    version: AppVersion, row: Intake, result: IntakeResult, rebuilt: File, *, now: datetime
) -> SandboxRun | None:
    """Keep the rebuilt archive, pin the version to its digest and queue the run."""
    name = result.image_id.partition(":")[2]
    row.rebuilt.save(f"{name}.tar", rebuilt, save=False)
    row.sbom.save(f"{name}.cdx.json", ContentFile(materials.to_bytes(result.sbom)), save=False)
    with transaction.atomic():
        found = AppVersion.objects.select_for_update().select_related("order", "app__vendor").get(pk=version.pk)
        if not is_due(found):
            return None
        Intake.objects.filter(pk=row.pk).update(
            done_at=now,
            heartbeat_at=None,
            image_id=result.image_id,
            vendor_digest=result.vendor_digest,
            config=clean_value(result.config, limit=2000),
            volumes=list(result.volumes),
            notes=[clean_value(asdict(note), limit=300) for note in result.notes],
            uncompressed_bytes=result.uncompressed_bytes,
            rebuilt=row.rebuilt.name,
            sbom=row.sbom.name,
        )
        if found.state == State.UPLOADED:
            found.queue(now=now, image_digest=result.image_id)
            return queue_certification(version=found, now=now)
        AppVersion.objects.filter(pk=found.pk).update(image_digest=result.image_id)
        audit.record("taken_in", found, by="system:intake", now=now, after={"image_digest": result.image_id})
        waiting = SandboxRun.objects.filter(version=found, state=SandboxRun.State.QUEUED)
        waiting.update(image_id=result.image_id)
        return waiting.first()
