"""Stores what the engine says while a run goes on; what doesn't fit the plan is refused and told, never stored."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction

from marketplace.core import clock
from sandbox.models import CheckResult, RunEvent, SandboxRun
from sandbox.reports.messages import LineRefused, Result, read_coverage, read_engine, read_progress, read_result
from sandbox.reports.renderings.coverage import operations_of
from sandbox.reports.verdict import duties_of

MOST_EVENTS = 1_000
MOST_REFUSALS = 50

log = logging.getLogger(__name__)


class Recorder:
    """Takes the lines of one attempt, in order, from one thread."""

    def __init__(self, run: SandboxRun, *, still_ours: Callable[[], bool]) -> None:
        self._run = run
        self._still_ours = still_ours
        self._duties = {duty.code: duty for duty in duties_of(run.plan)}
        self._positions = {code: position for position, code in enumerate(self._duties)}
        self._sequence = 0
        self._refused = 0
        self._operations = operations_of(run.plan.get("contract", {}))
        self.results: dict[str, Result] = {}
        self.coverage: dict[str, dict[str, int]] = {}

    def take(self, message: Mapping[str, Any]) -> None:
        """Store one line; a line that this run may not send leaves only a note that it was refused."""
        if not self._still_ours():
            return
        try:
            self._store(message)
        except LineRefused as refused:
            self._refuse(str(refused))

    def _store(self, message: Mapping[str, Any]) -> None:
        kind = message.get("type")
        if kind == "progress":
            progress = read_progress(message, planned=self._duties)
            self._event(RunEvent.Kind.PROGRESS, progress["check"], progress)
        elif kind == "result":
            self._result(read_result(message, planned=self._duties, seen=self.results))
        elif kind == "coverage":
            self.coverage = read_coverage(message, operations=self._operations)
        elif kind == "engine":
            event = read_engine(message)
            self._event(RunEvent.Kind.ENGINE, event["event"], event["data"])
        else:
            raise LineRefused("a line of an unknown type")

    def _result(self, result: Result) -> None:
        duty = self._duties[result.check]
        with transaction.atomic():
            CheckResult.objects.create(
                run=self._run,
                position=self._positions[result.check],
                code=result.check,
                group=result.group,
                outcome=result.outcome,
                mandatory=duty.mandatory,
                weight=duty.weight,
                digestible=result.digestible,
                summary_zh=result.summary["zh"],
                summary_en=result.summary["en"],
                measurements=result.measurements,
                evidence=result.evidence,
                at=clock.now(),
            )
            self._event(RunEvent.Kind.PROGRESS, result.check, {"state": "done", "outcome": result.outcome})
        self.results[result.check] = result

    def _refuse(self, reason: str) -> None:
        self._refused += 1
        log.warning("run %s: refused %s", self._run.pk, reason)
        if self._refused <= MOST_REFUSALS:
            self._event(RunEvent.Kind.REFUSED, "refused", {"reason": reason})

    def _event(self, kind: str, code: str, data: dict[str, Any]) -> None:
        self._sequence += 1
        if self._sequence > MOST_EVENTS:
            return
        RunEvent.objects.create(
            run=self._run,
            attempt=self._run.attempts,
            sequence=self._sequence,
            kind=kind,
            code=code,
            data=data,
            at=clock.now(),
        )
