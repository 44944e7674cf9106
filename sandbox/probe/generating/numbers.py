"""Owns numbers within bounds and multiples, computed exactly."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import Any

from ..city import Chance

_WIDTH = 100
_FORMATS = {"int32": 2**31 - 1, "int64": 2**63 - 1}


class NoNumberError(ValueError):
    """Bounds between which there is nothing."""


def exact(value: float) -> Fraction:
    """Return a number of a JSON document as it was written."""
    return Fraction(str(value))


def _bounds(schema: dict[str, Any]) -> tuple[Fraction | None, Fraction | None, bool, bool]:
    """Return the lowest and highest value, and whether each is itself left out."""
    lows = [(exact(schema[key]), key != "minimum") for key in ("minimum", "exclusiveMinimum") if key in schema]
    highs = [(exact(schema[key]), key == "maximum") for key in ("maximum", "exclusiveMaximum") if key in schema]
    low, low_out = max(lows, default=(None, False))
    high, high_in = min(highs, default=(None, True))
    return low, high, low_out, not high_in


def whole(chance: Chance, schema: dict[str, Any], *, step: Fraction = Fraction(1)) -> Fraction:
    """Return a multiple of a step within the bounds of a schema. NoNumberError if there is none."""
    low, high, low_out, high_out = _bounds(schema)
    most = _FORMATS.get(schema.get("format", ""))
    if most is not None:
        low = Fraction(-most) if low is None else low
        high = Fraction(most) if high is None else high
    first = None if low is None else floor(low / step) + 1 if low_out else ceil(low / step)
    last = None if high is None else ceil(high / step) - 1 if high_out else floor(high / step)
    if first is None:
        first = 0 if last is None or last >= 0 else last - _WIDTH
    elif first < 0 and (last is None or last >= 0):
        first = 0
    last = first + _WIDTH if last is None else min(last, first + _WIDTH)
    if first > last:
        raise NoNumberError("there is no number within the bounds")
    return chance.among(first, last) * step


def multiple(chance: Chance, schema: dict[str, Any], *, step: Fraction) -> float | int:
    """Return a multiple of a step, if possible one that also dividing floats shows as such. NoNumberError."""
    for _ in range(30):
        value = plain(whole(chance, schema, step=step))
        if isinstance(value, int) or (value / float(step)).is_integer():
            break
    return value


def number(chance: Chance, schema: dict[str, Any]) -> float | int:
    """Return a number within the bounds of a schema: with two decimals where that fits, else between the bounds."""
    for step in (Fraction(1, 100), Fraction(1, 10**6)):
        try:
            return plain(whole(chance, schema, step=step))
        except NoNumberError:
            continue
    low, high, low_out, high_out = _bounds(schema)
    if low is None or high is None or low > high or (low == high and (low_out or high_out)):
        raise NoNumberError("there is no number within the bounds")
    return plain((low + high) / 2)


def plain(value: Fraction) -> float | int:
    """Return an exact number as JSON writes it."""
    return value.numerator if value.denominator == 1 else float(value)
