"""Owns talking to the app: a total deadline, a byte cap, raw reading; never raises for what it sends."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

MAX_HEAD = 64 * 1024
MAX_BODY = 1024 * 1024
DEADLINE = 10.0
SHORT_DEADLINE = 1.0
PATIENCE = 6
_SHOWN_BYTES = 4096
_HEADER_NAMES_SHOWN = 40


_BREAKS = re.compile(r"[\r\n\0]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def _target(target: str) -> str:
    """Return a request target with everything escaped that could end it early."""
    return quote(target, safe="/?&=%:@!$'()*+,;~-._[]#|{}")


class _Trouble(Exception):  # noqa: N818 -- never leaves this module
    """What went wrong while reading; the text is one of ours, never the app's."""


@dataclass(frozen=True)
class Answer:
    """What came back. `error` is set when nothing usable did; `seconds` runs from connect to the last byte."""

    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    seconds: float = 0.0
    error: str = ""

    def header(self, name: str) -> str:
        """Return a header's first value, or nothing."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    def json(self) -> Any:
        """Return the body as JSON; None when it isn't."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    @property
    def is_json(self) -> bool:
        """Whether the content type says JSON."""
        media = self.header("content-type").partition(";")[0].strip().lower()
        return media == "application/json" or media.endswith("+json")


