"""Bounds of what a document may hold in one place, so that sharing by reference can't multiply work (pure)."""

from collections.abc import Iterator, Mapping
from typing import Any

from marketplace.catalogue import grammar
from marketplace.catalogue.findings import Finding, pointer
from marketplace.catalogue.grammar import METHODS

MAX_OPERATIONS = 3000
MOST = {
    ("operation", "parameters"): 200,
    ("operation", "responses"): 100,
    ("operation", "callbacks"): 50,
    ("operation", "security"): 50,
    ("path item", "parameters"): 200,
    ("request body", "content"): 30,
    ("response", "content"): 30,
    ("response", "headers"): 100,
    ("schema", "allOf"): 200,
    ("schema", "oneOf"): 500,
    ("schema", "anyOf"): 500,
    ("schema", "enum"): 5000,
    ("schema", "properties"): 2000,
}


def check(document: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield each place that holds more than it may, and a document with too many operations."""
    for path, kind, value in grammar.parts(document):
        if not isinstance(value, dict):
            continue
        for name, inner in value.items():
            most = MOST.get((kind, name))
            if most is not None and isinstance(inner, list | dict) and len(inner) > most:
                yield Finding("too-many-here", pointer((*path, name)), params={"limit": most})
    if _operations(document) > MAX_OPERATIONS:
        yield Finding("too-many-operations", "/paths", params={"limit": MAX_OPERATIONS})


def _operations(document: Mapping[str, Any]) -> int:
    """Count the operations; a path that is a reference counts as many as it could have."""
    paths = document.get("paths")
    found = 0
    for item in paths.values() if isinstance(paths, dict) else ():
        if isinstance(item, dict):
            found += len(METHODS) if "$ref" in item else sum(method in item for method in METHODS)
    return found
