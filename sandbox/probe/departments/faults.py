"""Owns the faults that a check can switch on for the simulated departments."""

from __future__ import annotations

from dataclasses import dataclass

SLOW_BEFORE = "slow_before"
SLOW_AFTER = "slow_after"
ERROR_BEFORE = "error_before"
ERROR_AFTER = "error_after"
KINDS = (SLOW_BEFORE, SLOW_AFTER, ERROR_BEFORE, ERROR_AFTER)


@dataclass(frozen=True)
class Fault:
    """What goes wrong. *Before*: nothing is taken if the caller gives up or an error is sent; *after*: it was taken."""

    kind: str
    seconds: float = 0.0
    submissions_only: bool = False

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown fault {self.kind!r}")
        if not 0 <= self.seconds <= 60:
            raise ValueError("a fault lasts at most 60 seconds")


class Switch:
    """The fault that is on at present, if any."""

    def __init__(self) -> None:
        self._fault: Fault | None = None

    def on(self, fault: Fault) -> None:
        """Let departments fail in this way from now on."""
        self._fault = fault

    def off(self) -> None:
        """Let departments recover."""
        self._fault = None

    def for_call(self, *, submission: bool) -> Fault | None:
        """Return the fault that hits a call, or None."""
        if self._fault and (submission or not self._fault.submissions_only):
            return self._fault
        return None
