"""Owns reading OpenAPI 3.0 documents as 3.1: their schemas say null, exclusive bounds and examples in another way."""

from __future__ import annotations

from typing import Any

_ONE = ("items", "additionalProperties", "not", "contains", "propertyNames", "if", "then", "else")
_LISTS = ("allOf", "oneOf", "anyOf", "prefixItems")
_MAPS = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
_MOST_DEPTH = 200


def modern(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document whose schemas are JSON Schema 2020-12; one of OpenAPI 3.1 is returned as it is."""
    if not str(document.get("openapi", "")).startswith("3.0"):
        return document
    read: dict[str, Any] = _anywhere(document, 0)
    schemas = read.get("components", {}).get("schemas")
    if isinstance(schemas, dict):
        read["components"] = {**read["components"], "schemas": {k: _schema(v, 0) for k, v in schemas.items()}}
    return read


def _anywhere(node: Any, depth: int) -> Any:
    """Return a part of a document with every `schema` in it read; examples and defaults are left alone."""
    if depth > _MOST_DEPTH:
        return node
    if isinstance(node, list):
        return [_anywhere(each, depth + 1) for each in node]
    if not isinstance(node, dict):
        return node
    read = {}
    for key, value in node.items():
        if key == "schema":
            read[key] = _schema(value, depth + 1)
        elif key in ("example", "examples", "schemas"):
            read[key] = value
        else:
            read[key] = _anywhere(value, depth + 1)
    return read


def _schema(schema: Any, depth: int) -> Any:
    if not isinstance(schema, dict) or depth > _MOST_DEPTH:
        return schema
    if isinstance(schema.get("$ref"), str):
        return {"$ref": schema["$ref"]}  # in 3.0 whatever stands beside a reference is ignored
    read = dict(schema)
    for key in _ONE:
        if key in read:
            read[key] = _schema(read[key], depth + 1)
    for key in _LISTS:
        if isinstance(read.get(key), list):
            read[key] = [_schema(each, depth + 1) for each in read[key]]
    for key in _MAPS:
        if isinstance(read.get(key), dict):
            read[key] = {name: _schema(each, depth + 1) for name, each in read[key].items()}
    _bounds(read)
    return _nullable(read)


def _bounds(schema: dict[str, Any]) -> None:
    for exclusive, plain in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(schema.get(exclusive), bool) and schema.pop(exclusive) and plain in schema:
            schema[exclusive] = schema.pop(plain)


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    if schema.pop("nullable", False) is not True:
        return schema
    if isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
        if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
            schema["enum"] = [*schema["enum"], None]
        return schema
    # Without a type, 3.0 lets `nullable` do nothing by itself; authors mean it, so it is read as they mean it.
    return {"anyOf": [schema, {"type": "null"}]} if schema else schema
