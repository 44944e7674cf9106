"""Owns how a schema is filled from the city: `x-minshi-source` hints first, then the smallest value a schema allows."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from ..city import World
from ..openapi import Document

Sources = dict[str, dict[str, Any] | None]
_MISSING = object()


def plain(value: Any) -> Any:
    """Return dates as ISO text, everything else as it is."""
    return value.isoformat() if isinstance(value, date | datetime) else value


def entity(record: Any) -> dict[str, Any]:
    """Return one record of the city as plain data."""
    return {name: plain(value) for name, value in asdict(record).items() if name != "traits"}


def of_person(world: World, number: int) -> Sources:
    """Return everything the city knows about one person, by entity."""
    residence = world.residence_of(number)
    rentals = world.rentals_of(number)
    return {
        "person": entity(world.person(number)),
        "home": entity(world.home_of(number)),
        "residence": entity(residence) if residence else None,
        "rental": entity(rentals[0]) if rentals else None,
    }


def value_at(sources: Sources, source: str) -> Any:
    """Return the value of a dotted source such as `person.name`; None when the person has no such thing."""
    node: Any = sources
    for part in source.split("."):
        node = node.get(part) if isinstance(node, dict) else None
    return node


def fill(document: Document, pointer: str, schema: Any, sources: Sources, *, rows: list[Sources] | None = None) -> Any:
    """Return a value for a schema; an array takes one element for each of `rows`."""
    pointer, schema = document.resolve(pointer, schema)
    source = schema.get("x-minshi-source")
    if source:
        return plain(value_at(sources, source))
    if schema.get("type") == "object" or "properties" in schema:
        required = schema.get("required", [])
        filled = {}
        for name, child in schema.get("properties", {}).items():
            value = fill(document, f"{pointer}/properties/{name}", child, sources, rows=rows)
            if value is None and name not in required and not _nullable(child):
                continue
            filled[name] = value
        return filled
    if schema.get("type") == "array":
        return [fill(document, f"{pointer}/items", schema.get("items", {}), row) for row in rows or []]
    return _smallest(schema)


def _nullable(schema: dict[str, Any]) -> bool:
    kind = schema.get("type")
    return "null" in kind if isinstance(kind, list) else kind == "null"


def _smallest(schema: dict[str, Any]) -> Any:
    for key in ("const", "default", "example"):
        if key in schema:
            return schema[key]
    for key in ("enum", "examples"):
        if schema.get(key):
            return schema[key][0]
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = "null" if "null" in kind else kind[0]
    values = {"string": "-" * max(1, schema.get("minLength", 1)), "boolean": True, "null": None}
    if kind in ("integer", "number"):
        return schema.get("minimum", 0)
    return values.get(kind or "null")
