"""Tells regular expressions that could run for very long from harmless ones, without matching anything (pure).

The rule is stricter than needed: a repetition without an upper bound may hold neither another one nor alternatives.
"""

import re
import warnings
from collections.abc import Iterator
from typing import Any

MAX_LENGTH = 300
LONG = 1000


def danger(pattern: str) -> str:
    """Return the rule that the pattern breaks (`pattern-too-long`, `pattern-broken`, `pattern-slow`), or nothing."""
    if len(pattern) > MAX_LENGTH:
        return "pattern-too-long"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            parsed = re._parser.parse(pattern)  # type: ignore[attr-defined]
    except (re.error, OverflowError, RecursionError):
        return "pattern-broken"
    return "pattern-slow" if any(_nested(parsed, inside=False)) else ""


def _nested(parts: Any, *, inside: bool) -> Iterator[bool]:
    for operation, argument in parts:
        name = str(operation)
        if name in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
            _, most, body = argument
            long = most > LONG
            yield inside and long
            yield from _nested(body, inside=inside or long)
        elif name == "BRANCH":
            yield inside
            for branch in argument[1]:
                yield from _nested(branch, inside=inside)
        elif name == "SUBPATTERN":
            yield from _nested(argument[-1], inside=inside)
        elif name in {"ASSERT", "ASSERT_NOT"}:
            yield from _nested(argument[1], inside=inside)
        elif name == "GROUPREF":
            yield inside
