"""Takes secrets out of a report: tokens, sessions, cookies and keys become short marks, equal for equal ones (pure)."""

from __future__ import annotations

import hashlib
import re
from typing import Any

SECRET_KEYS = frozenset(
    {
        *("token", "access_token", "refresh_token", "id_token", "launch_token", "session_token", "session"),
        *("secret", "client_secret", "password", "api_key", "apikey", "x-api-key"),
        *("authorization", "proxy-authorization", "cookie", "set-cookie"),
    }
)
PICTURE_KEYS = frozenset({"base64"})
LEAST_LENGTH = 8  # shorter values aren't looked for elsewhere: they would hit ordinary words
MOST_SECRETS = 2_000

_NAMES = "|".join(sorted(name for name in SECRET_KEYS if name.isidentifier()))
_IN_JSON = re.compile(rf'(\\?"(?:{_NAMES})\\?"\s*:\s*\\?")([^"\\]+)', re.IGNORECASE)
_IN_QUERY = re.compile(rf"(?<![\w-])((?:{_NAMES})=)([^&\s\"'<>;,]+)", re.IGNORECASE)
_BEARER = re.compile(r"\b(Bearer )([\w.~+/=-]{6,})", re.IGNORECASE)
_JWT = re.compile(r"()(eyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?)")
_PATTERNS = (_IN_JSON, _IN_QUERY, _BEARER, _JWT)
_MARK = "[redacted:"


def redacted(value: Any) -> Any:
    """Return a copy of plain data without its secrets, wherever in it they are written again."""
    found: set[str] = set()
    _collect(value, "", found)
    known = (each for each in found if len(each) >= LEAST_LENGTH and _MARK not in each)
    secrets = sorted(known, key=lambda each: (-len(each), each))
    return _without(value, "", secrets[:MOST_SECRETS])


def mark(secret: str) -> str:
    """Return what stands in a secret's place: the same mark for the same secret, so that a reader can follow it."""
    return f"{_MARK}{hashlib.sha256(secret.encode('utf-8', 'replace')).hexdigest()[:6]}]"


def _collect(value: Any, key: str, found: set[str]) -> None:
    if isinstance(value, dict):
        for name, item in value.items():
            _collect(item, str(name), found)
    elif isinstance(value, list):
        for item in value:
            _collect(item, key, found)
    elif isinstance(value, str) and key not in PICTURE_KEYS:
        if key.lower() in SECRET_KEYS:
            found.update(_parts(key.lower(), value))
        for pattern in _PATTERNS:
            found.update(match.group(2) for match in pattern.finditer(value))


def _parts(key: str, value: str) -> list[str]:
    """Return the secret words of a value: no scheme of an Authorization, no names and rules of cookies."""
    if key == "cookie":
        return [part.partition("=")[2].strip() for part in value.split(";")]
    if key == "set-cookie":
        return [value.partition(";")[0].partition("=")[2].strip()]
    if key in ("authorization", "proxy-authorization"):
        return [value.rpartition(" ")[2]]
    return [value]


def _without(value: Any, key: str, secrets: list[str]) -> Any:
    if isinstance(value, dict):
        return {_text(str(name), secrets): _without(item, str(name), secrets) for name, item in value.items()}
    if isinstance(value, list):
        return [_without(item, key, secrets) for item in value]
    if not isinstance(value, str) or key in PICTURE_KEYS:
        return value
    if key.lower() in SECRET_KEYS:
        for part in _parts(key.lower(), value):
            if part and _MARK not in part:
                value = value.replace(part, mark(part))
    return _text(value, secrets)


def _text(text: str, secrets: list[str]) -> str:
    for secret in secrets:
        if secret in text:
            text = text.replace(secret, mark(secret))
    for pattern in _PATTERNS:
        text = pattern.sub(lambda found: found.group() if found.group(2).startswith(_MARK) else _marked(found), text)
    return text


def _marked(found: re.Match[str]) -> str:
    return found.group(1) + mark(found.group(2))
