"""Whether a worker may take work: its engine answers, and the self-test found nothing forbidden possible."""

from __future__ import annotations

import os
import socket
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.conf import settings

from marketplace.core import clock, signing_keys
from sandbox.engine import EngineUnavailable, SelfTestReport
from sandbox.models import Worker
from sandbox.workers import engines
from sandbox.workers.pulse import beat

SELF_TEST_FAILED = (
    "The sandbox's self-test failed: an app could do something that it must not.",
    "Run no apps here. See the findings on the operators' page, repair the engine and restart the worker.",
)


WRONG_KEY = (
    "This worker would sign certificates with a key that isn't the platform's.",
    "Copy the platform's signing key file to this host (MINSHI_SIGNING_KEY_FILE) and restart the worker.",
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


def open_desk(worker: str, *, now: datetime | None = None) -> Desk | None:
    """Return the engine to work with, or None after noting on the worker's row why there is none (fail closed)."""
    if not signing_keys.is_known(now=now or clock.now()):
        reason, remedy = WRONG_KEY
        note(worker, reason=reason, remedy=remedy)
        return None
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
    note(worker, version=engine.version, host=status.host)
    return Desk(engine, worker, self_test)


def note(
    worker: str, *, reason: str = "", remedy: str = "", detail: str = "", version: str = "", host: str = ""
) -> None:
    """Write down how the worker stands; without a reason it can work."""
    values = {
        "heartbeat_at": beat(),
        "available": not reason,
        "reason": reason,
        "remedy": remedy,
        "detail": detail[:2000],
        "engine_version": version,
        "engine_host": host or settings.DOCKER_HOST,
        "slots": settings.SANDBOX_RUNS_AT_ONCE,
        "memory_mb": settings.SANDBOX_MEMORY_MB,
    }
    Worker.objects.update_or_create(name=worker, defaults=values)


def is_draining(worker: str) -> bool:
    """Return whether an operator lets the worker take no more work."""
    return Worker.objects.filter(name=worker, draining_since__isnull=False).exists()


def forget_self_test(worker: str) -> None:
    """Let the next piece of work test the engine again (a worker has just started)."""
    Worker.objects.filter(name=worker).update(self_tested_at=None)


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
