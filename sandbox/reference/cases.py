"""Owns what the app remembers: who is in, what they filled in, and each application until its department confirms."""

from __future__ import annotations

import json
import secrets
import threading
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

SENDING = "sending"
RECEIVED = "received"
REFUSED = "refused"
SESSION_SECONDS = 3600
MOST_VISITS = 20_000


@dataclass
class Application:
    """One application. `key` is sent with every attempt, so that the department takes it once."""

    reference: str
    case: str
    key: str
    gateway_session: str
    body: dict[str, Any]
    submitted_at: str
    language: str = "zh-hans"
    state: str = SENDING
    application_no: str | None = None
    department_state: str | None = None
    reason: str | None = None
    remedy: str | None = None


@dataclass
class Visit:
    """One person in the app: the case, what departments know, what was filled in so far."""

    session: str
    gateway_session: str
    case: str
    language: str
    began: float
    elder: bool = False
    known: dict[str, Any] | None = None
    form: dict[str, Any] = field(default_factory=dict)


class Cases:
    """Everything the app holds; applications are also written to a journal, so that a restart loses none."""

    def __init__(self, directory: str) -> None:
        self._visits: dict[str, Visit] = {}
        self._applications: dict[str, Application] = {}
        self._lock = threading.Lock()
        self._case_locks: dict[str, threading.Lock] = {}
        self._journal = Path(directory) / "applications.jsonl"
        self._read_journal()

    def _read_journal(self) -> None:
        if not self._journal.exists():
            return
        for line in self._journal.read_text(encoding="utf-8").splitlines():
            try:
                application = Application(**json.loads(line))
            except (ValueError, TypeError):
                continue  # the last line of a process that was killed while writing
            self._applications[application.case] = application

    def save(self, application: Application) -> None:
        """Remember an application, in memory and in the journal."""
        with self._lock:
            self._applications[application.case] = application
            with self._journal.open("a", encoding="utf-8") as journal:
                journal.write(json.dumps(asdict(application), ensure_ascii=False) + "\n")

    def new_application(self, visit: Visit, body: dict[str, Any]) -> Application:
        """Return a new application of a visit, saved before anybody is asked."""
        application = Application(
            reference=f"R{datetime.now(UTC):%y%m%d}-{secrets.token_hex(5).upper()}",
            case=visit.case,
            key=secrets.token_hex(16),
            gateway_session=visit.gateway_session,
            body=body,
            submitted_at=datetime.now(UTC).isoformat(timespec="seconds"),
            language=visit.language,
        )
        self.save(application)
        return application

    def application_of(self, case: str) -> Application | None:
        """Return the application of a case, or None."""
        return self._applications.get(case)

    def lock_of(self, case: str) -> threading.Lock:
        """Return the lock that lets one submission of a case happen at a time."""
        with self._lock:
            return self._case_locks.setdefault(case, threading.Lock())

    def waiting(self) -> list[Application]:
        """Return the applications that no department has confirmed yet."""
        with self._lock:
            return [each for each in self._applications.values() if each.state == SENDING]

    def begin(self, *, gateway_session: str, case: str, language: str, elder: bool = False) -> Visit:
        """Let somebody in."""
        now = time.monotonic()
        visit = Visit(secrets.token_urlsafe(24), gateway_session, case, language, now, elder=elder)
        with self._lock:
            if len(self._visits) >= MOST_VISITS:
                self._visits = {s: v for s, v in self._visits.items() if now - v.began < SESSION_SECONDS}
            self._visits[visit.session] = visit
        return visit

    def visit(self, session: str) -> Visit | None:
        """Return the visit of a session that has not expired, or None."""
        visit = self._visits.get(session)
        return visit if visit and time.monotonic() - visit.began < SESSION_SECONDS else None
