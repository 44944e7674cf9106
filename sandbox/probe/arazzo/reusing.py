"""Owns what a document defines once and uses often: components by reference, defaults of inputs, replaced payloads."""

from __future__ import annotations

import copy
from typing import Any

from .expressions import ExpressionError, Scope, substitute

_KINDS = ("parameters", "successActions", "failureActions", "inputs")


class ScenarioError(Exception):
    """The document itself is wrong, not the app; the message names the place."""


def resolved(document: dict[str, Any], entry: dict[str, Any], kind: str) -> dict[str, Any]:
    """Return an entry, a Reusable Object (`reference`, perhaps `value`) replaced by what it names. ScenarioError."""
    reference = entry.get("reference")
    if reference is None:
        return entry
    root, _, rest = str(reference).partition(".")
    group, _, name = rest.partition(".")
    found = document.get("components", {}).get(group, {}).get(name)
    if root != "$components" or group != kind or group not in _KINDS or not isinstance(found, dict):
        raise ScenarioError(f"{reference} names nothing among the components' {kind}")
    return {**found, "value": entry["value"]} if "value" in entry else found


def merged(own: list[dict[str, Any]], general: list[dict[str, Any]], *keys: str) -> list[dict[str, Any]]:
    """Return the entries of a step and then those of its workflow that the step does not override by `keys`."""
    taken = {tuple(each.get(key) for key in keys) for each in own}
    return [*own, *(each for each in general if tuple(each.get(key) for key in keys) not in taken)]


def with_defaults(document: dict[str, Any], workflow: dict[str, Any], inputs: dict[str, Any]) -> dict[str, Any]:
    """Return inputs, those that are missing filled with the defaults of the workflow's schema."""
    schema = workflow.get("inputs", {})
    reference = schema.get("$ref", "")
    if reference:
        name = str(reference).removeprefix("#/components/inputs/")
        schema = document.get("components", {}).get("inputs", {}).get(name)
        if schema is None:
            raise ScenarioError(f"{reference} names no inputs")
    usual = {name: each["default"] for name, each in schema.get("properties", {}).items() if "default" in each}
    return {**usual, **inputs}


def payload_of(request_body: dict[str, Any], scope: Scope) -> Any:
    """Return the payload, expressions and then replacements applied. ExpressionError for a target that is not there."""
    payload = copy.deepcopy(substitute(request_body.get("payload"), scope))
    for each in request_body.get("replacements", []):
        payload = _replaced(payload, str(each.get("target", "")), substitute(each.get("value"), scope))
    return payload


def _replaced(payload: Any, target: str, value: Any) -> Any:
    """Return a payload with the value at a JSON pointer replaced."""
    if target in ("", "/"):
        return value
    *above, last = [token.replace("~1", "/").replace("~0", "~") for token in target.lstrip("/").split("/")]
    node = payload
    try:
        for token in above:
            node = node[int(token)] if isinstance(node, list) else node[token]
        if isinstance(node, list):
            node[int(last)] = value
        else:
            node[last] = value
    except (KeyError, IndexError, ValueError, TypeError) as error:
        raise ExpressionError(f"the replacement target {target} is not there") from error
    return payload
