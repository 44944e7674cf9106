"""Owns the line that tells what one check found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .model import Finding

Emit = Callable[[dict[str, Any]], None]


def result(check_id: str, group: str, found: Finding, *, digestible: bool = True) -> dict[str, Any]:
    """Return the result line; `digestible` says whether it may count towards the digest of the verdict."""
    return {
        "type": "result",
        "check": check_id,
        "group": group,
        "outcome": found.outcome,
        "summary": found.summary,
        "measurements": found.measurements,
        "digestible": digestible,
        "evidence": found.evidence,
    }
