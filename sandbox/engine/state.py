"""Where the engine keeps its own files on this machine, and the lock that keeps two of them apart."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
LONGEST_SOCKET_PATH = 100
INSTALLATION_LABEL = "org.minshi.installation"


def state_dir() -> Path:
    """The state folder: MINSHI_ENGINE_STATE, or engine/ in the platform's (MINSHI_STATE_DIR, else var/)."""
    named = os.environ.get("MINSHI_ENGINE_STATE")
    return Path(named or Path(os.environ.get("MINSHI_STATE_DIR") or CHECKOUT / "var") / "engine").absolute()


def installation(state: Path | None = None) -> str:
    """A short name of this installation, so that two of them on one engine never remove each other's containers."""
    folder = state or state_dir()
    return os.environ.get("MINSHI_INSTALLATION") or hashlib.sha256(str(folder).encode()).hexdigest()[:12]


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on `path` (created if absent); it vanishes with the process, so nothing is left stale."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
