"""What changed between two reports: which checks fail newly, no longer, or still, and what was measured (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

HOLDS = ("passed", "advisory")
MOST_MEASUREMENTS = 40
FIGURES = ("seconds_to_first_answer", "peak_memory_bytes", "pod_seconds")


@dataclass(frozen=True)
class Outcome:
    """How a check ended in one run; `outcome` is empty where the run hadn't this check."""

    outcome: str
    measurements: Mapping[str, float]


@dataclass(frozen=True)
class Measured:
    """One measurement of both runs; `check` is empty for a figure of the whole run. None where it is missing."""

    check: str
    name: str
    before: float | None
    after: float | None

    @property
    def change(self) -> float | None:
        """The change as a share of what it was, None where that says nothing."""
        if self.before is None or self.after is None or not self.before:
            return None
        return (self.after - self.before) / self.before


@dataclass(frozen=True)
class Comparison:
    """The checks by what became of them, in the later plan's order, and every measurement that differs."""

    newly_failing: list[str]
    newly_passing: list[str]
    still_failing: list[str]
    added: list[str]
    dropped: list[str]
    measurements: list[Measured]
    same_plan: bool


def compare(
    before: Mapping[str, Outcome],
    after: Mapping[str, Outcome],
    *,
    figures: tuple[Mapping[str, Any], Mapping[str, Any]] = ({}, {}),
    same_plan: bool = True,
) -> Comparison:
    """Return what changed from one run to a later one; `figures` are those of the whole runs, in the same order.

    A check counts as failing when it doesn't hold, for whatever reason; one that only one run had is added or dropped.
    """
    both = [code for code in after if code in before]
    fails = {code: (not _holds(before[code]), not _holds(after[code])) for code in both}
    return Comparison(
        newly_failing=[code for code in both if fails[code] == (False, True)],
        newly_passing=[code for code in both if fails[code] == (True, False)],
        still_failing=[code for code in both if fails[code] == (True, True)],
        added=[code for code in after if code not in before],
        dropped=[code for code in before if code not in after],
        measurements=[*_figures(*figures), *_measurements(before, after)][:MOST_MEASUREMENTS],
        same_plan=same_plan,
    )


def _holds(found: Outcome) -> bool:
    return found.outcome in HOLDS


def _figures(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Measured]:
    rows = [Measured("", name, _number(before.get(name)), _number(after.get(name))) for name in FIGURES]
    return [row for row in rows if row.before != row.after]


def _measurements(before: Mapping[str, Outcome], after: Mapping[str, Outcome]) -> list[Measured]:
    both = [(code, before[code].measurements, now.measurements) for code, now in after.items() if code in before]
    rows = [
        Measured(code, name, _number(was[name]), _number(value))
        for code, was, now in both
        for name, value in now.items()
        if name in was
    ]
    return [row for row in rows if row.before != row.after]


def _number(value: Any) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
