"""Finds parts of an OpenAPI document by pointer and walks all of them (pure)."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

Path = tuple[object, ...]


def at(document: Any, reference: str) -> Any:
    """Return what a local reference (`#/components/...`) points at; raises LookupError."""
    value = document
    fragment = pointer_of(reference)
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


def pointer_of(reference: str) -> str:
    """Return the JSON pointer of a local reference."""
    return unquote(reference.removeprefix("#"))


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
