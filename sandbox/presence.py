"""What a sandbox worker does beside its tasks: says that it lives, tests its engine, removes what was left on it."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection

from marketplace.core import clock
from sandbox.models import Worker
from sandbox.runs import sweeping
from sandbox.workers import readiness
from sandbox.workers.pulse import beat

log = logging.getLogger(__name__)

EXAMINE_SECONDS = 60


class Presence:
    """A thread beside a worker that lives as long as the worker's process; an idle worker must not seem dead."""

    def __init__(self, worker: str) -> None:
        self._worker = worker
        self._stop = threading.Event()
        self._examine_at = beat()
        self._thread = threading.Thread(target=self._live, name="sandbox-presence", daemon=True)

    def start(self) -> None:
        """Start saying so."""
        self._thread.start()

    def stop(self) -> None:
        """Say no more."""
        self._stop.set()
        self._thread.join()

    def once(self) -> None:
        """Give one sign of life; now and then look at the engine and clear it of what nobody needs."""
        if beat() >= self._examine_at:
            self._examine_at = beat() + timedelta(seconds=EXAMINE_SECONDS)
            desk = readiness.open_desk(self._worker, now=clock.now())
            if desk is not None:
                sweeping.reap(desk)
        Worker.objects.filter(name=self._worker).update(heartbeat_at=beat())

    def _live(self) -> None:
        try:
            while True:
                try:
                    self.once()
                except DatabaseError:
                    log.exception("a sign of life could not be written; the next one is due in a moment")
                if self._stop.wait(settings.SANDBOX_BEAT_SECONDS):
                    return
        finally:
            connection.close()
