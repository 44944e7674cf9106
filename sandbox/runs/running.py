"""Carries out one queued run on one engine: claim, image, pod, verdict; whatever happens the row says so."""

from __future__ import annotations

import json
import logging
import time
from dataclasses import asdict
from typing import BinaryIO, cast

from django.conf import settings
from django.db import transaction

from marketplace.core import clock
from sandbox import retests
from sandbox.engine import EngineUnavailable, IntakeRefused, PodOutcome
from sandbox.models import Intake, SandboxRun
from sandbox.plans import job_of, memory_mb
from sandbox.reference_image import build_reference
from sandbox.reports.cleaning import clean_text
from sandbox.runs import claiming, concluding
from sandbox.runs.recording import Recorder
from sandbox.workers import engines, readiness
from sandbox.workers.pulse import Pulse, same_claim
from vendors.models import AppVersion

log = logging.getLogger(__name__)

PREPARE_SECONDS = 120


class ImageLost(Exception):
    """The archive that intake rebuilt isn't there or doesn't load as the same image."""


def perform(*, worker: str, run_pk: int | None = None) -> bool:
    """Carry out the run whose turn it is, or the given one; False when none was (no engine, no room, taken, draining).

    Which runs wait, and that a worker has one, only the rows say: being called for nothing or twice does no harm.
    """
    if not SandboxRun.objects.waiting().exists() or readiness.is_draining(worker):
        return False
    now = clock.now()
    desk = readiness.open_desk(worker, now=now)
    run = claiming.claim(desk, now=now, run_pk=run_pk) if desk else None
    if desk is None or run is None:
        return False
    held = same_claim(run, state=SandboxRun.State.RUNNING, worker=worker, attempts=run.attempts)
    with Pulse(claimed=held, worker=worker, seconds=settings.SANDBOX_RUN_SECONDS + PREPARE_SECONDS) as pulse:
        Attempt(run, desk, pulse).carry_out()
    return True


class Attempt:
    """One worker's attempt at one run."""

    def __init__(self, run: SandboxRun, desk: readiness.Desk, pulse: Pulse) -> None:
        self._run = run
        self._engine = desk.engine
        self._worker = desk.worker
        self._pulse = pulse
        self._began = time.monotonic()
        self._claim = same_claim(run, state=SandboxRun.State.RUNNING, worker=desk.worker, attempts=run.attempts)
        self._recorder = Recorder(run, still_ours=self._is_ours)

    def carry_out(self) -> None:
        """Run the pod and end the run; a fault of the platform breaks it off."""
        try:
            outcome = self._run_pod()
        except EngineUnavailable as error:
            readiness.note(self._worker, reason=error.reason, remedy=error.remedy, detail=error.detail)
            self._break_off("engine", f"{error.reason} {error.detail}")
        except ImageLost as error:
            self._break_off("image", str(error))
        except IntakeRefused as refused:
            self._break_off("reference", str(refused))
        except Exception as error:
            log.exception("run %s ended by an error of the platform", self._run.pk)
            self._break_off("internal", f"{type(error).__name__}: {error}")
        else:
            self._end(outcome)

    def _run_pod(self) -> PodOutcome:
        run = self._run
        volumes = self._prepare_image()
        seconds = settings.SANDBOX_RUN_SECONDS
        return self._engine.run_pod(
            run.image_id,
            job_of(run, wall_clock_seconds=seconds),
            run_id=run.engine_run_id,
            memory_mb=memory_mb(run.manifest),
            volumes=volumes,
            on_message=self._recorder.take,
            wall_clock_seconds=seconds,
            cancelled=self._must_stop,
        )

    def _prepare_image(self) -> list[str]:
        """Load the image that intake checked; returns the volumes that it declares."""
        run = self._run
        if run.version_id is None:
            with engines.short_work():
                image_id, volumes = build_reference(self._engine)
                SandboxRun.objects.filter(pk=run.pk).update(image_id=image_id)
            run.image_id = image_id
            return volumes
        taken = Intake.objects.filter(version_id=run.version_id, image_id=run.image_id).first()
        if taken is None:
            raise ImageLost("intake has no such image")
        if not self._engine.has_image(run.image_id):
            try:
                with taken.rebuilt.open("rb") as rebuilt:
                    self._engine.load(cast("BinaryIO", rebuilt), run.image_id)
            except (OSError, ValueError) as error:
                raise ImageLost(str(error)) from error
        return list(taken.volumes)

    def _end(self, outcome: PodOutcome) -> None:
        if not self._is_ours():
            log.warning("run %s was taken over by another worker", self._run.pk)
            return
        if outcome.ended == "cancelled":
            self._cancel()
        elif outcome.ended == "probe_died":
            self._break_off("probe_died", outcome.detail, outcome)
        elif not self._recorder.results and outcome.ended == "completed":
            self._break_off("no_results", outcome.detail, outcome)
        elif concluding.checks_failed_themselves(self._run, self._recorder.results):
            self._break_off("check_error", "", outcome)
        else:
            timed_out = outcome.ended == "timeout"
            concluding.conclude(
                self._run,
                self._recorder.results,
                now=clock.now(),
                timed_out=timed_out,
                **self._figures(outcome),
            )
            self._drop_image()

    def _break_off(self, code: str, detail: str, outcome: PodOutcome | None = None) -> None:
        if not self._is_ours():
            return
        figures = self._figures(outcome) if outcome else {}
        concluding.break_off(self._run, code=code, detail=clean_text(detail, limit=1000), now=clock.now(), **figures)

    def _cancel(self) -> None:
        with transaction.atomic():
            now = clock.now()
            self._run.cancel(by="system:sandbox", now=now, reason="asked by the operator")
            retests.give_up(self._run, now=now)
            version = concluding.fresh_version(self._run) if self._run.version_id else None
            if version is not None and version.state == AppVersion.State.TESTING:
                version.queue(now=now)

    def _figures(self, outcome: PodOutcome) -> dict[str, object]:
        figures = {
            "ended": outcome.ended,
            "seconds_to_first_answer": outcome.seconds_to_first_answer,
            "peak_memory_bytes": outcome.peak_memory_bytes,
            "pod_seconds": round(outcome.seconds, 2),
            "app_exit": asdict(outcome.app_exit),
            "coverage": self._recorder.coverage,
        }
        return {
            "figures": json.loads(json.dumps(figures)),
            "log_tail": clean_text(outcome.log_tail),
            "seconds": round(time.monotonic() - self._began, 2),
        }

    def _drop_image(self) -> None:
        """Remove the image unless another run needs it; the verdict stands whether or not that works."""
        if SandboxRun.objects.active().filter(image_id=self._run.image_id).exists():
            return
        try:
            self._engine.remove_image(self._run.image_id)
        except (EngineUnavailable, ValueError) as error:
            log.warning("the image of run %s was left to the reaper: %s", self._run.pk, error)

    def _is_ours(self) -> bool:
        return not self._pulse.lost and self._claim().exists()  # type: ignore[attr-defined]

    def _must_stop(self) -> bool:
        held = self._claim().values_list("cancel_requested", flat=True).first()  # type: ignore[attr-defined]
        return held is None or bool(held) or self._pulse.lost
