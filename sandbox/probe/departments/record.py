"""Owns the diary of the gateway: every call an app made, judged, and what departments hold because of it."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import unquote_plus

ACCEPTED = "accepted"
REPEATED = "repeated"
REFUSED = "refused"
ANSWERED = "answered"
INVALID = "invalid"
FAULT = "fault"
DROPPED = "dropped"
UNAUTHORISED = "unauthorised"

_ID_NUMBER = re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])")
MAX_CALLS = 20_000
MAX_BYTES = 32 * 1024 * 1024


@dataclass
class Call:
    """One call as the gateway saw it; `outcome` is what the department did, `status` what the caller was told."""

    number: int
    at: datetime
    case: str
    interface: str
    operation: str
    method: str
    target: str
    scopes: tuple[str, ...] = ()
    body: Any = None
    problems: list[dict[str, str]] = field(default_factory=list)
    personal_in_url: list[str] = field(default_factory=list)
    personal_in_headers: list[str] = field(default_factory=list)
    outcome: str = ""
    status: int = 0
    fault: str = ""
    refusal: dict[str, str] = field(default_factory=dict)
    idempotency_key: str = ""
    submission: bool = False

    @property
    def name(self) -> str:
        """Return `interface.operation`, the way scenarios name it."""
        return f"{self.interface}.{self.operation}"

    def as_dict(self) -> dict[str, Any]:
        """Return it as bounded plain data for evidence."""
        return {
            "number": self.number,
            "at": self.at.isoformat(timespec="milliseconds"),
            "case": self.case,
            "operation": self.name,
            "method": self.method,
            "target": self.target[:300],
            "body": self.body,
            "outcome": self.outcome,
            "status": self.status,
            "fault": self.fault,
            "idempotency_key": self.idempotency_key[:100],
            "problems": self.problems[:5],
            "personal_in_url": self.personal_in_url,
        }


class Diary:
    """All calls in the order of arrival; safe to read while departments write. When full, it is `flooded`."""

    def __init__(self) -> None:
        self._calls: list[Call] = []
        self._bytes = 0
        self._lock = threading.Lock()
        self.flooded = False

    def open(self, *, now: datetime, size: int, **details: Any) -> Call:
        """Begin the entry of a call that has just arrived; `size` is its length in bytes."""
        with self._lock:
            call = Call(number=len(self._calls) + 1, at=now, **details)
            self._bytes += size
            if len(self._calls) < MAX_CALLS and self._bytes <= MAX_BYTES:
                self._calls.append(call)
            else:
                self.flooded = True
            return call

    def calls(self, predicate: Callable[[Call], bool] = lambda _: True) -> list[Call]:
        """Return the calls that match, oldest first."""
        with self._lock:
            return [call for call in self._calls if predicate(call)]

    def of_case(self, case: str) -> list[Call]:
        """Return the calls made for one case."""
        return self.calls(lambda call: call.case == case)

    def submissions(self, case: str) -> list[Call]:
        """Return the submissions of one case that a department took as new ones."""
        return self.calls(lambda call: call.case == case and call.submission and call.outcome == ACCEPTED)


def personal_in_url(target: str, private: dict[str, str | None]) -> list[str]:
    """Name the personal data that a URL holds; `private` maps a name to the value of the person of the session."""
    decoded = unquote_plus(target)
    found = [name for name, value in private.items() if value and len(value) > 1 and value in decoded]
    if "document_number" not in found and _ID_NUMBER.search(decoded):
        found.append("document_number")
    return found
