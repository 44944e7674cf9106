"""Owns reading what a request carries: parameters as the types that their schemas ask for, forms as objects."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, unquote

Schema = dict[str, Any]
_SEPARATORS = {"spaceDelimited": " ", "pipeDelimited": "|"}


def kinds(schema: Any) -> list[str]:
    """Return the types that a schema allows, as far as it says so itself."""
    kind = schema.get("type") if isinstance(schema, dict) else None
    return kind if isinstance(kind, list) else [kind] if kind else []


def typed(text: str, schema: Any) -> Any:
    """Return a parameter's text as the type its schema asks for, or as it is when it can't be."""
    allowed = kinds(schema)
    for kind, read in (("integer", int), ("number", float)):
        if kind in allowed:
            try:
                return read(text)
            except ValueError:
                continue
    if "boolean" in allowed and text in ("true", "false"):
        return text == "true"
    return None if "null" in allowed and text == "" and "string" not in allowed else text


class Carried:
    """The parameters of one request, by place and name."""

    def __init__(self, *, path: dict[str, str], query: str, headers: dict[str, str]) -> None:
        self._path = path
        self._query = parse_qsl(query, keep_blank_values=True) if query else []
        self._headers = headers

    def value(self, parameter: dict[str, Any], schema: Any) -> Any:
        """Return a parameter's value, typed; None when it isn't there, or is of a style that is taken as it comes."""
        name, where = parameter["name"], parameter["in"]
        if where == "query" and "array" in kinds(schema):
            return self._list(parameter, schema)
        text = self._text(name, where)
        if text is None:
            return None
        if "content" in parameter:
            try:
                return json.loads(text)
            except (ValueError, RecursionError):
                return text
        if "array" in kinds(schema):
            items = schema.get("items", {})
            return [typed(each, items) for each in text.split(",")] if text else []
        return typed(text, schema)

    def _text(self, name: str, where: str) -> str | None:
        if where == "query":
            return next((value for key, value in reversed(self._query) if key == name), None)
        if where == "header":
            return self._headers.get(name.lower())
        if where == "cookie":
            pairs = (each.strip().partition("=") for each in self._headers.get("cookie", "").split(";"))
            return next((unquote(value) for key, _, value in pairs if key == name), None)
        return self._path.get(name)

    def _list(self, parameter: dict[str, Any], schema: Schema) -> list[Any] | None:
        name = parameter["name"]
        found = [value for key, value in self._query if key in (name, f"{name}[]")]
        if not found:
            return None
        style = parameter.get("style", "form")
        if not parameter.get("explode", style == "form"):
            found = found[-1].split(_SEPARATORS.get(style, ","))
        return [typed(each, schema.get("items", {})) for each in found]


def form(body: bytes, schema: Any) -> dict[str, Any]:
    """Return a form's fields as its schema types them; a field given several times is a list."""
    properties = schema.get("properties", {}) if isinstance(schema, dict) else {}
    read: dict[str, Any] = {}
    for name, text in parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True):
        about = properties.get(name, {})
        if "array" in kinds(about):
            read.setdefault(name, []).append(typed(text, about.get("items", {})))
        else:
            read[name] = typed(text, about)
    return read
