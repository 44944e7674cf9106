"""Owns the one way in which values become bytes to hash: canonical JSON of integers and strings, never floats."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def canonical(value: Any) -> bytes:
    """UTF-8 JSON with sorted keys and no spaces. Only dict (text keys), list, tuple, int and str may occur.

    Raises TypeError on anything else: a float, a Decimal, None or a bool would look different on another machine
    or in another language.
    """
    _check(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(value: Any) -> str:
    """SHA-256 of the canonical bytes, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


def _check(value: Any) -> None:
    match value:
        case bool():
            raise TypeError("canonical JSON holds integers and strings, not booleans")
        case int() | str():
            return
        case dict():
            for key, item in value.items():
                if not isinstance(key, str):
                    raise TypeError(f"canonical JSON has text keys, not {key!r}")
                _check(item)
        case list() | tuple():
            for item in value:
                _check(item)
        case _:
            raise TypeError(f"canonical JSON holds integers and strings, not {type(value).__name__}")
