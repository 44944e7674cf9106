"""What the chapters share: the stage, the quarter, the people and what has been made so far."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from marketplace.accounts.models import Department, User
from marketplace.demo.calendar import Quarter
from marketplace.orders.models import DemandOrder
from marketplace.store.models import Case, Listing
from vendors.models import App, Vendor

if TYPE_CHECKING:
    from marketplace.demo.clock import SharedClock

CONTENT = Path(__file__).parent / "content"
PASSWORD = "minshi-demo-2026"  # noqa: S105 (sign-ins of people who don't exist, printed by the demo)


def content(name: str) -> Any:
    """Return a JSON document of the story."""
    return json.loads((CONTENT / name).read_text())


@dataclass
class Telling:
    """One telling of the story."""

    quarter: Quarter
    clock: SharedClock
    folder: Path
    say: Callable[[str], None]
    send: Callable[[list[dict[str, Any]], str], list[dict[str, Any]]]
    """Posts a batch of CloudEvents with a token to the API; returns its answers."""
    cases: int
    reviews: int
    people: dict[str, User] = field(default_factory=dict)
    departments: dict[str, Department] = field(default_factory=dict)
    vendors: dict[str, Vendor] = field(default_factory=dict)
    apps: dict[str, App] = field(default_factory=dict)
    listings: dict[str, Listing] = field(default_factory=dict)
    made_cases: dict[int, Case] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    _order: DemandOrder | None = None

    @property
    def order(self) -> DemandOrder:
        """The demand order of the story."""
        if self._order is None:
            raise RuntimeError("the order is posted in the chapter before")
        return self._order

    @order.setter
    def order(self, order: DemandOrder) -> None:
        self._order = order

    def at(self, moment: datetime) -> datetime:
        """Move the clock to the moment and return it."""
        self.clock.travel(moment)
        return moment

    def count(self, name: str, by: int = 1) -> None:
        """Count something that the outcome reports."""
        self.counts[name] = self.counts.get(name, 0) + by
