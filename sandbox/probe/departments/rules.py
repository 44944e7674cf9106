"""Owns the rules by which a simulated department refuses a submission, named in `x-minshi-behaviour.rules`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .sources import Sources, plain, value_at

Rule = dict[str, Any]


def _equals_source(rule: Rule, body: dict[str, Any], sources: Sources) -> bool:
    return bool(body.get(rule["field"]) == plain(value_at(sources, rule["source"])))


def _at_least_days(rule: Rule, body: dict[str, Any], sources: Sources) -> bool:
    days = value_at(sources, rule["source"])
    return isinstance(days, int) and days >= rule["days"]


def _exists_when(rule: Rule, body: dict[str, Any], sources: Sources) -> bool:
    return body.get(rule["field"]) != rule["value"] or value_at(sources, rule["source"]) is not None


def _exists(rule: Rule, body: dict[str, Any], sources: Sources) -> bool:
    return value_at(sources, rule["source"]) is not None


def _absent(rule: Rule, body: dict[str, Any], sources: Sources) -> bool:
    return value_at(sources, rule["source"]) is None


def _at_least(rule: Rule, body: dict[str, Any], sources: Sources) -> bool:
    value = value_at(sources, rule["source"])
    return isinstance(value, int | float) and value >= rule["least"]


def _at_most(rule: Rule, body: dict[str, Any], sources: Sources) -> bool:
    value = value_at(sources, rule["source"])
    return isinstance(value, int | float) and value <= rule["most"]


def _one_of(rule: Rule, body: dict[str, Any], sources: Sources) -> bool:
    return value_at(sources, rule["source"]) in rule["values"]


def _nothing_open(rule: Rule, body: dict[str, Any], sources: Sources) -> bool:
    return not value_at(sources, "record.open")


HOLDS: dict[str, Callable[[Rule, dict[str, Any], Sources], bool]] = {
    "equals_source": _equals_source,
    "at_least_days": _at_least_days,
    "exists_when": _exists_when,
    "exists": _exists,
    "absent": _absent,
    "at_least": _at_least,
    "at_most": _at_most,
    "one_of": _one_of,
    "nothing_open": _nothing_open,
}


def first_broken(rules: list[Rule], body: dict[str, Any], sources: Sources) -> Rule | None:
    """Return the first rule that a submission breaks, or None. KeyError for a rule that nobody knows."""
    return next((rule for rule in rules if not HOLDS[rule["rule"]](rule, body, sources)), None)
