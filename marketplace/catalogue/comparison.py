"""Compares two versions of an interface and names what changed, breaking or not, by rule (pure).

Both documents have been checked by `openapi.check`. Seen from an app that uses the interface: what it may send must
stay accepted, what it reads must stay there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from marketplace.catalogue import places
from marketplace.catalogue.findings import pointer
from marketplace.catalogue.openapi import operations

BREAKING_RULES = frozenset(
    {
        "operation-removed",
        "parameter-required",
        "parameter-removed",
        "body-required",
        "request-field-required",
        "request-type-changed",
        "request-value-removed",
        "answer-removed",
        "response-field-removed",
        "response-field-optional",
        "response-type-changed",
    }
)
MAX_PLACE = 2000


@dataclass(frozen=True)
class Change:
    """One difference; `place` is a JSON pointer into the newer document, or the older one for what was removed."""

    rule: str
    place: str
    name: str = ""

    @property
    def breaking(self) -> bool:
        """Whether apps written for the older version may stop working."""
        return self.rule in BREAKING_RULES


@dataclass(frozen=True)
class _Side:
    """Which documents are compared, and whether the app sends (request) or reads (response) what is looked at."""

    before: Mapping[str, Any]
    after: Mapping[str, Any]
    seen: set[tuple[int, int, bool]]
    sends: bool = False

    def sending(self) -> "_Side":
        """Return the same pair, seen from what the app sends."""
        return _Side(self.before, self.after, self.seen, sends=True)


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Return the changes from one checked document to the next, breaking ones first."""
    side = _Side(before, after, set())
    old = {(path, method): operation for path, method, operation in operations(before)}
    new = {(path, method): operation for path, method, operation in operations(after)}
    found = [Change("operation-removed", pointer(("paths", *key)), _name(key)) for key in old if key not in new]
    found += [Change("operation-added", pointer(("paths", *key)), _name(key)) for key in new if key not in old]
    for key in old.keys() & new.keys():
        found += _operation(side, pointer(("paths", *key)), key, old[key], new[key])
    return sorted(set(found), key=lambda change: (not change.breaking, change.place, change.rule, change.name))


def _name(key: tuple[str, str]) -> str:
    return f"{key[1].upper()} {key[0]}"


def _operation(
    side: _Side, place: str, key: tuple[str, str], old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[Change]:
    yield from _parameters(side, place, key, old, new)
    yield from _body(side, place, old, new)
    before, after = old.get("responses", {}), new.get("responses", {})
    for status in before:
        if status not in after:
            yield Change("answer-removed", f"{place}/responses/{status}", str(status))
    for status in after:
        if status not in before:
            yield Change("answer-added", f"{place}/responses/{status}", str(status))
            continue
        yield from _content(side, f"{place}/responses/{status}", before[status], after[status])


def _all_parameters(document: Mapping[str, Any], path: str, operation: Mapping[str, Any]) -> dict[Any, Any]:
    shared = document["paths"][path].get("parameters", [])
    listed = [places.resolved(document, each) for each in [*shared, *operation.get("parameters", [])]]
    return {(each["name"], each["in"]): each for each in listed}


def _parameters(
    side: _Side, place: str, key: tuple[str, str], old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[Change]:
    before = _all_parameters(side.before, key[0], old)
    after = _all_parameters(side.after, key[0], new)
    for name in before.keys() - after.keys():
        yield Change("parameter-removed", place, name[0])
    for name, parameter in after.items():
        was = before.get(name)
        if parameter.get("required") and not (was or {}).get("required"):
            yield Change("parameter-required", place, name[0])
        elif was is None:
            yield Change("parameter-added", place, name[0])
        if was is not None:
            yield from _schema(side.sending(), place, name[0], was.get("schema", {}), parameter.get("schema", {}))


def _body(side: _Side, place: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    before = places.resolved(side.before, old.get("requestBody"))
    after = places.resolved(side.after, new.get("requestBody"))
    if after and after.get("required") and not (before or {}).get("required"):
        yield Change("body-required", f"{place}/requestBody")
    if before and after:
        yield from _content(side.sending(), f"{place}/requestBody", before, after)


def _content(side: _Side, place: str, old: Any, new: Any) -> Iterator[Change]:
    before = places.resolved(side.before, old).get("content", {})
    after = places.resolved(side.after, new).get("content", {})
    for media in before.keys() & after.keys():
        inner = place + pointer(("content", media, "schema"))
        yield from _schema(side, inner, "", before[media].get("schema", {}), after[media].get("schema", {}))
    for media in before.keys() - after.keys():
        rule = "request-type-changed" if side.sends else "response-type-changed"
        yield Change(rule, place + pointer(("content", media)), media)


def _merged(document: Mapping[str, Any], schema: Any) -> dict[str, Any]:
    """Return the schema behind references, with the properties and duties of its `allOf` parts taken together."""
    schema = places.resolved(document, schema)
    if not isinstance(schema, dict):
        return {}
    merged = dict(schema)
    merged["properties"] = dict(schema.get("properties", {}))
    merged["required"] = list(schema.get("required", []))
    for part in schema.get("allOf", []):
        inner = places.resolved(document, part)
        if isinstance(inner, dict) and inner is not schema:
            merged["properties"] |= inner.get("properties", {})
            merged["required"] += inner.get("required", [])
            merged.setdefault("type", inner.get("type"))
    return merged


def _types(schema: Mapping[str, Any]) -> set[str]:
    kind = schema.get("type")
    if kind is None:
        return set()
    kinds = set(kind) if isinstance(kind, list) else {kind}
    if schema.get("nullable"):
        kinds.add("null")
    return kinds | ({"integer"} if "number" in kinds else set())


def _schema(side: _Side, place: str, name: str, old: Any, new: Any) -> Iterator[Change]:
    pair = (id(places.resolved(side.before, old)), id(places.resolved(side.after, new)), side.sends)
    if pair in side.seen or len(place) > MAX_PLACE:
        return
    side.seen.add(pair)
    before, after = _merged(side.before, old), _merged(side.after, new)
    yield from _kind(side, place, name, before, after)
    yield from _fields(side, place, before, after)
    for field in before["properties"].keys() & after["properties"].keys() if before and after else ():
        inner = place + pointer(("properties", field))
        yield from _schema(side, inner, field, before["properties"][field], after["properties"][field])
    if "items" in before and "items" in after:
        yield from _schema(side, f"{place}/items", name, before["items"], after["items"])


def _kind(side: _Side, place: str, name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    old, new = _types(before), _types(after)
    if side.sends:
        if new and not (old and old <= new):
            yield Change("request-type-changed", place, name)
        allowed = after.get("enum")
        if allowed is not None and any(value not in allowed for value in before.get("enum", [object()])):
            yield Change("request-value-removed", place, name)
    elif old and not (new and new <= old):
        yield Change("response-type-changed", place, name)


def _fields(side: _Side, place: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    old, new = before.get("properties", {}), after.get("properties", {})
    was, now = set(before.get("required", [])), set(after.get("required", []))
    for field in new.keys() - old.keys():
        needed = side.sends and field in now
        yield Change(
            "request-field-required" if needed else "field-added", place + pointer(("properties", field)), field
        )
    if side.sends:
        for field in (now - was) & old.keys():
            yield Change("request-field-required", place + pointer(("properties", field)), field)
        return
    for field in old.keys() - new.keys():
        yield Change("response-field-removed", place + pointer(("properties", field)), field)
    for field in (was - now) & new.keys():
        yield Change("response-field-optional", place + pointer(("properties", field)), field)
