"""Step 7: what each vendor gets from each paying department; a negative sum is carried to the next period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """One vendor and one paying department: the sum of the lines, what is paid, what is carried (<= 0), in cents."""

    vendor: str
    department: str
    total: int
    payable: int
    carried: int


def due(lines: Iterable[tuple[str, str, int]]) -> list[Due]:
    """Sum (vendor, department, cents) rows; sorted by vendor and department."""
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    for vendor, department, amount in lines:
        sums[vendor, department] += amount
    return [Due(*pair, total, max(total, 0), min(total, 0)) for pair, total in sorted(sums.items())]
