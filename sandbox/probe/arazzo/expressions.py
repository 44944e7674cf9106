"""Owns runtime expressions (Arazzo 1.0.1, section 4.7): a value is looked up by name, never computed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

_EMBEDDED = re.compile(r"\{(\$[^{}]+)\}")
_INDEX = re.compile(r"\[(\d{1,6})\]")
_MOST_TEXT = 100_000


class ExpressionError(Exception):
    """An expression that means nothing here; the message names it."""


@dataclass(frozen=True)
class Message:
    """The request or the response of a step; header names in lower case."""

    headers: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    path: dict[str, str] = field(default_factory=dict)
    body: Any = None


@dataclass
class Scope:
    """What expressions can see."""

    inputs: dict[str, Any] = field(default_factory=dict)
    steps: dict[str, dict[str, Any]] = field(default_factory=dict)
    workflows: dict[str, dict[str, Any]] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, Any] = field(default_factory=dict)
    components: dict[str, Any] = field(default_factory=dict)
    url: str = ""
    method: str = ""
    status: int | None = None
    request: Message = field(default_factory=Message)
    response: Message = field(default_factory=Message)


def evaluate(expression: str, scope: Scope) -> Any:
    """Return the value of one expression. ExpressionError when it names nothing."""
    head, _, pointer = expression.partition("#")
    plain = {"$url": scope.url, "$method": scope.method, "$statusCode": scope.status}
    if head in plain:
        value = plain[head]
    elif head.startswith(("$request.", "$response.")):
        value = _of_message(expression, head, scope)
    else:
        value = _of_names(expression, head, scope)
    return at_pointer(value, pointer, expression) if pointer else value


def _of_message(expression: str, head: str, scope: Scope) -> Any:
    kind, _, rest = head[1:].partition(".")
    message = scope.request if kind == "request" else scope.response
    part, _, name = rest.partition(".")
    if part == "body":
        return _walked(message.body, name, expression) if name else message.body
    if part == "header" and name:
        return message.headers.get(name.lower())
    if part in ("query", "path") and name:
        return (message.query if part == "query" else message.path).get(name)
    raise ExpressionError(f"unknown expression {expression}")


def _of_names(expression: str, head: str, scope: Scope) -> Any:
    roots: dict[str, Any] = {
        "$inputs": scope.inputs,
        "$steps": {step: {"outputs": outputs} for step, outputs in scope.steps.items()},
        "$workflows": scope.workflows,
        "$outputs": scope.outputs,
        "$sourceDescriptions": scope.sources,
        "$components": scope.components,
    }
    first, _, names = head.partition(".")
    if first not in roots or not names:
        raise ExpressionError(f"unknown expression {expression}")
    return _walked(roots[first], names, expression)


def _walked(node: Any, names: str, expression: str) -> Any:
    """Return what dotted names and indices such as `items[0].name` lead to."""
    for name in [token for part in names.split(".") for token in _INDEX.sub(r".\1", part).split(".")]:
        node = _child(node, name, expression)
    return node


def _child(node: Any, name: str, expression: str) -> Any:
    if isinstance(node, dict) and name in node:
        return node[name]
    if isinstance(node, list) and name.isascii() and name.isdigit() and int(name) < len(node):
        return node[int(name)]
    raise ExpressionError(f"{expression} names nothing")


def at_pointer(node: Any, pointer: str, expression: str) -> Any:
    """Return what a JSON pointer (RFC 6901) leads to; None where there is nothing."""
    if pointer in ("", "/"):
        return node
    for token in pointer.lstrip("/").split("/"):
        try:
            node = _child(node, token.replace("~1", "/").replace("~0", "~"), expression)
        except ExpressionError:
            return None
    return node


def substitute(value: Any, scope: Scope) -> Any:
    """Return a payload, expressions replaced: a whole string keeps its type, `{$...}` inside text is text."""
    if isinstance(value, str):
        if value.startswith("$"):
            return evaluate(value, scope)
        return _EMBEDDED.sub(lambda found: _as_text(evaluate(found[1], scope)), value)
    if isinstance(value, dict):
        return {name: substitute(child, scope) for name, child in value.items()}
    if isinstance(value, list):
        return [substitute(child, scope) for child in value]
    return value


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)[:_MOST_TEXT]
