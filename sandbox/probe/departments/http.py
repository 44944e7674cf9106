"""Owns a small HTTP/1.1 server on its own event loop: bounded, keep-alive, able to see that a caller hung up.

A handler that knows its answer returns it at once, and it goes out in one write; one that has to wait returns an
awaitable, and requests that come meanwhile on the same connection wait for it.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import cast

MAX_HEAD = 16 * 1024
MAX_BODY = 64 * 1024
IDLE_SECONDS = 60
_SWEEP_SECONDS = 5
WHOLE, TRUNCATED, RESET = "whole", "truncated", "reset"
_HOP_END = b"\r\n\r\n"
_NO_LINGER = struct.pack("ii", 1, 0)
_REASONS = {int(status): status.phrase for status in HTTPStatus}


@dataclass(frozen=True, slots=True)
class Request:
    """One request; header names are lower case. `connected()` says whether the caller still waits."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    connected: Callable[[], bool]


@dataclass(frozen=True)
class Response:
    """One answer. `ending` says how it ends: whole, truncated (half the body, then closed), or reset unanswered."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    ending: str = WHOLE


Handler = Callable[[Request], Response | Awaitable[Response]]


class Front:
    """Lets callers wait until there is somebody to answer them: the port is bound before the departments are ready."""

    def __init__(self) -> None:
        self._handler: Handler | None = None

    def follow(self, handler: Handler) -> None:
        """Let a handler answer from now on."""
        self._handler = handler

    def handle(self, request: Request) -> Response | Awaitable[Response]:
        """Answer, as soon as there is a handler."""
        return self._handler(request) if self._handler else self._later(request)

    async def _later(self, request: Request) -> Response:
        while self._handler is None:
            await asyncio.sleep(0.01)
        answer = self._handler(request)
        return answer if isinstance(answer, Response) else await answer


class BadRequestError(Exception):
    """What came in is not HTTP that this server takes."""


def _head(raw: str) -> tuple[str, str, dict[str, str]]:
    """Return method, target and headers. BadRequestError."""
    first, *lines = raw.split("\r\n")
    parts = first.split(" ")
    if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
        raise BadRequestError("not HTTP/1.1")
    headers = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon:
            raise BadRequestError("a header without a colon")
        headers[name.strip().lower()] = value.strip()
    return parts[0], parts[1], headers


def _chunked(buffer: bytes | bytearray, place: int) -> tuple[bytes, int] | None:
    """Return a chunked body and where it ends, or None when it isn't all there. BadRequestError."""
    parts: list[bytes] = []
    total = 0
    while True:
        end = buffer.find(b"\r\n", place)
        if end < 0:
            return None
        try:
            size = int(bytes(buffer[place:end]).split(b";")[0], 16)
        except ValueError as error:
            raise BadRequestError("not a chunk") from error
        total += size
        if size < 0 or total > MAX_BODY:
            raise BadRequestError("body too large")
        place = end + 2 + size + 2
        if len(buffer) < place:
            return None
        if size == 0:
            return b"".join(parts), place
        parts.append(bytes(buffer[end + 2 : place - 2]))


def _body(buffer: bytes | bytearray, place: int, headers: dict[str, str]) -> tuple[bytes, int] | None:
    """Return a body that begins at a place and where it ends, or None when it isn't all there. BadRequestError."""
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return _chunked(buffer, place)
    declared = headers.get("content-length")
    if not declared:
        return b"", place
    if not (declared.isascii() and declared.isdigit()) or int(declared) > MAX_BODY:
        raise BadRequestError("body too large")
    end = place + int(declared)
    return (bytes(buffer[place:end]), end) if len(buffer) >= end else None


def _encode(response: Response, *, close: bool) -> bytes:
    more = "".join(f"{name}: {value}\r\n" for name, value in response.headers.items()) if response.headers else ""
    media = f"Content-Type: {response.content_type}\r\n" if response.content_type else ""
    head = (
        f"HTTP/1.1 {response.status} {_REASONS.get(response.status, '')}\r\n{media}"
        f"Content-Length: {len(response.body)}\r\nConnection: {'close' if close else 'keep-alive'}\r\n{more}\r\n"
    )
    return head.encode("latin-1") + response.body


