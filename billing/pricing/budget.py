"""Step 5: keep a department's lines within its committed ceiling, to the cent, and show what was not paid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from billing.pricing.invariant import hold
from billing.pricing.refusal import InputError, gettext_noop

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Scaling:
    """One department: the sum of gross, the ceiling, the factor (1 when all fits), and the cents of each line."""

    gross: int
    ceiling: int
    factor: Fraction
    cents: Mapping[Key, int]
    extra_cent: frozenset[Key]

    @property
    def unpaid(self) -> int:
        """Cents of the gross that the ceiling doesn't cover."""
        return self.gross - sum(self.cents.values())


def scale(lines: Mapping[Key, int], ceiling: int, *, department: str) -> Scaling:
    """Scale the gross of `lines` (by (app, item), in cents) to `ceiling` where their sum exceeds it.

    Every line is rounded down; the cents left over go one each to the largest remainders, ties by app code then item.
    The scaled lines then add up to exactly the ceiling.
    """
    if ceiling < 0:
        raise InputError(gettext_noop("%(row)s: %(value)s is negative."), row=department, value=ceiling)
    total = sum(lines.values())
    if total <= ceiling:
        return Scaling(total, ceiling, Fraction(1), dict(sorted(lines.items())), frozenset())
    floors = {key: amount * ceiling // total for key, amount in sorted(lines.items())}
    left = ceiling - sum(floors.values())
    order = sorted(floors, key=lambda key: (-(lines[key] * ceiling % total), key))
    extra = frozenset(order[:left])
    scaled = {key: floor + (key in extra) for key, floor in floors.items()}
    hold(sum(scaled.values()) == ceiling, "the scaled lines add up to the ceiling")
    return Scaling(total, ceiling, Fraction(ceiling, total), scaled, extra)
