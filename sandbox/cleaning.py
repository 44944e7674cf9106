"""Makes text that came from an app harmless to show: no control, escape or direction characters, bounded in size."""

from __future__ import annotations

import math
import re
from typing import Any

DEEPEST = 24
MOST_ITEMS = 400
MOST_KEYS = 200
KEY_LENGTH = 200
TEXT_LENGTH = 16_000

ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]"  # colours, cursor
    r"|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[PX^_][^\x1b]*(?:\x1b\\)?"  # titles, links and other strings
    r"|[ -/]*[0-~])?"
)
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters but tab and newline
    "\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # unseen, or turn the direction
    "\ud800-\udfff\U000e0000-\U000e0fff]"  # lone surrogates, tag characters
)


def clean_text(text: str, *, limit: int = TEXT_LENGTH) -> str:
    """Return the text without terminal escapes, control and direction characters, cut at `limit` characters."""
    cut = text[: limit * 2]
    cleaned = UNSEEN.sub("", ESCAPES.sub("", cut.replace("\r\n", "\n")))
    return cleaned if len(cleaned) <= limit and len(cut) == len(text) else cleaned[: limit - 1] + "…"


def clean_value(value: Any, *, limit: int = TEXT_LENGTH, depth: int = 0) -> Any:
    """Return a JSON value with every text cleaned, and nesting, lists and objects cut to their bounds."""
    if depth > DEEPEST:
        return "…"
    if isinstance(value, str):
        return clean_text(value, limit=limit)
    if isinstance(value, list):
        return [clean_value(item, limit=limit, depth=depth + 1) for item in value[:MOST_ITEMS]]
    if isinstance(value, dict):
        return {
            clean_text(str(key), limit=KEY_LENGTH): clean_value(item, limit=limit, depth=depth + 1)
            for key, item in list(value.items())[:MOST_KEYS]
        }
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, int | float | bool) or value is None else "…"
