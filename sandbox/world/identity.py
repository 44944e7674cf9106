"""Owns the check digits of identity numbers and credit codes, and makes valid ones that nobody real can have.

Area codes start with 99, which no administrative division has (GB/T 2260).
"""

from __future__ import annotations

import re
from datetime import date
from operator import mul

ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS = "10X98765432"
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
IMPOSSIBLE_AREA = "99"
ORDERS = 500  # of a day's numbers in one area, for each sex
_OTHER_DOCUMENT = re.compile(r"(?:H00|00|[A-Z]{3}99|X99)([0-9]{6,10})", re.ASCII)


def resident_id_check(digits: str) -> str:
    """Return the check character for the first 17 digits of a resident id number (GB 11643-1999)."""
    if len(digits) != 17 or not (digits.isascii() and digits.isdigit()):
        raise ValueError("a resident id number has 17 digits before its check character")
    return ID_CHECKS[sum(map(mul, map(int, digits), ID_WEIGHTS)) % 11]


def is_resident_id(number: str) -> bool:
    """Say whether a resident id number has a possible date of birth and the right check character."""
    if len(number) != 18 or not (number[:17].isascii() and number[:17].isdigit()):
        return False
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return resident_id_check(number[:17]) == number[17]


def resident_id(*, area: int, born_on: date, order: int, female: bool) -> str:
    """Return a valid number in the impossible area 99 `area` (0 to 9999); `order` is 0 to 499."""
    sequence = order * 2 + (0 if female else 1)
    digits = f"{IMPOSSIBLE_AREA}{area:04d}{born_on:%Y%m%d}{sequence:03d}"
    return digits + resident_id_check(digits)


def credit_code_check(first: str) -> str:
    """Return the check character for the first 17 characters of a unified social credit code (GB 32100-2015)."""
    if len(first) != 17 or any(character not in CREDIT_ALPHABET for character in first):
        raise ValueError("a credit code has 17 characters of its alphabet before its check character")
    total = sum(CREDIT_ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(first))
    return CREDIT_ALPHABET[(31 - total % 31) % 31]


def is_credit_code(code: str) -> bool:
    """Say whether a unified social credit code has the right form and check character."""
    if len(code) != 18 or any(character not in CREDIT_ALPHABET for character in code) or not code[2:8].isdigit():
        return False
    return credit_code_check(code[:17]) == code[17]


def organisation_check(digits: str) -> str:
    """Return the check character of an eight-digit organisation code (GB 11714-1997)."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


def credit_code(*, area: int, order: int) -> str:
    """Return a valid code of a company registered in the impossible area 99 `area`; `order` is 0 to 99,999,999."""
    organisation = f"{order:08d}"
    first = f"91{IMPOSSIBLE_AREA}{area:04d}{organisation}{organisation_check(organisation)}"
    return first + credit_code_check(first)


def document(number: int, kind: str, nationality: str, born_on: date, *, female: bool) -> str:
    """Return the document number of a person of the city; it holds their number, so it can be found again."""
    if kind == "hk_macao_permit":
        return f"H00{number:06d}"
    if kind == "taiwan_permit":
        return f"00{number:06d}"
    if kind == "foreign_permanent_resident":
        return f"{nationality}99{number:010d}"
    if kind == "passport":
        return f"X99{number:06d}"
    return resident_id(area=number // ORDERS, born_on=born_on, order=number % ORDERS, female=female)


def person_number(document_number: str) -> int | None:
    """Return which person of the city a document number of the right form can only belong to, or None."""
    if is_resident_id(document_number) and document_number.startswith(IMPOSSIBLE_AREA):
        return int(document_number[2:6]) * ORDERS + int(document_number[14:17]) // 2
    found = _OTHER_DOCUMENT.fullmatch(document_number)
    return int(found[1]) if found else None


def company_number(code: str) -> int | None:
    """Return which company of the city a credit code can only belong to, or None."""
    return int(code[8:16]) if is_credit_code(code) and code.startswith(f"91{IMPOSSIBLE_AREA}") else None
