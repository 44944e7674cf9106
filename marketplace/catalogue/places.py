"""Finds parts of an OpenAPI document by pointer, and walks its parts and its schemas (pure)."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

Path = tuple[object, ...]


def at(document: Any, reference: str) -> Any:
    """Return what a local reference (`#/components/...`) points at; raises LookupError."""
    value = document
    fragment = unquote(reference.removeprefix("#"))
    if fragment and not fragment.startswith("/"):
        raise LookupError(reference)
    for part in fragment.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list):
            if not key.isdigit():
                raise LookupError(reference)
            value = value[int(key)]
        elif isinstance(value, dict):
            value = value[key]
        else:
            raise LookupError(reference)
    return value


def resolved(document: Mapping[str, Any], value: Any) -> Any:
    """Return the value behind its local references; the document's references have been checked."""
    while isinstance(value, dict) and isinstance(value.get("$ref"), str):
        value = at(document, value["$ref"])
    return value


def walk(value: Any) -> Iterator[tuple[Path, Any]]:
    """Yield every part with its path, in the order of the document."""
    waiting: list[tuple[Path, Any]] = [((), value)]
    while waiting:
        path, part = waiting.pop()
        yield path, part
        if isinstance(part, dict):
            waiting += [((*path, key), part[key]) for key in reversed(part)]
        elif isinstance(part, list):
            waiting += [((*path, position), part[position]) for position in reversed(range(len(part)))]


def schemas(document: Mapping[str, Any]) -> Iterator[tuple[Path, Any]]:
    """Yield the outermost Schema Objects: the named ones, and those of parameters, headers, bodies and answers."""
    for name, schema in ((document.get("components") or {}).get("schemas") or {}).items():
        yield ("components", "schemas", name), schema
    for path, part in walk(document):
        inside_schema = path[:2] == ("components", "schemas") or "schema" in path[:-1] or _is_data(path)
        if path and path[-1] == "schema" and not inside_schema:
            yield path, part


def _is_data(path: Path) -> bool:
    return bool({"example", "examples", "default"} & set(path)) or any(str(part).startswith("x-") for part in path)
