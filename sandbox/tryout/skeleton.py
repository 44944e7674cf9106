"""Makes the smallest body that a schema asks for, for a developer to start from (pure)."""

import functools
from collections.abc import Callable, Mapping
from typing import Any

from marketplace.catalogue import places
from marketplace.catalogue.comparison.schemas import Located, View, view

MAX_DEPTH = 8
_TEXTS = {
    "date": "2026-01-05",
    "date-time": "2026-01-05T09:00:00+08:00",
    "time": "09:00:00+08:00",
    "email": "someone@example.org",
    "uri": "https://example.org/",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


def skeleton(
    document: Mapping[str, Any], schema: Any, *, known: Callable[[str], Any] = lambda _source: None, depth: int = 0
) -> Any:
    """Return a value with the required fields: what the city knows, then examples, defaults, enums, the least.

    `schema` is of `document`; `known` returns what a source such as `person.name` holds for the person.
    """
    inner = functools.partial(skeleton, document, known=known, depth=depth + 1)
    given = _given(places.resolved(document, schema), known)
    if given is not None:
        return given
    seen = view(document, Located("", schema), sends=True)
    if seen.enum:
        return seen.enum[0]
    if seen.default is not None:
        return seen.default
    if seen.alternatives and depth < MAX_DEPTH:
        return inner(seen.alternatives[0].value)
    return _made(seen, seen.types or {"object" if seen.properties else "null"}, inner if depth < MAX_DEPTH else None)


def _made(seen: View, kinds: set[str], inner: Callable[[Any], Any] | None) -> Any:
    if "object" in kinds:
        wanted = [name for name in seen.properties if name in seen.required] if inner else []
        return {name: inner(seen.properties[name].value) for name in wanted} if inner else {}
    if "array" in kinds:
        least = min(int(seen.limits.get("minItems", 0)), 3)
        return [inner(seen.items.value) for _ in range(least)] if inner and seen.items is not None else []
    return _plain(seen, kinds)


def _given(schema: Any, known: Callable[[str], Any]) -> Any:
    if not isinstance(schema, dict):
        return None
    source = schema.get("x-minshi-source")
    if isinstance(source, str) and known(source) is not None:
        return known(source)
    examples = schema.get("examples")
    first = examples[0] if isinstance(examples, list) and examples else None
    return schema.get("example", first)


def _plain(seen: View, kinds: set[str]) -> Any:
    if "string" in kinds:
        return _TEXTS.get(seen.format) or "x" * int(seen.limits.get("minLength", 1))
    if kinds & {"integer", "number"}:
        least = seen.limits.get("minimum", 0)
        return int(least) if float(least).is_integer() else least
    return True if "boolean" in kinds else None
