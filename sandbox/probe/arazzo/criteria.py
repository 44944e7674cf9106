"""Owns success criteria: simple conditions, regular expressions in bounded time, JSONPath (RFC 9535)."""

from __future__ import annotations

from typing import Any, NamedTuple

import jsonpath_rfc9535
import regex

from .expressions import ExpressionError, Scope, evaluate

_REGEX_SECONDS = 0.5
_MOST_TEXT = 65_536
_MOST_DEPTH = 20
_TOKEN = regex.compile(
    r"\s*(?:(?P<expression>\$[^\s=!<>&|()]+)|(?P<text>'(?:[^']|'')*')|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<word>true|false|null)|(?P<operator>==|!=|<=|>=|<|>|&&|\|\||!|\(|\)))"
)
_JSONPATH_VERSIONS = ("draft-goessner-dispatch-jsonpath-00", "rfc9535")
_WORDS = {"true": True, "false": False, "null": None}


class Criterion(NamedTuple):
    """One criterion as judged: whether it holds, what it says, and what was really there."""

    holds: bool
    condition: str
    seen: str


class _Token(NamedTuple):
    kind: str
    text: str


def _tokens(condition: str) -> list[_Token]:
    tokens, place = [], 0
    condition = condition.rstrip()
    while place < len(condition):
        found = _TOKEN.match(condition, place)
        if found is None:
            raise ExpressionError(f"cannot read the condition at {condition[place : place + 20]!r}")
        tokens.append(_Token(str(found.lastgroup), str(found[found.lastgroup])))
        place = found.end()
    return tokens


class _Condition:
    """Reads one simple condition by recursive descent and judges it as it goes."""

    def __init__(self, condition: str, scope: Scope) -> None:
        self._tokens = _tokens(condition)
        self._place = 0
        self._depth = 0
        self._scope = scope
        self.seen: list[str] = []

    def holds(self) -> bool:
        """Return whether the whole condition holds. ExpressionError when it is not well formed."""
        value = self._either()
        if self._place != len(self._tokens):
            raise ExpressionError("the condition goes on where it should end")
        return value

    def _next(self, *operators: str) -> str:
        if self._place < len(self._tokens):
            token = self._tokens[self._place]
            if token.kind == "operator" and token.text in operators:
                self._place += 1
                return token.text
        return ""

    def _either(self) -> bool:
        self._depth += 1
        if self._depth > _MOST_DEPTH:
            raise ExpressionError("the condition is nested too deeply")
        value = self._both()
        while self._next("||"):
            value = self._both() or value
        self._depth -= 1
        return value

    def _both(self) -> bool:
        value = self._single()
        while self._next("&&"):
            value = self._single() and value
        return value

    def _single(self) -> bool:
        negated = False
        while self._next("!"):
            negated = not negated
        if self._next("("):
            value = self._either()
            if not self._next(")"):
                raise ExpressionError("a bracket is not closed")
        else:
            value = self._comparison()
        return value != negated

    def _comparison(self) -> bool:
        left = self._operand()
        operator = self._next("==", "!=", "<=", ">=", "<", ">")
        return _compare(left, operator, self._operand()) if operator else left is True

    def _operand(self) -> Any:
        if self._place >= len(self._tokens):
            raise ExpressionError("the condition ends too early")
        token = self._tokens[self._place]
        self._place += 1
        if token.kind == "expression":
            value = evaluate(token.text, self._scope)
            self.seen.append(f"{token.text} = {brief(value)}")
            return value
        if token.kind == "text":
            return token.text[1:-1].replace("''", "'")
        if token.kind == "number":
            return float(token.text) if "." in token.text else int(token.text)
        if token.kind == "word":
            return _WORDS[token.text]
        raise ExpressionError(f"unexpected {token.text}")


def _compare(left: Any, operator: str, right: Any) -> bool:
    """Compare as the specification says: text without regard to case, different kinds are never equal nor ordered."""
    if isinstance(left, str) and isinstance(right, str):
        left, right = left.casefold(), right.casefold()
    if isinstance(left, bool) != isinstance(right, bool):
        return operator == "!="
    if operator in ("==", "!="):
        return (left == right) == (operator == "==")
    ordered = (isinstance(left, int | float) and isinstance(right, int | float)) or (
        isinstance(left, str) and isinstance(right, str)
    )
    if not ordered:
        return False
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[operator]


def brief(value: Any) -> str:
    """Return a value as a short text for people."""
    text = repr(value)
    return text if len(text) <= 200 else text[:200] + "…"


def check_criteria(criteria: list[dict[str, Any]], scope: Scope) -> list[Criterion]:
    """Judge criteria one by one; one that can't be read does not hold, and says why."""
    return [_judged(criterion, scope) for criterion in criteria]


def _judged(criterion: dict[str, Any], scope: Scope) -> Criterion:
    condition = str(criterion.get("condition", ""))
    kind = criterion.get("type", "simple")
    if isinstance(kind, dict):  # a Criterion Expression Type Object: only versions that are known are judged
        known = kind.get("version") in _JSONPATH_VERSIONS
        kind = kind.get("type", "") if known else f"{kind.get('type')} {kind.get('version')}"
    try:
        if kind == "simple":
            reader = _Condition(condition, scope)
            return Criterion(reader.holds(), condition, "; ".join(reader.seen))
        context = str(criterion.get("context", ""))
        value = evaluate(context, scope)
        said = f"{context}: {condition}"
        if kind == "regex":
            return Criterion(_matches(condition, value), said, f"{context} = {brief(value)}")
        if kind == "jsonpath":
            return Criterion(bool(len(jsonpath_rfc9535.find(condition, value))), said, f"{context} = {brief(value)}")
        return Criterion(holds=False, condition=said, seen=f"criteria of type {kind!r} are not supported")
    except (ExpressionError, jsonpath_rfc9535.JSONPathError, RecursionError) as error:
        return Criterion(holds=False, condition=condition, seen=str(error)[:300])


def _matches(pattern: str, value: Any) -> bool:
    if value is None:
        return False
    text = value if isinstance(value, str) else str(value)
    try:
        return regex.search(pattern, text[:_MOST_TEXT], timeout=_REGEX_SECONDS) is not None
    except TimeoutError as error:
        raise ExpressionError("the regular expression took too long") from error
    except regex.error as error:
        raise ExpressionError(f"the regular expression is not valid: {error}") from error
