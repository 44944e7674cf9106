"""Checks unified social credit codes (GB 32100-2015) and says where they err."""

import unicodedata
from dataclasses import dataclass

CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_LENGTH = 18
CREDIT_REGION = range(3, 9)
DIGITS = "0123456789"


@dataclass(frozen=True)
class Fault:
    """What is wrong with a number, and where.

    `reason` is `length`, `character`, `digit` or `check`; `position` counts from 1 and is 0 when the whole is
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
