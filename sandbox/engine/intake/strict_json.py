"""JSON from a vendor, read so that no other reader can read it differently."""

from __future__ import annotations

import json
from typing import Any

from .refused import Refused


def parse(content: bytes, place: str) -> Any:
    """The value; refuses what is not JSON, is nested absurdly, or has keys equal but for case.

    Go, in which engines are written, reads `repotags` as `RepoTags`; two such keys would let the engine see another
    value than the one that was checked.
    """

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        seen: dict[str, str] = {}
        for key, _value in pairs:
            folded = key.casefold()
            if folded in seen:
                raise Refused("duplicate_key", place, key=key, other=seen[folded])
            seen[folded] = key
        return dict(pairs)

    try:
        return json.loads(content, object_pairs_hook=unique, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Refused("bad_json", place) from error


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def canonical(value: Any) -> bytes:
    """The one way in which we write JSON."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def texts(value: Any, place: str, field: str, *, most: int) -> list[str]:
    """`value` as a short list of texts without NUL; None counts as empty."""
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > most or not all(_is_plain(item) for item in value):
        raise Refused("bad_config", place, field=field)
    return value


def text(value: Any, place: str, field: str) -> str:
    """`value` as one text without NUL; None counts as empty."""
    if value is None:
        return ""
    if not _is_plain(value):
        raise Refused("bad_config", place, field=field)
    return str(value)


def _is_plain(value: Any) -> bool:
    """A text that the kernel and the engine take as it is: no NUL, no lone surrogates."""
    if not isinstance(value, str) or "\0" in value:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
