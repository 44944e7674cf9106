"""Owns requests with odd content, derived from the contract: rare characters, broken JSON, other types, odd headers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from .openapi import Document, Operation

# Rare characters (GB 18030-2022 outside the plane that old systems know), names with a dot, combining and right-to-left
# marks, an emoji of several code points, control characters, what breaks SQL, shell, templates, CSV and paths.
TEXTS = (
    "𬱖㼆䶮𠅤",
    "买买提·艾力",
    "é́́́",
    "\u202eabc\u2066",
    "👩‍👩‍👧‍👦",
    "\u0000",
    "\ufeff\u200b",
    "a\r\nX-Odd: 1",
    "' OR '1'='1",
    "{{7*7}}${7*7}$(id)",
    "=cmd|'/c calc'!A0",
    "../../../../etc/passwd",
    "<script>alert(1)</script>",
    "长" * 8000,
)
_BODIES = (
    b"null",
    b"0",
    b'"text"',
    b"[]",
    b" \r\n\t ",
    b"[" * 5000 + b"]" * 5000,
    b'{"a":' * 2000 + b"1" + b"}" * 2000,
    b'{"a": NaN, "b": Infinity, "c": 1e999}',
    b'{"a": "\\ud800"}',
    b'{"a": 1, "a": 2}',
    b'\xef\xbb\xbf{"a": 1}',
    '{"a": "字"}'.encode("utf-16"),
    b'{"a": "\xff\xfe"}',
    b'{"a": ' + b"9" * 5000 + b"}",
)
_MEDIA = (
    "application/xml",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "application/json; charset=gb18030",
    "APPLICATION/JSON",
    "nonsense",
)
_QUERIES = ("%00=%FF", "a[]=1&a[b]=2", "&".join(f"p{n}=1" for n in range(200)), "a=%F0%AC%B1%96", "%", "=" * 50)
_HEADERS = (
    {"Accept": "application/xml"},
    {"Accept-Language": "xx-\u00ff;q=9"},
    {"Range": "bytes=0-"},
    {"Cookie": "a=b; =; ;;, \u00e9"},
    {"X-Forwarded-For": "203.0.113.1, ' OR 1=1"},
    {"Content-Encoding": "gzip"},
)


@dataclass(frozen=True)
class Generated:
    """One generated request, ready to send but for its session."""

    method: str
    target: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def key(self) -> tuple[object, ...]:
        """What makes two requests the same."""
        return self.method, self.target, tuple(sorted(self.headers.items())), self.body


def odd_requests(document: Document, operation: Operation) -> list[Generated]:
    """Return the odd requests of one operation; an app may take or refuse each, but must not break."""
    return [*_with_odd_bodies(document, operation), *_with_odd_paths(operation), *_around(operation)]


def example_body(document: Document, operation: Operation) -> dict[str, Any]:
    """Return the contract's first example of an operation's body; empty without one."""
    declared = document.body_schema(operation)
    return dict((declared[1].get("examples") or [{}])[0]) if declared else {}


def _with_odd_bodies(document: Document, operation: Operation) -> Iterator[Generated]:
    declared = document.body_schema(operation)
    if declared is None:
        return
    good = example_body(document, operation)

    def post(body: bytes, media: str = "application/json") -> Generated:
        return Generated(operation.method, operation.path, {"Content-Type": media}, body)

    for name, child in declared[1].get("properties", {}).items():
        _, schema = document.resolve("", child)
        if "string" in str(schema.get("type", "")):
            for each in TEXTS:
                yield post(json.dumps({**good, name: each}, ensure_ascii=False).encode())
    for body in _BODIES:
        yield post(body)
    for media in _MEDIA:
        yield post(json.dumps(good).encode(), media)


def _with_odd_paths(operation: Operation) -> Iterator[Generated]:
    if "{" not in operation.path:
        return
    for each in TEXTS:
        value = quote(each[:500], safe="")
        yield Generated(operation.method, "/" + "/".join(value if s.startswith("{") else s for s in operation.segments))


def _around(operation: Operation) -> Iterator[Generated]:
    if operation.method != "GET":
        return
    path = "/" + "/".join("x" if s.startswith("{") else s for s in operation.segments)
    for query in _QUERIES:
        yield Generated(operation.method, f"{path}?{query}")
    for headers in _HEADERS:
        yield Generated(operation.method, path, headers)
