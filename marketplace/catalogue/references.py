"""Checks the references of an OpenAPI document: inside it, to something of the right kind, not in circles (pure)."""

from collections.abc import Iterator, Mapping
from typing import Any

from marketplace.catalogue import grammar, places
from marketplace.catalogue.findings import Finding, pointer

MAX_CHAIN = 20
DIALECTS = {
    "https://json-schema.org/draft/2020-12/schema",
    "https://spec.openapis.org/oas/3.1/dialect/base",
}
BASE_KEYWORDS = ("$id", "$dynamicRef", "$recursiveRef")
# What says something about the same value: a circle through these alone would never end.
SAME_VALUE_ONES = ("not", "if", "then", "else")
SAME_VALUE_LISTS = ("allOf", "oneOf", "anyOf")


def check(document: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield every reference that can't be taken, and schemas that hold themselves without any value between."""
    kinds = grammar.kinds(document)
    for path, kind, value in grammar.parts(document):
        if not isinstance(value, dict):
            continue
        if kind in {"schema", "document"}:
            yield from _bases(path, value)
        if kind in grammar.REFERABLE and isinstance(value.get("$ref"), str):
            yield from _reference(document, kinds, (*path, "$ref"), value["$ref"], wanted=kind)
        if kind == "link" and isinstance(value.get("operationRef"), str):
            yield from _reference(document, kinds, (*path, "operationRef"), value["operationRef"], wanted="operation")
        if kind == "schema" and isinstance(value.get("discriminator"), dict):
            yield from _mapping(document, kinds, (*path, "discriminator", "mapping"), value["discriminator"])
    yield from _circles(document, kinds)


def _bases(path: places.Path, value: Mapping[str, Any]) -> Iterator[Finding]:
    for keyword in BASE_KEYWORDS:
        if isinstance(value.get(keyword), str):
            yield Finding("reference-base", pointer((*path, keyword)), params={"keyword": keyword})
    for keyword in ("$schema", "jsonSchemaDialect"):
        if isinstance(value.get(keyword), str) and value[keyword] not in DIALECTS:
            yield Finding("dialect", pointer((*path, keyword)), params={"dialect": value[keyword][:120]})


def _mapping(
    document: Mapping[str, Any], kinds: Mapping[str, str], path: places.Path, discriminator: Mapping[str, Any]
) -> Iterator[Finding]:
    """Check the values of a discriminator's mapping that are references; the others are names of schemas."""
    mapping = discriminator.get("mapping")
    for name, value in (mapping if isinstance(mapping, dict) else {}).items():
        if isinstance(value, str) and ("/" in value or "#" in value):
            yield from _reference(document, kinds, (*path, name), value, wanted="schema")


def _reference(
    document: Mapping[str, Any], kinds: Mapping[str, str], path: places.Path, reference: str, *, wanted: str
) -> Iterator[Finding]:
    rule = _broken(document, reference)
    if not rule and kinds.get(places.pointer_of(reference)) != wanted:
        rule = "reference-kind"
    if rule:
        yield Finding(rule, pointer(path), params={"reference": reference[:200], "wanted": wanted})


def _broken(document: Mapping[str, Any], reference: str) -> str:
    """Return the rule that a reference breaks, or nothing."""
    seen: set[str] = set()
    while True:
        if not reference.startswith("#"):
            return "reference-outside"
        if reference in seen or len(seen) >= MAX_CHAIN:
            return "reference-circle"
        seen.add(reference)
        try:
            target = places.at(document, reference)
        except (LookupError, ValueError):
            return "reference-missing"
        following = target.get("$ref") if isinstance(target, dict) else None
        if not isinstance(following, str):
            return ""
        reference = following


def _circles(document: Mapping[str, Any], kinds: Mapping[str, str]) -> Iterator[Finding]:
    """Yield schemas that are part of their own definition; through properties and items they may be."""
    edges = {
        pointer(path): list(_about_same_value(pointer(path), value))
        for path, kind, value in grammar.parts(document)
        if kind == "schema" and isinstance(value, dict)
    }
    done: set[str] = set()
    for start in edges:
        trail: dict[str, Iterator[str]] = {}
        waiting = [start]
        while waiting:
            place = waiting[-1]
            if place not in trail and place not in done:
                trail[place] = iter(edges.get(place, ()))
            following = next(trail[place], None) if place in trail else None
            if following is None:
                trail.pop(place, None)
                done.add(place)
                waiting.pop()
            elif following in trail:
                yield Finding("reference-circle", following, params={"reference": f"#{following}"[:200]})
            elif following not in done and kinds.get(following) == "schema":
                waiting.append(following)


def _about_same_value(place: str, schema: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(schema.get("$ref"), str):
        yield places.pointer_of(schema["$ref"])
    yield from (f"{place}/{name}" for name in SAME_VALUE_ONES if name in schema)
    for name in SAME_VALUE_LISTS:
        if isinstance(schema.get(name), list):
            yield from (f"{place}/{name}/{number}" for number in range(len(schema[name])))
