"""Step 6: adjustments from disputes and earlier periods, as far as the department's ceiling leaves room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from billing.pricing.facts import Adjustment


@dataclass(frozen=True, slots=True)
class Granted:
    """An adjustment and how much of it this period bears; the rest is carried to the next one."""

    adjustment: Adjustment
    cents: int

    @property
    def carried(self) -> int:
        """Cents that wait for the next period."""
        return self.adjustment.cents - self.cents


def grant(
    adjustments: Iterable[Adjustment], *, scaled: Mapping[str, int], vendor_of: Mapping[str, str], ceiling: int
) -> list[Granted]:
    """Grant one department's adjustments in the order of their references.

    `scaled` is each vendor's sum of scaled fees in cents. Money taken back always counts; what it frees is only what
    the vendor would have been paid, since nobody pays in. Money added is granted while all payments together stay
    within the ceiling. What doesn't fit is carried, never lost.
    """
    rows = sorted(adjustments)
    after = Counter(scaled)
    for row in rows:
        if row.cents < 0:
            after[vendor_of[row.app]] += row.cents
    room = ceiling - sum(max(amount, 0) for amount in after.values())
    granted = []
    for row in rows:
        amount = min(row.cents, room)
        if row.cents > 0:
            room -= amount
        granted.append(Granted(row, amount))
    return granted
