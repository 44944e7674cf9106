"""Owns the rules by which a simulated department refuses a submission, named in `x-minshi-behaviour.rules`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .sources import Sources, plain, value_at

Rule = dict[str, Any]


def _equals_source(rule: Rule, body: dict[str, Any], sources: Sources) -> bool:
    return body.get(rule["field"]) == plain(value_at(sources, rule["source"]))


def _at_least_days(rule: Rule, body: dict[str, Any], sources: Sources) -> bool:
    days = value_at(sources, rule["source"])
    return isinstance(days, int) and days >= rule["days"]


def _exists_when(rule: Rule, body: dict[str, Any], sources: Sources) -> bool:
    return body.get(rule["field"]) != rule["value"] or value_at(sources, rule["source"]) is not None


HOLDS: dict[str, Callable[[Rule, dict[str, Any], Sources], bool]] = {
    "equals_source": _equals_source,
    "at_least_days": _at_least_days,
    "exists_when": _exists_when,
}


def first_broken(rules: list[Rule], body: dict[str, Any], sources: Sources) -> Rule | None:
    """Return the first rule that a submission breaks, or None. KeyError for a rule that nobody knows."""
    return next((rule for rule in rules if not HOLDS[rule["rule"]](rule, body, sources)), None)
