"""Step 4: use fee times multiplier, rounded half-even to the cent; the only rounding of steps 1 to 4."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Gross:
    """The product before rounding (yuan) and after it (cents)."""

    unrounded: Fraction
    cents: int


def gross(use_fee: Fraction, multiplier: Fraction) -> Gross:
    """Round half-even: 0.005 -> 0.00, 0.015 -> 0.02."""
    product = use_fee * multiplier
    return Gross(product, round(product * 100))
