"""Owns how exact values are written down: cents as text, rationals as text, decimals of a given length, no floats."""

from __future__ import annotations

import re
from fractions import Fraction
from math import isqrt

from billing.pricing.refusal import InputError, gettext_noop

_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_MONEY = re.compile(r"-?[0-9]+(\.[0-9]{1,2})?")


def rational(text: str, *, row: str) -> Fraction:
    """The exact value of a plain decimal such as "1.25". `row` names the place for the refusal."""
    if not isinstance(text, str) or not _DECIMAL.fullmatch(text):
        raise InputError(gettext_noop("%(row)s: “%(value)s” is not a plain decimal number."), row=row, value=text)
    return Fraction(text)


def cents(text: str, *, row: str) -> int:
    """Whole cents of an amount in yuan such as "1234.50"; more than two decimals are refused, never rounded."""
    if not isinstance(text, str) or not _MONEY.fullmatch(text):
        raise InputError(gettext_noop("%(row)s: “%(value)s” is not an amount of money."), row=row, value=text)
    return int(Fraction(text) * 100)


def yuan(amount: int) -> str:
    """Cents as yuan with two decimals: 2184958 -> "21849.58"."""
    sign = "-" if amount < 0 else ""
    whole, rest = divmod(abs(amount), 100)
    return f"{sign}{whole}.{rest:02d}"


def exact(value: Fraction) -> str:
    """A rational in lowest terms, "152319/8", or as an integer when it is one: the form that is stored and hashed."""
    return str(value.numerator) if value.denominator == 1 else f"{value.numerator}/{value.denominator}"


def decimal(value: Fraction, places: int = 12) -> str:
    """A rational as a decimal for display, rounded half-even to `places`, without trailing zeros. Never hashed."""
    scaled = round(value * 10**places)
    sign = "-" if scaled < 0 else ""
    whole, rest = divmod(abs(scaled), 10**places)
    digits = f"{rest:0{places}d}".rstrip("0") if places else ""
    return f"{sign}{whole}.{digits}" if digits else f"{sign}{whole}"


def square_root(value: Fraction, places: int = 12) -> Fraction:
    """The square root of `value` >= 0, cut (not rounded) after `places` decimals, by integer arithmetic alone."""
    scale = 10**places
    return Fraction(isqrt(value.numerator * scale * scale // value.denominator), scale)
