"""Owns requests that any app must refuse, derived from the contract's schemas one rule at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from .model import Text, text
from .odd import example_body

if TYPE_CHECKING:
    from .openapi import Document, Operation

_OF_KIND: dict[str, Any] = {
    "object": {"a": 1},
    "array": ["x"],
    "null": None,
    "string": "text",
    "integer": 1,
    "boolean": True,
}
_NUMBERS = ("integer", "number", "boolean")
_KIND_ZH = {"object": "对象", "array": "数组", "null": "空值", "string": "文字", "integer": "整数", "boolean": "是否"}


@dataclass(frozen=True)
class BadRequest:
    """One request to refuse, and in both languages what is wrong with it."""

    wrong: Text
    body: bytes
    content_type: str = "application/json"
    target: str = ""


def bad_requests(document: Document, operation: Operation) -> list[BadRequest]:
    """Return the requests that an operation must refuse."""
    found = list(_bad_parameters(operation))
    declared = document.body_schema(operation)
    if declared and "{" not in operation.path:
        schema = declared[1]
        good = example_body(document, operation)
        found += [
            BadRequest(text("内容不是 JSON", "not JSON"), b"{not json"),
            BadRequest(text("内容为空", "an empty body"), b""),
            BadRequest(text("内容不是对象", "not an object"), b"[1, 2]"),
            BadRequest(text("内容是 null", "null instead of an object"), b"null"),
            BadRequest(text("缺少全部字段", "no fields at all"), b"{}"),
            BadRequest(text("内容类型不对", "another content type"), json.dumps(good).encode(), "text/plain"),
            BadRequest(text("内容是 XML", "XML instead of JSON"), b"<a/>", "application/xml"),
        ]
        found += [BadRequest(wrong, json.dumps(body).encode()) for wrong, body in _broken(document, schema, good)]
    return found


def _bad_parameters(operation: Operation) -> Iterator[BadRequest]:
    """Yield requests without a parameter that is required, or with one that its schema does not allow."""
    for _, parameter in operation.parameters:
        if parameter["in"] != "query" or "{" in operation.path:
            continue
        name = parameter["name"]
        if parameter.get("required"):
            yield BadRequest(text(f"缺少参数 {name}", f"the parameter {name} is missing"), b"", target=operation.path)
        schema = parameter.get("schema", {})
        wrong = [("类型不对", "has the wrong type", "text")] if schema.get("type") in _NUMBERS else []
        for zh, en, value in [*wrong, *_out_of_bounds(schema)]:
            target = f"{operation.path}?{urlencode({name: value})}"
            yield BadRequest(text(f"参数 {name} {zh}", f"the parameter {name} {en}"), b"", target=target)


def _broken(document: Document, schema: dict[str, Any], good: dict[str, Any]) -> Iterator[tuple[Text, dict[str, Any]]]:
    for name in schema.get("required", []):
        yield text(f"缺少 {name}", f"{name} is missing"), {k: v for k, v in good.items() if k != name}
    for name, child in schema.get("properties", {}).items():
        _, child_schema = document.resolve("", child)
        for zh, en, value in _wrong_values(child_schema):
            yield text(f"{name} {zh}", f"{name} {en}"), {**good, name: value}
    if schema.get("additionalProperties") is False:
        yield text("有多余字段", "an unknown field"), {**good, "unknown_field": "x"}


def _wrong_values(schema: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    yield from _wrong_kinds(schema)
    yield from _out_of_bounds(schema)
    if schema.get("const") is True:
        yield "为 false", "is false", False


def _out_of_bounds(schema: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    if "pattern" in schema:
        yield "格式不对", "does not match its pattern", "☃"
    if "maxLength" in schema and schema["maxLength"] < 10_000:
        yield "过长", "is too long", "1" * (schema["maxLength"] + 1)
    if schema.get("minLength"):
        yield "过短", "is too short", "1" * (schema["minLength"] - 1)
    if "maximum" in schema:
        yield "过大", "is too large", schema["maximum"] + 1
    if "minimum" in schema:
        yield "过小", "is too small", schema["minimum"] - 1


def _wrong_kinds(schema: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    for kind, value in _OF_KIND.items():
        if kinds and kind not in kinds and not (kind == "integer" and "number" in kinds):
            yield f"类型不对（{_KIND_ZH[kind]}）", f"has the wrong type ({kind})", value
    if "enum" in schema and "string" in kinds:
        yield "不在取值范围内", "is none of the allowed values", "__none_of_these__"
        if isinstance(schema["enum"][0], str) and schema["enum"][0].upper() not in schema["enum"]:
            yield "大小写不对", "has the wrong case", schema["enum"][0].upper()
