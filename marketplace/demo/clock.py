"""The simulated clock of the story: an offset from real time, shared by the processes that `manage.py demo` starts."""

import os
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

from marketplace.core import clock


class SharedClock:
    """Real time plus an offset that is kept in a file, so that story, worker and web server agree.

    Without the file (the story is over) it is the real time.
    """

    def __init__(self, path: Path):
        self.path = path

    def __call__(self) -> datetime:
        """Return the story's time."""
        try:
            return timezone.now() + timedelta(seconds=float(self.path.read_text()))
        except FileNotFoundError:
            return timezone.now()

    def travel(self, to: datetime) -> None:
        """Set the story's time; it goes on running from there."""
        offset = (to - timezone.now()).total_seconds()
        draft = self.path.with_suffix(f".{os.getpid()}")
        draft.write_text(str(offset))
        draft.replace(self.path)

    def stop(self) -> None:
        """Return every process to real time."""
        self.path.unlink(missing_ok=True)


def install(path: Path) -> SharedClock:
    """Make the platform of this process read the story's time."""
    shared = SharedClock(path)
    clock.install(shared)
    return shared