@dataclass(frozen=True)
class Exchange:
    """One request and its answer."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    answer: Answer

    def as_dict(self) -> dict[str, Any]:
        """Return bounded plain data for evidence."""
        return {
            "request": {
                "method": self.method[:20],
                "target": shown(self.target.encode("utf-8", "replace"), 1000),
                "headers": {name: shown(value.encode("utf-8", "replace"), 300) for name, value in self.headers.items()},
                "body": shown(self.body),
            },
            "response": {
                "status": self.answer.status,
                "headers": {
                    shown(name.encode("utf-8", "replace"), 100): shown(value.encode("utf-8", "replace"), 300)
                    for name, value in self.answer.headers[:_HEADER_NAMES_SHOWN]
                },
                "body": shown(self.answer.body),
                "seconds": round(self.answer.seconds, 3),
                "error": self.answer.error,
            },
        }


def shown(raw: bytes, most: int = _SHOWN_BYTES) -> str:
    """Return bytes as text that is safe to show: decoded, control characters as signs, cut."""
    text = raw[:most].decode("utf-8", "replace")
    return _CONTROL.sub(_sign, text) + ("…" if len(raw) > most else "")


def _sign(found: re.Match[str]) -> str:
    """Return what stands for a control character: ␛ for an escape, � for one without a sign of its own."""
    code = ord(found.group())
    return chr(0x2400 + code) if code < 0x20 else "�"


@dataclass
class _Reader:
    """Reads from a socket until a moment in time, never more than a number of bytes."""

    sock: socket.socket
    until: float
    buffer: bytes = b""
    total: int = 0

    def more(self) -> bool:
        left = self.until - time.monotonic()
        if left <= 0:
            raise _Trouble("deadline")
        self.sock.settimeout(left)
        try:
            part = self.sock.recv(65536)
        except TimeoutError as error:
            raise _Trouble("deadline") from error
        self.buffer += part
        self.total += len(part)
        if self.total > MAX_HEAD + MAX_BODY:
            raise _Trouble("too_long")
        return bool(part)

    def until_mark(self, mark: bytes, most: int) -> bytes:
        while mark not in self.buffer:
            if len(self.buffer) > most:
                raise _Trouble("head_too_long")
            if not self.more():
                raise _Trouble("closed_early" if self.buffer else "no_answer")
        part, _, self.buffer = self.buffer.partition(mark)
        return part

    def exactly(self, size: int) -> bytes:
        while len(self.buffer) < size:
            if not self.more():
                raise _Trouble("closed_early")
        part, self.buffer = self.buffer[:size], self.buffer[size:]
        return part

    def rest(self) -> bytes:
        while self.more():
            pass
        return self.buffer


def _read_head(reader: _Reader) -> tuple[int, tuple[tuple[str, str], ...]]:
    first, *lines = reader.until_mark(b"\r\n\r\n", MAX_HEAD).split(b"\r\n")
    parts = first.split(b" ", 2)
    if len(parts) < 2 or not parts[0].startswith(b"HTTP/1.") or not (len(parts[1]) == 3 and parts[1].isdigit()):
        raise _Trouble("not_http")
    pairs = (line.partition(b":") for line in lines)
    return int(parts[1]), tuple((n.decode("latin-1"), v.strip().decode("latin-1")) for n, _, v in pairs)


def _read_body(reader: _Reader, method: str, status: int, headers: dict[str, str]) -> bytes:
    if method == "HEAD" or status in (204, 304):
        return b""
    if headers.get("transfer-encoding", "").lower() == "chunked":
        parts: list[bytes] = []
        while True:
            digits = reader.until_mark(b"\r\n", 1024).split(b";")[0].strip()
            size = int(digits, 16) if digits else -1
            if size < 0:
                raise _Trouble("not_http")
            parts.append(reader.exactly(size))
            reader.until_mark(b"\r\n", 1024)
            if size == 0:
                return b"".join(parts)
    length = headers.get("content-length")
    if length is None:
        return reader.rest()
    if not (length.isascii() and length.isdigit()) or int(length) > MAX_BODY:
        raise _Trouble("too_long")
    return reader.exactly(int(length))


@dataclass(frozen=True)
class AppClient:
    """A client of the app under test; a new connection for every request.

    After `PATIENCE` requests ran out of time, all later ones get a short deadline: an app that hangs must not use up
    the time of the whole run.
    """

    host: str
    port: int
    hung: list[str] = field(default_factory=list)
    heard: Callable[[Exchange], None] | None = None

    def send(
        self,
        method: str,
        target: str,
        *,
        headers: dict[str, str] | None = None,
        body: bytes = b"",
        deadline: float = DEADLINE,
    ) -> Exchange:
        """Send one request and return it with its answer; whatever happens is told in `answer.error`."""
        sent = {
            "Host": f"{self.host}:{self.port}",
            "Accept": "*/*",
            "Accept-Encoding": "identity",
            "Connection": "close",
            **(headers or {}),
        }
        if body or method in ("POST", "PUT", "PATCH"):
            sent["Content-Length"] = str(len(body))
        if len(self.hung) >= PATIENCE:
            deadline = min(deadline, SHORT_DEADLINE)
        began = time.monotonic()
        answer = self._converse(method, target, sent, body, until=began + deadline, began=began)
        if answer.error == "deadline":
            self.hung.append(target)
        exchange = Exchange(method, target, headers or {}, body, answer)
        if self.heard is not None:
            self.heard(exchange)
        return exchange

    def send_json(
        self,
        method: str,
        target: str,
        value: Any = None,
        *,
        session: str = "",
        extra: dict[str, str] | None = None,
        deadline: float = DEADLINE,
    ) -> Exchange:
        """Send JSON (or nothing) with a bearer session or other headers."""
        headers = {"Accept": "application/json", **(extra or {})}
        body = b""
        if session:
            headers["Authorization"] = f"Bearer {session}"
        if value is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
        return self.send(method, target, headers=headers, body=body, deadline=deadline)

    def _converse(
        self, method: str, target: str, headers: dict[str, str], body: bytes, *, until: float, began: float
    ) -> Answer:
        status = 0
        received: tuple[tuple[str, str], ...] = ()
        try:
            with socket.create_connection((self.host, self.port), timeout=max(0.01, until - began)) as sock:
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                lines = [f"{method} {_target(target)} HTTP/1.1"]
                lines += [f"{name}: {_BREAKS.sub(' ', value)}" for name, value in headers.items()]
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it may answer before it has read all
                    sock.sendall("\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n" + body)
                reader = _Reader(sock, until)
                status, received = _read_head(reader)
                while status == 100:
                    status, received = _read_head(reader)
                low = {name.lower(): value for name, value in received}
                content = _read_body(reader, method, status, low)
            return Answer(status, received, content, time.monotonic() - began)
        except _Trouble as trouble:
            return Answer(status, received, b"", time.monotonic() - began, str(trouble))
        except ConnectionRefusedError:
            return Answer(error="refused", seconds=time.monotonic() - began)
        except TimeoutError:
            return Answer(status, received, b"", time.monotonic() - began, "deadline")
        except (OSError, ValueError):
            return Answer(status, received, b"", time.monotonic() - began, "broken")
