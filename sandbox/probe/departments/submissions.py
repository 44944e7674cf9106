"""Owns one thing that a simulated department took: what it holds, how it stands, and how it stood before."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

RECEIVED = "received"


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
    """One thing that a department took; `standings` are all it ever had, the present one last."""

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

    def __post_init__(self) -> None:
        self.standings = self.standings or [Standing(self.created_at, RECEIVED)]

    @property
    def state(self) -> str:
        """The present state."""
        return self.standings[-1].state

    def move(
        self,
        state: str,
        *,
        now: datetime,
        reason: str | None = None,
        remedy: str | None = None,
        result: str | None = None,
    ) -> None:
        """Let it stand otherwise from now on."""
        self.standings.append(Standing(now, state, reason, remedy, result))

    def as_source(self, as_of: datetime | None = None) -> dict[str, Any]:
        """Return it for `x-minshi-source` hints that begin with `record.`, as it stood at a moment."""
        stood = [each for each in self.standings if as_of is None or each.at <= as_of] or self.standings[:1]
        return {
            "number": self.number,
            "state": stood[-1].state,
            "created_at": self.created_at.isoformat(timespec="seconds"),
            "reason": stood[-1].reason,
            "remedy": stood[-1].remedy,
            "result": stood[-1].result,
            "body": self.body,
        }
