"""Owns the faults that a check can switch on for the simulated departments, and what each does to an answer."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from . import http

SLOW_BEFORE = "slow_before"
SLOW_AFTER = "slow_after"
ERROR_BEFORE = "error_before"
ERROR_AFTER = "error_after"
RESET = "reset"
RESET_AFTER = "reset_after"
MALFORMED = "malformed"
MISSHAPEN = "misshapen"
WRONG_TYPE = "wrong_type"
TRUNCATED = "truncated"
STALE = "stale"
LYING = "lying"
KINDS = (
    *(SLOW_BEFORE, SLOW_AFTER, ERROR_BEFORE, ERROR_AFTER, RESET, RESET_AFTER),
    *(MALFORMED, MISSHAPEN, WRONG_TYPE, TRUNCATED, STALE, LYING),
)
UNTAKEN = frozenset({ERROR_BEFORE, RESET})

_PAGE = "<!doctype html><html><head><title>502</title></head><body><h1>系统维护中 Under maintenance</h1></body></html>"


@dataclass(frozen=True)
class Fault:
    """What goes wrong with which calls.

    *Before*: nothing is taken if the caller gives up, an error is sent or the connection is reset (`RESET`); *after*:
    it was taken. `MALFORMED` (cut JSON), `MISSHAPEN` (JSON that is not of the declared shape), `WRONG_TYPE` (an HTML
    page with 200) and `TRUNCATED` (fewer bytes than announced) also come after it was taken. Readers get old answers
    from `STALE`: what was true `seconds` before the fault was switched on; and from `LYING` what is true of somebody
    else. `operation` limits a fault to an interface (`residence`) or an operation (`residence.getApplication`);
    `calls` to the first so many calls, 0 being all until it is switched off.
    """

    kind: str
    seconds: float = 0.0
    submissions_only: bool = False
    operation: str = ""
    calls: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown fault {self.kind!r}")
        if not 0 <= self.seconds <= 60:
            raise ValueError("a fault lasts at most 60 seconds")
        if self.calls < 0:
            raise ValueError("a fault can't hit fewer calls than none")

    def hits(self, *, submission: bool, name: str) -> bool:
        """Say whether a call of `interface.operation` meets this fault."""
        wanted = self.operation in ("", name, name.partition(".")[0])
        return wanted and (submission or not self.submissions_only)


@dataclass
class _On:
    """A fault that is on: since when, and how many calls it has hit."""

    fault: Fault
    since: datetime
    hit: int = 0


class Switch:
    """The faults that are on at present: one for everybody, or one for a single case each."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._on: dict[str, _On] = {}

    def on(self, fault: Fault, *, case: str = "") -> None:
        """Let departments fail in this way from now on: for one case, or for everybody."""
        with self._lock:
            self._on[case] = _On(fault, self._clock())

    def off(self, *, case: str | None = None) -> None:
        """Let departments recover: for one case, or from everything."""
        with self._lock:
            if case is None:
                self._on.clear()
            else:
                self._on.pop(case, None)

    def for_call(self, *, submission: bool, name: str = "", case: str = "") -> Fault | None:
        """Return the fault that hits a call of `interface.operation` for a case, or None."""
        with self._lock:
            on = self._on.get(case) or self._on.get("")
            if on is None or not on.fault.hits(submission=submission, name=name):
                return None
            if on.fault.calls and on.hit >= on.fault.calls:
                return None
            on.hit += 1
            return on.fault

    def as_of(self, fault: Fault, case: str = "") -> datetime:
        """Return the moment whose truth a stale department tells."""
        with self._lock:
            on = self._on.get(case) or self._on.get("")
        return (on.since if on else self._clock()) - timedelta(seconds=fault.seconds)


def spoil(fault: Fault, answer: http.Response) -> http.Response:
    """Return what the caller sees of an answer under a fault; most faults leave the bytes alone."""
    if fault.kind == MALFORMED:
        return replace(answer, body=answer.body[: len(answer.body) // 2] + b'{"')
    if fault.kind == MISSHAPEN:
        value = json.loads(answer.body or b"null")
        wrapped = [value] if isinstance(value, dict) else {"data": value}
        return replace(answer, body=json.dumps(wrapped, ensure_ascii=False).encode())
    if fault.kind == WRONG_TYPE:
        return http.Response(200, _PAGE.encode(), "text/html; charset=utf-8")
    if fault.kind == TRUNCATED:
        return replace(answer, ending=http.TRUNCATED)
    if fault.kind in (RESET, RESET_AFTER):
        return replace(answer, ending=http.RESET)
    return answer
