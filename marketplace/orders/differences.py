"""Tells where two JSON values differ, by pointer (pure)."""

from typing import Any

from marketplace.catalogue.findings import pointer

MAX_PLACES = 500
ABSENT = None


def between(before: Any, after: Any) -> dict[str, list[Any]]:
    """Return JSON pointer -> [before, after] at the deepest places that differ; at most MAX_PLACES, then the whole."""
    found: dict[str, list[Any]] = {}
    waiting: list[tuple[tuple[object, ...], Any, Any]] = [((), before, after)]
    while waiting:
        path, old, new = waiting.pop()
        if old == new:
            continue
        if isinstance(old, dict) and isinstance(new, dict):
            names = sorted(old.keys() | new.keys(), reverse=True)
            waiting += [((*path, name), old.get(name, ABSENT), new.get(name, ABSENT)) for name in names]
        elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
            waiting += [((*path, n), *pair) for n, pair in reversed(list(enumerate(zip(old, new, strict=True))))]
        else:
            found[pointer(path)] = [old, new]
        if len(found) > MAX_PLACES:
            return {"": [before, after]}
    return found
