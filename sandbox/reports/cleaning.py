"""Makes text that came from an app harmless to show: control and direction characters become signs, all is bounded."""

from __future__ import annotations

import math
import re
from typing import Any

DEEPEST = 24
MOST_ITEMS = 400
MOST_KEYS = 200
KEY_LENGTH = 200
TEXT_LENGTH = 16_000

UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters but tab and newline
    "\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # unseen, or turn the direction
    "\ud800-\udfff\ufffe\uffff\U000e0000-\U000e0fff]"  # lone surrogates, no characters, tag characters
)
PICTURES = 0x2400
DELETE = 0x7F


def clean_text(text: str, *, limit: int = TEXT_LENGTH) -> str:
    """Return the text with every control, escape and direction character as a sign, cut at `limit` characters."""
    cut = text[: limit * 2].replace("\r\n", "\n")
    cleaned = UNSEEN.sub(_sign, cut)
    return cleaned if len(cleaned) <= limit and len(text) <= limit * 2 else cleaned[: limit - 1] + "…"


def _sign(found: re.Match[str]) -> str:
    """Return what stands for a character that nobody could see: ␛ for an escape, ⟨U+202E⟩ for one without a picture."""
    code = ord(found.group())
    if code < 0x20:
        return chr(PICTURES + code)
    return "␡" if code == DELETE else f"⟨U+{code:04X}⟩"


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
