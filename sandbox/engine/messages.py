"""What a line from the probe or the browser may look like; anything else is refused, whoever wrote it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .errors import ProtocolBroken

OUTCOMES = frozenset({"passed", "failed", "advisory", "skipped", "error"})
GROUPS = frozenset({"start", "contract", "scenario", "duty", "fault", "page", "load", "conduct"})
EVIDENCE_KINDS = frozenset({"exchange", "department_calls", "screenshot", "axe", "text"})
WANTS = frozenset({"app_signal_term", "app_start", "app_conduct", "memory", "browser"})
IDENTIFIER_LENGTH = 200
SUMMARY_LENGTH = 4000
MOST_EVIDENCE = 50
MOST_MEASUREMENTS = 100
MOST_SAID = 20
MOST_OPERATIONS = 500
MOST_STATUSES = 60


def check(message: Any) -> dict[str, Any]:
    """The message if it is one of the contract's, with unknown keys dropped; raises ProtocolBroken."""
    if not isinstance(message, dict):
        raise ProtocolBroken("a line that is not an object")
    shape = SHAPES.get(message.get("type", "") if isinstance(message.get("type"), str) else "")
    if shape is None:
        raise ProtocolBroken("a line of an unknown type")
    return {"type": message["type"]} | shape(message)


def check_from_browser(message: Any) -> dict[str, Any]:
    """The message if the browser may send it: results of the page group, progress, the end; raises ProtocolBroken."""
    checked = check(message)
    if checked["type"] in ("want", "coverage"):
        raise ProtocolBroken(f"a {checked['type']}, which only the probe may send")
    if checked["type"] == "result" and checked["group"] != "page":
        raise ProtocolBroken("a result that is not of the page group")
    return checked


def _plain(_message: dict[str, Any]) -> dict[str, Any]:
    return {}


def _end(message: dict[str, Any]) -> dict[str, Any]:
    """What the browser tells the probe at its end: few short texts, judged there."""
    said = message.get("said", {})
    if not isinstance(said, dict) or len(said) > MOST_SAID:
        raise ProtocolBroken("an end that says too much")
    return {"said": {name[:IDENTIFIER_LENGTH]: _text(said, name, SUMMARY_LENGTH) for name in said}} if said else {}


def _progress(message: dict[str, Any]) -> dict[str, Any]:
    return {
        "check": _text(message, "check", IDENTIFIER_LENGTH),
        "state": _one_of(message, "state", frozenset({"running", "done"})),
        "done": _count(message, "done"),
        "total": _count(message, "total"),
    }


def _result(message: dict[str, Any]) -> dict[str, Any]:
    evidence = message.get("evidence", [])
    if not isinstance(evidence, list) or len(evidence) > MOST_EVIDENCE:
        raise ProtocolBroken("evidence that is not a short list")
    return {
        "check": _text(message, "check", IDENTIFIER_LENGTH),
        "group": _one_of(message, "group", GROUPS),
        "outcome": _one_of(message, "outcome", OUTCOMES),
        "summary": _bilingual(message.get("summary")),
        "measurements": _measurements(message.get("measurements", {})),
        "digestible": message.get("digestible", True) is True,
        "evidence": [_evidence(item) for item in evidence],
    }


def _evidence(item: Any) -> dict[str, Any]:
    if not isinstance(item, dict) or not isinstance(item.get("data"), dict):
        raise ProtocolBroken("a piece of evidence without data")
    return {
        "kind": _one_of(item, "kind", EVIDENCE_KINDS),
        "title": _bilingual(item.get("title")),
        "data": item["data"],
    }


def _want(message: dict[str, Any]) -> dict[str, Any]:
    arguments = message.get("args", {})
    if not isinstance(arguments, dict):
        raise ProtocolBroken("a want whose arguments are not an object")
    return {"id": _count(message, "id"), "what": _one_of(message, "what", WANTS), "args": arguments}


def _coverage(message: dict[str, Any]) -> dict[str, Any]:
    operations = message.get("operations")
    if not isinstance(operations, dict) or len(operations) > MOST_OPERATIONS:
        raise ProtocolBroken("coverage that is not a short object")
    for name, counted in operations.items():
        if len(name) > IDENTIFIER_LENGTH or not isinstance(counted, dict) or len(counted) > MOST_STATUSES:
            raise ProtocolBroken("coverage of an operation that is not a short object")
        for status in counted:
            if not (status.isascii() and status.isdigit() and len(status) <= 3):
                raise ProtocolBroken("coverage of something that is not a status")
            _count(counted, status)
    return {"operations": operations}


def _text(message: dict[str, Any], key: str, longest: int) -> str:
    value = message.get(key)
    if not isinstance(value, str) or len(value) > longest:
        raise ProtocolBroken(f"{key} is not a short text")
    return value


def _one_of(message: dict[str, Any], key: str, allowed: frozenset[str]) -> str:
    value = _text(message, key, IDENTIFIER_LENGTH)
    if value not in allowed:
        raise ProtocolBroken(f"{key} has an unknown value")
    return value


def _count(message: dict[str, Any], key: str) -> int:
    value = message.get(key, 0)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 1_000_000:
        raise ProtocolBroken(f"{key} is not a count")
    return value


def _bilingual(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ProtocolBroken("a text that is not in both languages")
    return {language: _text(value, language, SUMMARY_LENGTH) for language in ("zh", "en")}


def _measurements(value: Any) -> dict[str, float]:
    if not isinstance(value, dict) or len(value) > MOST_MEASUREMENTS:
        raise ProtocolBroken("measurements that are not a short object")
    for name, number in value.items():
        if len(name) > IDENTIFIER_LENGTH or isinstance(number, bool) or not isinstance(number, int | float):
            raise ProtocolBroken("a measurement that is not a number")
    return value


SHAPES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "ready": _plain,
    "progress": _progress,
    "result": _result,
    "want": _want,
    "coverage": _coverage,
    "end": _end,
}