class _Conversation(asyncio.Protocol):
    """One connection: requests are answered one after the other, in their order."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._transport: asyncio.Transport = cast("asyncio.Transport", None)
        self._buffer = bytearray()
        self._waiting: asyncio.Task[None] | None = None
        self._writable = True
        self._gone = False
        self.active_at = 0.0

    # ------------------------------------------------------------------ what asyncio tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._server.conversations.add(self)
        self.active_at = self._server.loop.time()

    def connection_lost(self, exc: Exception | None) -> None:
        self._gone = True
        self._server.conversations.discard(self)

    def eof_received(self) -> bool:
        self._gone = True
        return self._waiting is not None

    def pause_writing(self) -> None:
        self._writable = False

    def resume_writing(self) -> None:
        self._writable = True
        self._work()

    def data_received(self, data: bytes) -> None:
        self.active_at = self._server.loop.time()
        self._buffer += data
        if self._waiting is None and self._writable:
            self._work()
        elif len(self._buffer) > MAX_HEAD + MAX_BODY:
            self._transport.pause_reading()

    # ------------------------------------------------------------------ requests and answers

    @property
    def is_waiting(self) -> bool:
        """Whether an answer is being made."""
        return self._waiting is not None

    def _connected(self) -> bool:
        return not self._gone

    def _work(self) -> None:
        """Answer what has come in as a whole."""
        while self._buffer and self._writable and self._waiting is None and not self._transport.is_closing():
            try:
                request = self._next()
            except BadRequestError:
                self._transport.write(_encode(Response(400), close=True))
                self._transport.close()
                return
            if request is None:
                return
            answer = self._server.handler(request)
            close = request.headers.get("connection", "").lower() == "close"
            if isinstance(answer, Response):
                self._write(answer, close=close)
            else:
                self._waiting = self._server.loop.create_task(self._answer_later(answer, close=close))

    def _next(self) -> Request | None:
        """Take the next request out of what came in; None when it isn't all there."""
        end = self._buffer.find(_HOP_END)
        if end < 0 or end > MAX_HEAD:
            if len(self._buffer) > MAX_HEAD:
                raise BadRequestError("head too large")
            return None
        method, target, headers = _head(self._buffer[:end].decode("latin-1"))
        found = _body(self._buffer, end + 4, headers)
        if found is None:
            if len(self._buffer) > MAX_HEAD + 2 * MAX_BODY:
                raise BadRequestError("body too large")
            return None
        body, end = found
        del self._buffer[:end]
        return Request(method, target, headers, body, self._connected)

    async def _answer_later(self, answer: Awaitable[Response], *, close: bool) -> None:
        try:
            self._write(await answer, close=close)
        finally:
            self._waiting = None
        if self._gone:
            self._transport.close()
            return
        self._transport.resume_reading()
        self._work()

    def _write(self, response: Response, *, close: bool) -> None:
        if response.ending == RESET:
            self._reset()
            return
        whole = _encode(response, close=close)
        truncated = response.ending == TRUNCATED
        self._transport.write(whole[: len(whole) - (len(response.body) + 1) // 2] if truncated else whole)
        if close or truncated:
            self._transport.close()

    def _reset(self) -> None:
        """Let the caller see "connection reset by peer", as from a machine that fell over."""
        self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self._transport.abort()

    def end(self) -> None:
        """Close whatever is going on."""
        if self._waiting is not None:
            self._waiting.cancel()
        self._transport.close()


class Server:
    """Serves one handler on one address from a thread of its own, until `stop`."""

    loop: asyncio.AbstractEventLoop

    def __init__(self, handler: Handler) -> None:
        self.handler = handler
        self.conversations: set[_Conversation] = set()
        self.port = 0
        self._thread: threading.Thread | None = None
        self._server: asyncio.Server | None = None

    def start(self, host: str, port: int) -> int:
        """Bind and serve; port 0 picks a free one. Return the port. OSError when it is taken."""
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name="departments", daemon=True)
        self._thread.start()
        try:
            self._server = asyncio.run_coroutine_threadsafe(self._bind(host, port), self.loop).result(10)
        except BaseException:
            self.stop()
            raise
        self.port = self._server.sockets[0].getsockname()[1]
        return self.port

    async def _bind(self, host: str, port: int) -> asyncio.Server:
        server = await self.loop.create_server(lambda: _Conversation(self), host, port, backlog=256)
        self.loop.call_later(_SWEEP_SECONDS, self._sweep)
        return server

    def _sweep(self) -> None:
        """Close connections on which nothing has come for too long; nobody keeps a place by saying nothing."""
        late = self.loop.time() - IDLE_SECONDS
        for conversation in [each for each in self.conversations if not each.is_waiting and each.active_at < late]:
            conversation.end()
        self.loop.call_later(_SWEEP_SECONDS, self._sweep)

    def stop(self) -> None:
        """Close every connection and end the thread; nothing to do when it never started."""
        if self._thread is None:
            return
        asyncio.run_coroutine_threadsafe(self._close(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)
        self._thread = None
        self.loop.close()

    async def _close(self) -> None:
        if self._server:
            self._server.close()
        for conversation in list(self.conversations):
            conversation.end()
        await asyncio.sleep(0)
