"""Owns the load measurement: journeys arrive at a fixed rate whether or not the app keeps up (an open loop)."""

from __future__ import annotations

import math
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from .client import Exchange
from .context import Context
from .submission import enter, reference_in

_REQUESTS_A_JOURNEY = 4
_AT_ONCE = 48


@dataclass
class Measured:
    """All requests of a measurement as (operation, seconds), and the exchanges that failed."""

    seconds: list[tuple[str, float]] = field(default_factory=list)
    failed: list[Exchange] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        """Return a percentile of the response time in milliseconds (nearest rank)."""
        ordered = sorted(seconds for _, seconds in self.seconds)
        return 1000 * ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0

    def slowest(self) -> list[str]:
        """Return the operations with their own p95, the slowest first."""
        by_name: dict[str, list[float]] = {}
        for name, seconds in self.seconds:
            by_name.setdefault(name, []).append(seconds)
        rows = [(Measured([(name, s) for s in values]).percentile(0.95), name) for name, values in by_name.items()]
        return [f"{name}: p95 {milliseconds:.0f} ms" for milliseconds, name in sorted(rows, reverse=True)]


def measure(context: Context) -> Measured:
    """Measure once for the load checks of this attempt."""
    key = f"load/{context.shared.get('attempt', 1)}"
    if key not in context.shared:
        context.shared[key] = _measure(context)
    found: Measured = context.shared[key]
    return found


def _measure(context: Context) -> Measured:
    rate = context.threshold("load_rps") / _REQUESTS_A_JOURNEY
    journeys = max(1, round(rate * context.threshold("load_seconds")))
    _journey(context)  # one that nobody counts: connections, caches, code that is loaded on first use
    began = time.monotonic()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        running = []
        for number in range(journeys):
            time.sleep(max(0.0, began + number / rate - time.monotonic()))
            running.append(pool.submit(_journey, context))
        all_exchanges = [exchange for future in running for exchange in future.result()]
    measured = Measured()
    for exchange in all_exchanges:
        name = f"{exchange.method} {_shape(exchange.target)}"
        measured.seconds.append((name, exchange.answer.seconds))
        if exchange.answer.error or exchange.answer.status >= 400:
            measured.failed.append(exchange)
    return measured


def _journey(context: Context) -> list[Exchange]:
    walk = enter(context)
    exchanges = walk.evidence_of_entering()
    if walk.ready:
        submitted = walk.submit()
        exchanges.append(submitted)
        status = walk.status(reference_in(submitted))
        if status is not None:
            exchanges.append(status)
    return exchanges


def _shape(target: str) -> str:
    path = target.partition("?")[0]
    return "/".join("…" if any(c.isdigit() for c in part) and len(part) > 6 else part for part in path.split("/"))
