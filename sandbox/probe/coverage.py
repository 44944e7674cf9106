"""Owns counting what the app answered: how often each operation of the contract gave which status."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .client import Exchange
    from .openapi import Document

MOST_OPERATIONS = 500
MOST_STATUSES = 60


class Coverage:
    """The tally of one run; requests that mean no operation of the contract aren't counted. Safe for threads."""

    def __init__(self, contract: Document) -> None:
        self._contract = contract
        self._seen: dict[str, dict[str, int]] = {}
        self._lock = threading.Lock()

    def note(self, exchange: Exchange) -> None:
        """Count one exchange; status 0 stands for an answer that was of no use."""
        operation = self._contract.match(exchange.method, exchange.target.partition("?")[0])[0]
        if operation is None or len(operation.id) > 200:  # noqa: PLR2004 -- the engine's longest name
            return
        status = "0" if exchange.answer.error else str(exchange.answer.status)
        with self._lock:
            if operation.id not in self._seen and len(self._seen) >= MOST_OPERATIONS:
                return
            counted = self._seen.setdefault(operation.id, {})
            if status in counted or len(counted) < MOST_STATUSES:
                counted[status] = counted.get(status, 0) + 1

    def message(self) -> dict[str, Any]:
        """Return the line that tells the tally."""
        with self._lock:
            return {"type": "coverage", "operations": {name: dict(counted) for name, counted in self._seen.items()}}
