"""Operation x status: which answers the contract declares, and which the run has seen (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
NO_ANSWER = "0"
DEFAULT = "default"


def coverage_of(contract: Mapping[str, Any], seen: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    """Return what a run covered of a contract.

    `seen` maps an operation to {status: requests} as the probe counted them; status 0 is "no usable answer". The
    result has one row an operation, with the declared statuses that were `missing` and the seen ones that are
    `undeclared`, and the totals `declared`, `covered` and `requests`.
    """
    rows = [_row(*found, seen) for found in _operations(contract)]
    return {
        "operations": rows,
        "declared": sum(len(row["declared"]) for row in rows),
        "covered": sum(len(row["declared"]) - len(row["missing"]) for row in rows),
        "requests": sum(sum(row["seen"].values()) for row in rows),
    }


def operations_of(contract: Mapping[str, Any]) -> set[str]:
    """Return the names of a contract's operations as the probe tells them."""
    return {_name(*found) for found in _operations(contract)}


def declares(declared: list[str], status: str) -> str:
    """Return the entry of a contract that stands for a status: itself, its range (4XX), `default`, or nothing."""
    for entry in (status, f"{status[:1]}XX", DEFAULT):
        if entry in declared and status != NO_ANSWER:
            return entry
    return ""


def _row(
    method: str, path: str, definition: Mapping[str, Any], seen: Mapping[str, Mapping[str, int]]
) -> dict[str, Any]:
    name = _name(method, path, definition)
    declared = sorted(
        str(status).upper() if "x" in str(status).lower() else str(status) for status in _answers(definition)
    )
    counted = {str(status): int(number) for status, number in seen.get(name, {}).items()}
    hit = {declares(declared, status) for status in counted}
    return {
        "operation": name,
        "method": method.upper(),
        "path": path,
        "declared": declared,
        "seen": counted,
        "missing": [status for status in declared if status not in hit],
        "undeclared": sorted(status for status in counted if status != NO_ANSWER and not declares(declared, status)),
    }


def _name(method: str, path: str, definition: Mapping[str, Any]) -> str:
    return str(definition.get("operationId", f"{method} {path}"))


def _answers(definition: Mapping[str, Any]) -> Mapping[Any, Any]:
    answers = definition.get("responses", {})
    return {key: each for key, each in answers.items() if not str(key).startswith("x-")} if answers else {}


def _operations(contract: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path, item in contract.get("paths", {}).items():
        for method in METHODS:
            if isinstance(item, Mapping) and isinstance(item.get(method), Mapping):
                yield method, str(path), item[method]
