"""Walks an OpenAPI document by its grammar: what is a schema, a parameter, a response, and what mere data (pure).

Examples, defaults, enums and extensions are data: what looks like a reference or a schema in them is none.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from marketplace.catalogue.findings import pointer

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
ONE, MAP, LIST = "one", "map", "list"
Path = tuple[object, ...]

_CONTENT = {"schema": (ONE, "schema"), "content": (MAP, "media"), "examples": (MAP, "example")}
_SCHEMA_MAPS = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
_SCHEMA_LISTS = ("allOf", "oneOf", "anyOf", "prefixItems")
_SCHEMA_ONES = (
    "items",
    "additionalProperties",
    "not",
    "if",
    "then",
    "else",
    "contains",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
    "contentSchema",
)
GRAMMAR: dict[str, dict[str, tuple[str, str]]] = {
    "document": {"paths": (MAP, "path item"), "webhooks": (MAP, "path item"), "components": (ONE, "components")},
    "components": {
        "schemas": (MAP, "schema"),
        "responses": (MAP, "response"),
        "parameters": (MAP, "parameter"),
        "examples": (MAP, "example"),
        "requestBodies": (MAP, "request body"),
        "headers": (MAP, "header"),
        "securitySchemes": (MAP, "security scheme"),
        "links": (MAP, "link"),
        "callbacks": (MAP, "callback"),
        "pathItems": (MAP, "path item"),
    },
    "path item": {"parameters": (LIST, "parameter")} | dict.fromkeys(METHODS, (ONE, "operation")),
    "operation": {
        "parameters": (LIST, "parameter"),
        "requestBody": (ONE, "request body"),
        "responses": (MAP, "response"),
        "callbacks": (MAP, "callback"),
    },
    "parameter": _CONTENT,
    "header": _CONTENT,
    "request body": {"content": (MAP, "media")},
    "response": {"headers": (MAP, "header"), "content": (MAP, "media"), "links": (MAP, "link")},
    "media": {"schema": (ONE, "schema"), "encoding": (MAP, "encoding"), "examples": (MAP, "example")},
    "encoding": {"headers": (MAP, "header")},
    "schema": dict.fromkeys(_SCHEMA_MAPS, (MAP, "schema"))
    | dict.fromkeys(_SCHEMA_LISTS, (LIST, "schema"))
    | dict.fromkeys(_SCHEMA_ONES, (ONE, "schema")),
}
# A reference may stand in their place; in a schema of 3.1 and a path item other fields may stand beside it.
REFERABLE = frozenset(GRAMMAR) - {"document", "components", "operation", "media", "encoding"} | {
    "example",
    "security scheme",
    "link",
    "callback",
}


def parts(document: Mapping[str, Any]) -> Iterator[tuple[Path, str, Any]]:
    """Yield (path, kind, value) of every part that the grammar names, in the order of the document."""
    waiting: list[tuple[Path, str, Any]] = [((), "document", document)]
    while waiting:
        path, kind, value = waiting.pop()
        yield path, kind, value
        if isinstance(value, dict):
            waiting += reversed(list(_children(path, kind, value)))


def _children(path: Path, kind: str, value: dict[str, Any]) -> Iterator[tuple[Path, str, Any]]:
    if kind == "callback":
        yield from (((*path, name), "path item", each) for name, each in value.items() if not name.startswith("x-"))
        return
    known = GRAMMAR.get(kind, {})
    for name, inner in value.items():
        if name not in known:
            continue
        how, child = known[name]
        if how == ONE:
            yield (*path, name), child, inner
        elif how == LIST and isinstance(inner, list):
            yield from (((*path, name, number), child, each) for number, each in enumerate(inner))
        elif how == MAP and isinstance(inner, dict):
            yield from (
                ((*path, name, key), child, each)
                for key, each in inner.items()
                if child in {"schema", "media"} or not key.startswith("x-") or name in {"headers", "parameters"}
            )


def kinds(document: Mapping[str, Any]) -> dict[str, str]:
    """Return JSON pointer -> kind of every part that the grammar names."""
    return {pointer(path): kind for path, kind, _value in parts(document)}


def schemas(document: Mapping[str, Any]) -> Iterator[tuple[Path, Any]]:
    """Yield the outermost Schema Objects: the named ones, and those of parameters, headers, bodies and answers."""
    inside: tuple[object, ...] | None = None
    for path, kind, value in parts(document):
        if inside is not None and path[: len(inside)] == inside:
            continue
        inside = None
        if kind == "schema":
            inside = path
            yield path, value
