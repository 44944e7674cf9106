"""Owns strings that match a regular expression, within bounds of length; the expression is only parsed, never run on.

The parser is Python's own, after the few things that JSON Schema's dialect (ECMA 262) writes differently.
"""

from __future__ import annotations

import importlib
import re
from typing import Any

from ..city import Chance

_parser: Any = importlib.import_module("re._parser")
_MOST_REPEATS = 200
_SPREADS = (2, 1, 0, 4, 8, 16, 32, 64)
_DIGITS = "0123456789"
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CATEGORIES = {"CATEGORY_DIGIT": _DIGITS, "CATEGORY_WORD": _LETTERS + _DIGITS + "_", "CATEGORY_SPACE": " "}
_NEGATED = {
    "CATEGORY_NOT_DIGIT": _LETTERS,
    "CATEGORY_NOT_WORD": "-., ",
    "CATEGORY_NOT_SPACE": _LETTERS + _DIGITS,
}
_ANY = _LETTERS + _DIGITS + "-_.:/@# ()市民"
# Unicode properties that documents use, as the inside of a class
_PROPERTIES = {
    **dict.fromkeys(("Han", "Script=Han", "sc=Han"), "\\u4e00-\\u9fa5"),
    **dict.fromkeys(("L", "Letter", "Alphabetic"), "A-Za-z\\u4e00-\\u9fa5"),
    **dict.fromkeys(("Lu", "Uppercase"), "A-Z"),
    **dict.fromkeys(("Ll", "Lowercase"), "a-z"),
    **dict.fromkeys(("N", "Nd", "Number"), "0-9"),
}
_ESCAPE = re.compile(r"\\(?:[pP]\{(?P<property>[^}]*)\}|u\{(?P<point>[0-9A-Fa-f]+)\}|(?P<plain>/)|.)", re.DOTALL)


class PatternRefusedError(ValueError):
    """An expression that this generator can't serve."""


def translated(pattern: str) -> str:
    """Return an ECMA 262 expression as Python writes it."""
    made, place, inside = "", 0, False
    while place < len(pattern):
        found = _ESCAPE.match(pattern, place)
        if found:
            made += _escape(found, inside=inside)
            place = found.end()
            continue
        each = pattern[place]
        if pattern.startswith("(?<", place) and pattern[place + 3 : place + 4] not in ("=", "!") and not inside:
            made, place = made + "(?P<", place + 3
            continue
        made += "\\" + each if inside and each in "[&|~" else each
        inside = each == "[" or (inside and each != "]")
        place += 1
    return made


def _escape(found: re.Match[str], *, inside: bool) -> str:
    if found["property"] is not None:
        known = _PROPERTIES.get(found["property"])
        if known is None or found[0][1] == "P":
            raise PatternRefusedError(f"{found[0][:40]} can't be generated")
        return known if inside else f"[{known}]"
    if found["point"] is not None:
        return f"\\U{int(found['point'], 16):08x}"
    return "/" if found["plain"] else found[0]


def matching(chance: Chance, pattern: str, *, shortest: int = 0, longest: int = 10_000, attempts: int = 48) -> str:
    """Return a string that an expression finds something in, of a length within bounds. PatternRefusedError if none."""
    python = translated(pattern)
    try:
        parsed, compiled = _parser.parse(python), re.compile(python)
    except (re.error, OverflowError, RecursionError) as error:
        raise PatternRefusedError(f"not an expression that can be generated: {pattern[:100]}") from error
    for attempt in range(attempts):
        spread = _SPREADS[attempt % len(_SPREADS)] if attempt % 3 or not shortest else 2 * shortest
        made = _Writer(chance, spread).write(parsed)
        made += _padding(parsed, shortest - len(made))
        if shortest <= len(made) <= longest and compiled.search(made):
            return made
    raise PatternRefusedError(f"no string of {shortest} to {longest} characters found for: {pattern[:100]}")


def _padding(parsed: Any, missing: int) -> str:
    """Return what may follow where the expression doesn't ask for the end."""
    ends = [str(node[0]) for node in parsed[-1:]]
    return "0" * missing if missing > 0 and "AT" not in ends else ""


class _Writer:
    """Writes one string along a parsed expression; `spread` bounds how much more than the fewest it repeats."""

    def __init__(self, chance: Chance, spread: int) -> None:
        self._chance = chance
        self._spread = spread
        self._groups: dict[int, str] = {}

    def write(self, nodes: Any) -> str:
        return "".join(self._node(str(op), argument) for op, argument in nodes)

    def _node(self, op: str, argument: Any) -> str:
        simple = {"AT": "", "ASSERT": "", "ASSERT_NOT": ""}
        if op in simple:
            return simple[op]
        if op == "LITERAL":
            return chr(argument)
        if op == "NOT_LITERAL":
            return self._chance.pick([each for each in _ANY if each != chr(argument)])
        if op == "ANY":
            return self._chance.pick(_LETTERS)
        if op == "IN":
            return self._one_of(argument)
        return self._compound(op, argument)

    def _compound(self, op: str, argument: Any) -> str:
        if op == "BRANCH":
            return self.write(self._chance.pick(argument[1]))
        if op == "SUBPATTERN":
            group, *_, inside = argument
            made = self.write(inside)
            if group is not None:
                self._groups[group] = made
            return made
        if op == "GROUPREF":
            return self._groups.get(argument, "")
        if op in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            fewest, most, inside = argument
            count = self._chance.among(fewest, min(int(most), fewest + self._spread, _MOST_REPEATS + fewest))
            if count > 10 * _MOST_REPEATS:
                raise PatternRefusedError("too many repeats")
            return "".join(self.write(inside) for _ in range(count))
        if op == "ATOMIC_GROUP":
            return self.write(argument)
        raise PatternRefusedError(f"{op.lower()} can't be generated")

    def _one_of(self, parts: Any) -> str:
        allowed: list[tuple[int, int]] = []
        negated = False
        for op, argument in parts:
            kind = str(op)
            if kind == "NEGATE":
                negated = True
            elif kind == "LITERAL":
                allowed.append((argument, argument))
            elif kind == "RANGE":
                allowed.append(argument)
            elif kind == "CATEGORY":
                known = {**_CATEGORIES, **_NEGATED}[str(argument)]
                allowed += [(ord(each), ord(each)) for each in known]
        if negated:
            free = [each for each in _ANY if not any(low <= ord(each) <= high for low, high in allowed)]
            if not free:
                raise PatternRefusedError("a class that leaves nothing")
            return self._chance.pick(free)
        low, high = allowed[self._chance.weighted([min(20, high - low + 1) for low, high in allowed])]
        return chr(self._chance.among(low, high))
