"""Keeps a migrated SQLite database between test runs, so that hundreds of migrations run once for each state of them.

The copy is named after the content of all our migrations and the pinned requirements; `migrate` still runs on it and
would apply what is missing. Two processes at once wait for the first.
"""

import fcntl
import hashlib
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[1]


def _copy_path() -> Path:
    digest = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    for path in sorted(ROOT.glob("[!.]*/**/migrations/*.py")):
        digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return Path(settings.STATE_DIR) / "tests" / f"migrated-{digest.hexdigest()[:16]}.sqlite3"


class MigratedCopy:
    """One process's use of the copy: fill the test database before `migrate`, write the copy after it, and go back."""

    def __init__(self) -> None:
        self._path = _copy_path()
        self._handle: IO[str] | None = None
        self._filler: sqlite3.Connection | None = None
        self._seed = sqlite3.connect(":memory:")

    def prepare(self) -> None:
        """Make the creation of the test database begin from the copy; waits while another process writes it."""
        if connection.vendor != "sqlite":
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._handle = (self._path.parent / "lock").open("a")
        fcntl.flock(self._handle, fcntl.LOCK_EX)
        if not self._path.exists():
            return
        fcntl.flock(self._handle, fcntl.LOCK_UN)
        creation = connection.creation
        original = creation._create_test_db

        def create(*args: object, **kwargs: object) -> str:
            name = original(*args, **kwargs)
            self._filler = sqlite3.connect(name, uri=True)
            with closing(sqlite3.connect(self._path)) as copy:
                copy.backup(self._filler)
            return name

        creation._create_test_db = create

    def keep(self) -> None:
        """Write the copy if there is none, and let others go on."""
        if connection.vendor != "sqlite":
            return
        if self._filler is not None:
            self._filler.close()
        elif not self._path.exists():
            for older in self._path.parent.glob("migrated-*"):
                older.unlink()
            unfinished = self._path.with_suffix(f".{os.getpid()}")
            with closing(sqlite3.connect(unfinished)) as copy:
                connection.connection.backup(copy)
            unfinished.rename(self._path)
        if self._handle is not None:
            self._handle.close()
        connection.connection.backup(self._seed)

    def restore(self) -> None:
        """Make the test database what it was before the first test; nothing may be open on it."""
        if connection.vendor == "sqlite":
            connection.ensure_connection()
            self._seed.backup(connection.connection)
