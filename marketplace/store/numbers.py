"""Case numbers that people can type: `MS`, the day, eight digits and a check digit (Luhn, as in ISO/IEC 7812-1)."""

import re
import secrets
from datetime import date

SHAPE = re.compile(r"MS(\d{15})")


def fresh(day: date) -> str:
    """Return a new number for a case of the day, such as MS260803123456789."""
    digits = f"{day:%y%m%d}{secrets.randbelow(10**8):08d}"
    return f"MS{digits}{check_digit(digits)}"


def check_digit(digits: str) -> int:
    """Return the Luhn check digit of a string of decimal digits."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 if place % 2 else 2)
        total += value - 9 if value > 9 else value
    return -total % 10


def tidy(typed: str) -> str:
    """Return what a person typed as a case number: upper case, without spaces and dashes."""
    return re.sub(r"[\s\-—–·]", "", typed).upper()


def is_plausible(number: str) -> bool:
    """Return whether shape and check digit are right."""
    found = SHAPE.fullmatch(number)
    return found is not None and check_digit(found[1][:-1]) == int(found[1][-1])
