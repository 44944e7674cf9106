"""Whether a worker may take work: its engine answers, and the self-test found nothing forbidden possible."""

from __future__ import annotations

import os
import socket
from dataclasses import asdict, dataclass
from datetime import timedelta

from django.conf import settings

from sandbox import engines
from sandbox.engine import EngineUnavailable, SelfTestReport
from sandbox.models import SandboxRun, Worker
from sandbox.pulse import beat

SELF_TEST_FAILED = (
    "The sandbox's self-test failed: an app could do something that it must not.",
    "Run no apps here. See the findings on the operators' page, repair the engine and restart the worker.",
)


@dataclass(frozen=True)
class Desk:
    """An engine that may be used, and the self-test that says so."""

    engine: engines.Engine
    worker: str
    self_test: dict[str, object]


def own_name() -> str:
    """Return the name of a worker that no queue has named: this machine and process."""
    return f"{socket.gethostname()}:{os.getpid()}"


def open_desk(worker: str) -> Desk | None:
    """Return the engine to work with, or None after noting on the worker's row why there is none (fail closed)."""
    status = engines.status()
    if not status.available:
        note(worker, reason=status.reason, remedy=status.remedy, detail=status.detail)
        return None
    try:
        engine = engines.connect()
        self_test = _self_test(worker, engine)
    except EngineUnavailable as error:
        note(worker, reason=error.reason, remedy=error.remedy, detail=error.detail)
        return None
    if not self_test["passed"]:
        reason, remedy = SELF_TEST_FAILED
        note(worker, reason=reason, remedy=remedy, version=engine.version)
        return None
    note(worker, version=engine.version)
    return Desk(engine, worker, self_test)


def note(worker: str, *, reason: str = "", remedy: str = "", detail: str = "", version: str = "") -> None:
    """Write down how the worker stands; without a reason it can work."""
    values = {
        "heartbeat_at": beat(),
        "available": not reason,
        "reason": reason,
        "remedy": remedy,
        "detail": detail[:2000],
        "engine_version": version,
    }
    Worker.objects.update_or_create(name=worker, defaults=values)


def forget_self_test(worker: str) -> None:
    """Let the next piece of work test the engine again (a worker has just started)."""
    Worker.objects.filter(name=worker).update(self_tested_at=None)


def is_full(worker: str) -> bool:
    """Return whether the worker already has as many runs as it may have at a time."""
    alive = beat() - timedelta(seconds=settings.SANDBOX_SILENT_SECONDS)
    running = SandboxRun.objects.filter(state="running", worker=worker, heartbeat_at__gte=alive).count()
    return running >= settings.SANDBOX_RUNS_AT_ONCE


def _self_test(worker: str, engine: engines.Engine) -> dict[str, object]:
    known = Worker.objects.filter(name=worker).first()
    recently = beat() - timedelta(seconds=settings.SANDBOX_SELF_TEST_SECONDS)
    if known and known.self_tested_at and known.self_tested_at > recently and known.engine_version == engine.version:
        return known.self_test
    with engines.short_work():
        report = engine.self_test()
    values = as_json(report)
    defaults = {
        "self_test": values,
        "self_tested_at": beat(),
        "heartbeat_at": beat(),
        "available": report.passed,
        "engine_version": engine.version,
    }
    Worker.objects.update_or_create(name=worker, defaults=defaults)
    return values


def as_json(report: SelfTestReport) -> dict[str, object]:
    """Return the report as plain data, with the real time at which it was made."""
    return {
        "passed": report.passed,
        "at": beat().isoformat(timespec="seconds"),
        "findings": [asdict(finding) for finding in report.findings],
    }
