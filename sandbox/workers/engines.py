"""Which engine does the work (SANDBOX_ENGINE names its package), and the lock that holds the reaper off work."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from django.conf import settings

from sandbox.engine import EngineStatus, IntakeResult, PodOutcome, SelfTestReport


class Engine(Protocol):
    """What the Django side needs of an engine; `sandbox.engine.Engine` is the real one."""

    version: str

    def self_test(self) -> SelfTestReport:
        """Try the forbidden things from inside."""

    def intake(self, archive: BinaryIO, rebuilt: BinaryIO) -> IntakeResult:
        """Check an archive and write a new one; raises IntakeRefused."""

    def load(self, rebuilt: BinaryIO, expected_image_id: str) -> str:
        """Load a rebuilt archive."""

    def has_image(self, image_id: str) -> bool:
        """Whether the image is there."""

    def remove_image(self, image_id: str) -> None:
        """Remove an app's image."""

    def run_pod(
        self,
        image_id: str,
        job: Mapping[str, Any],
        *,
        run_id: str,
        memory_mb: int,
        volumes: Sequence[str] = (),
        on_message: Callable[[dict[str, Any]], None],
        wall_clock_seconds: float,
        cancelled: Callable[[], bool] = ...,
    ) -> PodOutcome:
        """Run one pod to its end."""

    def reap(self, alive_run_ids: Collection[str], *, keep_images: Collection[str] | None = None) -> int:
        """Remove what killed workers left behind."""


def connect() -> Engine:
    """Return an engine that answers; raises sandbox.engine.EngineUnavailable."""
    return import_module(settings.SANDBOX_ENGINE).connect(settings.DOCKER_HOST or None)


def status() -> EngineStatus:
    """Return whether this machine's engine can do sandbox work now; never raises for a missing engine."""
    return import_module(settings.SANDBOX_ENGINE).status(settings.DOCKER_HOST or None)


def _lock_file() -> Path:
    return Path(settings.STATE_DIR) / "sandbox-engine.lock"


@contextmanager
def short_work() -> Iterator[None]:
    """Hold off the reaper while containers exist that belong to no run (self-test, intake)."""
    with _lock_file().open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_SH)
        yield


@contextmanager
def reaping() -> Iterator[bool]:
    """Yield whether the reaper may work now; while it does, no self-test or intake starts on this machine."""
    with _lock_file().open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
