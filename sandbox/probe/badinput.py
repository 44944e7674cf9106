"""Owns requests that any app must refuse, derived from the contract's schemas one rule at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .model import Text, text

if TYPE_CHECKING:
    from .openapi import Document, Operation


@dataclass(frozen=True)
class BadRequest:
    """One request to refuse, and in both languages what is wrong with it."""

    wrong: Text
    body: bytes
    content_type: str = "application/json"
    with_session: bool = True


def bad_requests(document: Document, operation: Operation, *, needs_session: bool) -> list[BadRequest]:
    """Return the requests that an operation must refuse."""
    found: list[BadRequest] = []
    declared = document.body_schema(operation)
    good: dict[str, Any] = {}
    if declared:
        schema = declared[1]
        good = (schema.get("examples") or [{}])[0]
        found += [
            BadRequest(text("内容不是 JSON", "not JSON"), b"{not json"),
            BadRequest(text("内容为空", "an empty body"), b""),
            BadRequest(text("内容不是对象", "not an object"), b"[1, 2]"),
            BadRequest(text("缺少全部字段", "no fields at all"), b"{}"),
            BadRequest(text("内容类型不对", "another content type"), json.dumps(good).encode(), "text/plain"),
        ]
        if good:
            found += [BadRequest(wrong, json.dumps(body).encode()) for wrong, body in _broken(document, schema, good)]
    if needs_session:
        body = json.dumps(good).encode() if declared else b""
        found.append(BadRequest(text("没有会话", "no session"), body, with_session=False))
    return found


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
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and "object" not in kinds:
        yield "类型不对", "has the wrong type", {"a": 1}
    if "null" not in kinds and kinds:
        yield "为 null", "is null", None
    if "enum" in schema and "string" in kinds:
        yield "不在取值范围内", "is none of the allowed values", "__none_of_these__"
    if "pattern" in schema:
        yield "格式不对", "does not match its pattern", "☃"
    if "maxLength" in schema and schema["maxLength"] < 10_000:
        yield "过长", "is too long", "1" * (schema["maxLength"] + 1)
    if "maximum" in schema:
        yield "过大", "is too large", schema["maximum"] + 1
    if "minimum" in schema:
        yield "过小", "is too small", schema["minimum"] - 1
    if schema.get("const") is True:
        yield "为 false", "is false", False
