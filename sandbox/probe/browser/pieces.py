"""Owns the evidence of page checks: pictures, axe findings and lines, each small enough for one result."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from typing import Any

from ..model import text
from .seen import PageSeen

MOST_VIOLATIONS = 30
MOST_ROWS = 50
MOST_PICTURE_TEXT = 150_000


def pictures(pages: Iterable[PageSeen], width: int) -> list[dict[str, Any]]:
    """Return the pictures of pages at one width, as many as fit beside the other evidence."""
    found: list[dict[str, Any]] = []
    left = MOST_PICTURE_TEXT
    for page in pages:
        encoded = base64.b64encode(page.pictures.get(width, b"")).decode()
        if not encoded or len(encoded) > left:
            continue
        left -= len(encoded)
        name = page.place.name
        found.append(
            {
                "kind": "screenshot",
                "title": text(f"页面 {name}，宽 {width}", f"Page {name}, {width} wide"),
                "data": {"media_type": "image/jpeg", "base64": encoded, "page": page.place.path},
            }
        )
    return found


def violations(found: list[Mapping[str, Any]] | list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return axe's findings as one piece, or nothing."""
    if not found:
        return []
    title = text("无障碍问题", "Accessibility violations")
    return [{"kind": "axe", "title": title, "data": {"violations": list(found[:MOST_VIOLATIONS])}}]


def rows(zh: str, en: str, lines: list[str]) -> list[dict[str, Any]]:
    """Return lines as one piece, or nothing."""
    if not lines:
        return []
    return [{"kind": "text", "title": text(zh, en), "data": {"lines": [line[:500] for line in lines[:MOST_ROWS]]}}]
