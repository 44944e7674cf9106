"""Owns what a simulated department took: each submission with all its standings, and the ledger that holds them."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

RECEIVED = "received"
ACCEPTED = "accepted"
SUPPLEMENT_REQUESTED = "supplement_requested"
NOT_ACCEPTED = "not_accepted"
COMPLETED = "completed"
DENIED = "denied"
WITHDRAWN = "withdrawn"

# How a submission may move on, as at the counter: what isn't accepted can't be decided, what is decided stays so.
TRANSITIONS: dict[str, frozenset[str]] = {
    RECEIVED: frozenset({ACCEPTED, SUPPLEMENT_REQUESTED, NOT_ACCEPTED, WITHDRAWN}),
    SUPPLEMENT_REQUESTED: frozenset({ACCEPTED, NOT_ACCEPTED, WITHDRAWN}),
    ACCEPTED: frozenset({SUPPLEMENT_REQUESTED, COMPLETED, DENIED, WITHDRAWN}),
    NOT_ACCEPTED: frozenset(),
    COMPLETED: frozenset(),
    DENIED: frozenset(),
    WITHDRAWN: frozenset(),
}
MAX_TAKEN = 10_000


class MoveRefused(ValueError):
    """A move that a submission can't make from where it stands."""


class LedgerFull(Exception):
    """A department that takes no more."""


@dataclass(frozen=True)
class Standing:
    """How a submission stands since a moment."""

    at: datetime
    state: str
    reason: str | None = None
    remedy: str | None = None
    result: str | None = None


@dataclass
class Submission:
    """One thing that a department took; `standings` are all it ever had, the present one last.

    `course` are the steps that it will take by itself, as `workflow.py` reads them; `reads` counts how often somebody
    asked how it stands.
    """

    number: str
    collection: str
    interface: str
    case: str
    person: int
    key: str
    body: dict[str, Any]
    created_at: datetime
    submission: bool = False
    standings: list[Standing] = field(default_factory=list)
    course: list[dict[str, Any]] = field(default_factory=list)
    reads: int = 0
    supplements: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.standings = self.standings or [Standing(self.created_at, RECEIVED)]

    @property
    def state(self) -> str:
        """The present state."""
        return self.standings[-1].state

    @property
    def is_open(self) -> bool:
        """Whether it may still move."""
        return bool(TRANSITIONS[self.state])

    def move(
        self,
        state: str,
        *,
        now: datetime,
        reason: str | None = None,
        remedy: str | None = None,
        result: str | None = None,
    ) -> None:
        """Let it stand otherwise from now on. MoveRefused when it can't."""
        if state not in TRANSITIONS[self.state]:
            raise MoveRefused(f"{self.state} can't become {state}")
        self.standings.append(Standing(now, state, reason, remedy, result))

    def as_source(self, as_of: datetime | None = None) -> dict[str, Any]:
        """Return it for `x-minshi-source` hints that begin with `record.`, as it stood at a moment."""
        stood = [each for each in self.standings if as_of is None or each.at <= as_of] or self.standings[:1]
        return {
            "number": self.number,
            "state": stood[-1].state,
            "created_at": self.created_at.isoformat(timespec="seconds"),
            "moved_at": stood[-1].at.isoformat(timespec="seconds"),
            "reason": stood[-1].reason,
            "remedy": stood[-1].remedy,
            "result": stood[-1].result,
            "body": self.body,
            "supplements": list(self.supplements),
        }


class Ledger:
    """All submissions of one department, found by case and key, by person and by number; bounded."""

    def __init__(self) -> None:
        self._all: list[Submission] = []
        self._by_key: dict[tuple[str, str], Submission] = {}
        self._by_person: dict[tuple[str, int], list[Submission]] = {}
        self._lock = threading.Lock()

    def take(self, made: Submission, *, prefix: str) -> tuple[Submission, bool]:
        """Take one and number it, or return the one with the same case and key; say whether it is new. LedgerFull."""
        with self._lock:
            same = self._by_key.get((made.case, made.key)) if made.key else None
            if same is not None:
                return same, False
            if len(self._all) >= MAX_TAKEN:
                raise LedgerFull
            made.number = f"{prefix}99{made.created_at:%Y%m%d}{len(self._all) + 1:06d}"
            self._all.append(made)
            if made.key:
                self._by_key[made.case, made.key] = made
            self._by_person.setdefault((made.collection, made.person), []).append(made)
            return made, True

    def of_person(self, collection: str, person: int, as_of: datetime | None = None) -> list[Submission]:
        """Return a person's submissions in a collection, as far as they were there at a moment."""
        with self._lock:
            mine = list(self._by_person.get((collection, person), ()))
        return [each for each in mine if as_of is None or each.created_at <= as_of]

    def of_case(self, case: str) -> list[Submission]:
        """Return what was taken for one case."""
        with self._lock:
            return [each for each in self._all if each.case == case]
