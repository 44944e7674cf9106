"""What a line of the engine may say about a run: checked against the plan, cleaned and bounded before it is stored."""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.reports.cleaning import clean_text, clean_value

OUTCOMES = ("passed", "failed", "advisory", "skipped", "error")
STATES = ("running", "done")
KINDS = ("exchange", "department_calls", "screenshot", "axe", "text")
SUMMARY_LENGTH = 2_000
TITLE_LENGTH = 200
CODE_LENGTH = 200
MOST_EVIDENCE = 50
MOST_MEASUREMENTS = 100
MOST_STATUSES = 60
EVIDENCE_BYTES = 512 * 1024
PICTURE_BYTES = 150 * 1024
STATUS = re.compile(r"[0-9]{1,3}")
PICTURE_KEYS = ("base64", "image", "png", "jpeg")
SIGNATURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


class LineRefused(Exception):
    """The line isn't one that this run may send; the text says why, in words of ours only."""


@dataclass(frozen=True)
class Result:
    """One accepted result."""

    check: str
    group: str
    outcome: str
    summary: dict[str, str]
    measurements: dict[str, float]
    digestible: bool
    evidence: list[dict[str, Any]]

    @property
    def share(self) -> float | None:
        """The share of the weight that the check itself gives, when it does."""
        return self.measurements.get("share")


def read_result(message: Mapping[str, Any], *, planned: Collection[str], seen: Collection[str]) -> Result:
    """Return the result in a line; raises LineRefused when the plan has no such check or it already has a result."""
    check = _planned(message, planned)
    if check in seen:
        raise LineRefused("a second result for the same check")
    group = message.get("group")
    if group != check.partition(".")[0]:
        raise LineRefused("a result in a group that isn't the check's")
    outcome = message.get("outcome")
    if outcome not in OUTCOMES:
        raise LineRefused("an unknown outcome")
    return Result(
        check=check,
        group=group,
        outcome=outcome,
        summary=_bilingual(message.get("summary"), SUMMARY_LENGTH),
        measurements=_measurements(message.get("measurements", {})),
        digestible=message.get("digestible", True) is True,
        evidence=_evidence(message.get("evidence", [])),
    )


def read_progress(message: Mapping[str, Any], *, planned: Collection[str]) -> dict[str, Any]:
    """Return {"check", "state", "done", "total"} of a progress line; raises LineRefused."""
    state = message.get("state")
    if state not in STATES:
        raise LineRefused("an unknown state of progress")
    counts = {name: message.get(name, 0) for name in ("done", "total")}
    if any(
        isinstance(count, bool) or not isinstance(count, int) or not 0 <= count < 10_000 for count in counts.values()
    ):
        raise LineRefused("progress that isn't counted")
    return {"check": _planned(message, planned), "state": state} | counts


def read_engine(message: Mapping[str, Any]) -> dict[str, Any]:
    """Return {"event", "data"} of a line that the engine wrote itself; raises LineRefused."""
    event, data = message.get("event"), message.get("data", {})
    if not isinstance(event, str) or not event.isidentifier() or len(event) > 60 or not isinstance(data, dict):
        raise LineRefused("an engine event without a name")
    return {"event": event, "data": clean_value(data, limit=SUMMARY_LENGTH)}


def read_coverage(message: Mapping[str, Any], *, operations: Collection[str]) -> dict[str, dict[str, int]]:
    """Return {operation: {status: requests}} of a coverage line; what the contract doesn't have is left out."""
    told = message.get("operations")
    if not isinstance(told, dict):
        raise LineRefused("coverage that isn't an object")
    return {name: _statuses(counted) for name, counted in told.items() if name in operations}


def _statuses(counted: Any) -> dict[str, int]:
    if not isinstance(counted, dict) or len(counted) > MOST_STATUSES:
        raise LineRefused("coverage of an operation that isn't a short object")
    for status, number in counted.items():
        if not isinstance(status, str) or not STATUS.fullmatch(status):
            raise LineRefused("coverage of something that isn't a status")
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < 1_000_000:
            raise LineRefused("coverage that isn't counted")
    return dict(counted)


def media_of(encoded: str) -> str:
    """Return the media type of a small PNG or JPEG in base64, known by its first bytes; nothing for anything else."""
    if len(encoded) > PICTURE_BYTES * 4 // 3 + 4:
        return ""
    try:
        picture = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return ""
    return next((name for signature, name in SIGNATURES.items() if picture.startswith(signature)), "")


def _planned(message: Mapping[str, Any], planned: Collection[str]) -> str:
    check = message.get("check")
    if not isinstance(check, str) or len(check) > CODE_LENGTH or check not in planned:
        raise LineRefused("a check that the plan doesn't have")
    return check


def _bilingual(value: Any, limit: int) -> dict[str, str]:
    if not isinstance(value, dict) or any(not isinstance(value.get(language), str) for language in ("zh", "en")):
        raise LineRefused("a sentence that isn't in both languages")
    return {language: clean_text(value[language], limit=limit) for language in ("zh", "en")}


def _measurements(value: Any) -> dict[str, float]:
    if not isinstance(value, dict) or len(value) > MOST_MEASUREMENTS:
        raise LineRefused("measurements that aren't a short object")
    for name, number in value.items():
        if not isinstance(name, str) or isinstance(number, bool) or not isinstance(number, int | float):
            raise LineRefused("a measurement that isn't a number")
        if not math.isfinite(number) or abs(number) > 1e15:
            raise LineRefused("a measurement out of all bounds")
    return {clean_text(name, limit=60): number for name, number in value.items()}


def _evidence(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or len(value) > MOST_EVIDENCE:
        raise LineRefused("evidence that isn't a short list")
    kept, size = [], 0
    for each in value:
        piece = _piece(each)
        size += len(json.dumps(piece))
        if size > EVIDENCE_BYTES:
            break
        kept.append(piece)
    return kept


def _piece(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or not isinstance(value.get("data"), dict) or value.get("kind") not in KINDS:
        raise LineRefused("a piece of evidence without kind and data")
    piece = {"kind": value["kind"], "title": _bilingual(value.get("title"), TITLE_LENGTH)}
    if value["kind"] != "screenshot":
        return piece | {"data": clean_value(value["data"])}
    return piece | {"data": _picture(value["data"])}


def _picture(data: Mapping[str, Any]) -> dict[str, Any]:
    """Keep the base64 text of a PNG or JPEG, known by its first bytes, and the cleaned rest; no picture otherwise."""
    words = {key: item for key, item in data.items() if key not in (*PICTURE_KEYS, "media")}
    rest = clean_value(words, limit=SUMMARY_LENGTH)
    encoded = next((data[key] for key in PICTURE_KEYS if isinstance(data.get(key), str)), "")
    media = media_of(encoded)
    return rest | {"media": media, "base64": encoded} if media else rest
