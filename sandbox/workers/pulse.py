"""Signs of life in real time: what a worker says of itself, and the thread that says it while an engine call blocks.

A heartbeat is a fact about a machine, so it never follows the simulated clock of the demo.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Model

from sandbox.models import Worker

log = logging.getLogger(__name__)


def beat() -> datetime:
    """Return the real time, aware, in UTC."""
    return datetime.now(UTC)


class Pulse:
    """Keeps one claimed row alive from a thread of its own, until left or until `seconds` have passed.

    `claimed` selects the row only while the claim still holds; when it selects nothing any more, somebody else has
    taken over and `lost` becomes true. A worker that hangs for good stops beating after `seconds` and is swept.
    """

    def __init__(self, *, claimed: Callable[[], object], worker: str, seconds: float) -> None:
        self._claimed = claimed
        self._worker = worker
        self._left = seconds
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat_on, name="sandbox-pulse", daemon=True)
        self.lost = False

    def __enter__(self) -> Pulse:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _beat_on(self) -> None:
        interval = settings.SANDBOX_BEAT_SECONDS
        try:
            while not self._stop.wait(interval) and not self.lost and self._left > 0:
                self._left -= interval
                self._beat_once()
        finally:
            connection.close()

    def _beat_once(self) -> None:
        now = beat()
        try:
            self.lost = not self._claimed().update(heartbeat_at=now)  # type: ignore[attr-defined]
            Worker.objects.filter(name=self._worker).update(heartbeat_at=now)
        except DatabaseError:
            log.exception("a sign of life could not be written; the next one is due in a moment")


def same_claim(row: Model, **claim: object) -> Callable[[], object]:
    """Return a function that selects the row only while `claim` still describes it."""
    manager = type(row)._base_manager
    return lambda: manager.filter(pk=row.pk, **claim)
