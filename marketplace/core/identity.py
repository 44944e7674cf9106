"""Checks credit codes (GB 32100-2015) and resident id numbers (GB 11643-1999) and says where they err."""

import unicodedata
from dataclasses import dataclass
from datetime import date

CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_LENGTH = 18
CREDIT_REGION = range(3, 9)
RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
RESIDENT_CHECKS = "10X98765432"
RESIDENT_LENGTH = 18
DIGITS = "0123456789"


@dataclass(frozen=True)
class Fault:
    """What is wrong with a number, and where.

    `reason` is `length`, `character`, `digit`, `date` or `check`; `position` counts from 1 and is 0 when the whole is
    meant; `found` and `expected` are what stands there and what should.
    """

    reason: str
    position: int = 0
    found: str = ""
    expected: str = ""


def normalize(text: str) -> str:
    """Return the number as people mean it: half-width, capital, without spaces and hyphens."""
    folded = unicodedata.normalize("NFKC", text).upper()
    return "".join(character for character in folded if not character.isspace() and character != "-")


def credit_code_check(first: str) -> str:
    """Return the check character for the first 17 characters (GB 32100-2015, 4.5); they must be of its alphabet."""
    total = sum(CREDIT_ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(first))
    return CREDIT_ALPHABET[(31 - total % 31) % 31]


def credit_code_fault(code: str) -> Fault | None:
    """Return the first fault of a normalized unified social credit code, None when there is none."""
    if len(code) != CREDIT_LENGTH:
        return Fault("length", found=str(len(code)), expected=str(CREDIT_LENGTH))
    for position, character in enumerate(code, start=1):
        if position in CREDIT_REGION and character not in DIGITS:
            return Fault("digit", position, character)
        if character not in CREDIT_ALPHABET:
            return Fault("character", position, character)
    expected = credit_code_check(code[:-1])
    return None if code[-1] == expected else Fault("check", CREDIT_LENGTH, code[-1], expected)


def resident_id_check(digits: str) -> str:
    """Return the check character for the first 17 digits of a resident id number (GB 11643-1999, 6)."""
    pairs = zip(digits, RESIDENT_WEIGHTS, strict=True)
    return RESIDENT_CHECKS[sum(int(digit) * weight for digit, weight in pairs) % 11]


def resident_id_fault(number: str) -> Fault | None:
    """Return the first fault of a normalized resident id number, None when there is none."""
    if len(number) != RESIDENT_LENGTH:
        return Fault("length", found=str(len(number)), expected=str(RESIDENT_LENGTH))
    for position, character in enumerate(number[:-1], start=1):
        if character not in DIGITS:
            return Fault("digit", position, character)
    if number[-1] not in DIGITS + "X":
        return Fault("character", RESIDENT_LENGTH, number[-1])
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return Fault("date", 7, number[6:14])
    expected = resident_id_check(number[:-1])
    return None if number[-1] == expected else Fault("check", RESIDENT_LENGTH, number[-1], expected)
