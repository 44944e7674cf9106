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


class Switch:
    """The fault that is on at present, if any; switched by checks while departments answer."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._fault: Fault | None = None
        self._hit = 0
        self._since = clock()

    def on(self, fault: Fault) -> None:
        """Let departments fail in this way from now on."""
        with self._lock:
            self._fault, self._hit, self._since = fault, 0, self._clock()

    def off(self) -> None:
        """Let departments recover."""
        with self._lock:
            self._fault = None

    def for_call(self, *, submission: bool, name: str = "") -> Fault | None:
        """Return the fault that hits a call of `interface.operation`, or None."""
        with self._lock:
            fault = self._fault
            if fault is None or not fault.hits(submission=submission, name=name):
                return None
            if fault.calls and self._hit >= fault.calls:
                return None
            self._hit += 1
            return fault

    def as_of(self, fault: Fault) -> datetime:
        """Return the moment whose truth a stale department tells."""
        return self._since - timedelta(seconds=fault.seconds)


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
