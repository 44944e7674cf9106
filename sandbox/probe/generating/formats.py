"""Owns strings of the formats that JSON Schema and OpenAPI name, and plain text of a length."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import date, timedelta

from ..city import AS_OF, Chance

_WORDS = ("样例", "文字", "仅供", "测试", "不是", "真实", "资料", "市民", "办事", "材料")
_HEX = "0123456789abcdef"
_LETTERS = "abcdefghijkmnpqrstuvwxyz"
_HOST = "example.invalid"


def _letters(chance: Chance, count: int) -> str:
    return "".join(chance.pick(_LETTERS) for _ in range(count))


def _hex(chance: Chance, count: int) -> str:
    return "".join(chance.pick(_HEX) for _ in range(count))


def _date(chance: Chance, _: int) -> str:
    day: date = AS_OF - timedelta(days=chance.below(3000))
    return day.isoformat()


def _time(chance: Chance, _: int) -> str:
    return f"{chance.below(24):02d}:{chance.below(60):02d}:{chance.below(60):02d}+08:00"


def _date_time(chance: Chance, shortest: int) -> str:
    return f"{_date(chance, shortest)}T{_time(chance, shortest)}"


def _email(chance: Chance, shortest: int) -> str:
    name = _letters(chance, max(6, min(60, shortest - len(_HOST) - 1)))
    return f"{name}@{_HOST}"


def _uri(chance: Chance, shortest: int) -> str:
    start = f"https://{_HOST}/"
    return start + _letters(chance, max(6, shortest - len(start)))


def _uuid(chance: Chance, _: int) -> str:
    return f"{_hex(chance, 8)}-{_hex(chance, 4)}-4{_hex(chance, 3)}-a{_hex(chance, 3)}-{_hex(chance, 12)}"


def _byte(chance: Chance, shortest: int) -> str:
    size = max(9, -(-shortest // 4) * 3)
    return base64.b64encode(bytes(chance.below(256) for _ in range(size))).decode()


# Each takes the fewest characters wanted; those whose length is in their nature ignore it.
FORMATS: dict[str, Callable[[Chance, int], str]] = {
    "date": _date,
    "time": _time,
    "date-time": _date_time,
    "duration": lambda chance, _: f"P{1 + chance.below(30)}D",
    "email": _email,
    "idn-email": _email,
    "hostname": lambda chance, shortest: _letters(chance, max(6, min(50, shortest - len(_HOST) - 1))) + "." + _HOST,
    "idn-hostname": lambda chance, _: _letters(chance, 8) + "." + _HOST,
    "ipv4": lambda chance, _: f"192.0.2.{1 + chance.below(254)}",
    "ipv6": lambda chance, _: f"2001:db8::{1 + chance.below(65_000):x}",
    "uri": _uri,
    "iri": _uri,
    "url": _uri,
    "uri-reference": lambda chance, shortest: "/" + _letters(chance, max(6, shortest - 1)),
    "iri-reference": lambda chance, shortest: "/" + _letters(chance, max(6, shortest - 1)),
    "uri-template": lambda chance, shortest: "/" + _letters(chance, max(6, shortest - 5)) + "/{id}",
    "uuid": _uuid,
    "json-pointer": lambda chance, shortest: "/" + _letters(chance, max(5, shortest - 1)),
    "relative-json-pointer": lambda chance, shortest: "0/" + _letters(chance, max(5, shortest - 2)),
    "regex": lambda chance, shortest: "^" + _letters(chance, max(4, shortest - 2)) + "$",
    "byte": _byte,
}


def plain_text(chance: Chance, shortest: int, longest: int | None) -> str:
    """Return text of a length within bounds that nobody takes for real."""
    most = shortest + 8 if longest is None else longest
    wanted = min(most, max(shortest, 4 + 2 * chance.below(3)))
    made = ""
    while len(made) < wanted:
        made += chance.pick(_WORDS)
    return made[:wanted]
