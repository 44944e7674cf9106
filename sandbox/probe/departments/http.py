"""Owns a small HTTP/1.1 server on its own event loop: bounded, keep-alive, able to see that a caller hung up."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus

MAX_HEAD = 16 * 1024
MAX_BODY = 64 * 1024
IDLE_SECONDS = 60
WHOLE, TRUNCATED, RESET = "whole", "truncated", "reset"
_HOP_END = b"\r\n\r\n"
_NO_LINGER = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
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


Handler = Callable[[Request], Awaitable[Response]]


class Front:
    """Lets callers wait until there is somebody to answer them: the port is bound before the departments are ready."""

    def __init__(self) -> None:
        self._handler: Handler | None = None

    def follow(self, handler: Handler) -> None:
        """Let a handler answer from now on."""
        self._handler = handler

    async def handle(self, request: Request) -> Response:
        """Answer, as soon as there is a handler."""
        while self._handler is None:
            await asyncio.sleep(0.01)
        return await self._handler(request)


class BadRequestError(Exception):
    """What came in is not HTTP that this server takes."""


async def _read_body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding", "").lower() == "chunked":
        parts: list[bytes] = []
        while True:
            size = int((await reader.readline()).split(b";")[0], 16)
            if size < 0 or size + sum(map(len, parts)) > MAX_BODY:
                raise BadRequestError("body too large")
            parts.append(await reader.readexactly(size))
            await reader.readline()
            if size == 0:
                return b"".join(parts)
    length = int(headers.get("content-length") or 0)
    if not 0 <= length <= MAX_BODY:
        raise BadRequestError("body too large")
    return await reader.readexactly(length)


async def _read_request(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(_HOP_END)).decode("latin-1")
    first, *lines = head[:-4].split("\r\n")
    parts = first.split(" ")
    if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
        raise BadRequestError("not HTTP/1.1")
    headers = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon:
            raise BadRequestError("a header without a colon")
        headers[name.strip().lower()] = value.strip()
    body = await _read_body(reader, headers)
    return Request(parts[0], parts[1], headers, body, lambda: not (reader.at_eof() or reader.exception()))


def _encode(response: Response, *, close: bool) -> bytes:
    lines = [
        f"HTTP/1.1 {response.status} {HTTPStatus(response.status).phrase}",
        f"Content-Type: {response.content_type}",
        f"Content-Length: {len(response.body)}",
        "Connection: close" if close else "Connection: keep-alive",
        *(f"{name}: {value}" for name, value in response.headers.items()),
    ]
    return "\r\n".join(lines).encode("latin-1") + _HOP_END + response.body


def _reset(writer: asyncio.StreamWriter) -> None:
    """Let the caller see "connection reset by peer", as from a machine that fell over."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    writer.transport.abort()


class Server:
    """Serves one handler on one address from a thread of its own, until `stop`."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="departments", daemon=True)
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self.port = 0

    def start(self, host: str, port: int) -> int:
        """Bind and serve; port 0 picks a free one. Return the port. OSError when it is taken."""
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._bind(host, port), self._loop).result(10)
        self.port = self._server.sockets[0].getsockname()[1]
        return self.port

    async def _bind(self, host: str, port: int) -> asyncio.Server:
        return await asyncio.start_server(self._serve, host, port, limit=MAX_HEAD, backlog=256)

    def stop(self) -> None:
        """Close every connection and end the thread."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _close(self) -> None:
        if self._server:
            self._server.close()
        for task in list(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._connections.add(task)
            task.add_done_callback(self._connections.discard)
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            await self._converse(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError, TimeoutError):
            pass  # the caller went away, or we are stopping
        except (BadRequestError, ValueError):
            with contextlib.suppress(OSError):
                writer.write(_encode(Response(400), close=True))
        finally:
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            request = await asyncio.wait_for(_read_request(reader), IDLE_SECONDS)
            close = request.headers.get("connection", "").lower() == "close"
            response = await self._handler(request)
            if response.ending == RESET:
                _reset(writer)
                return
            whole = _encode(response, close=close)
            truncated = response.ending == TRUNCATED
            writer.write(whole[: len(whole) - (len(response.body) + 1) // 2] if truncated else whole)
            await writer.drain()
            if close or truncated:
                return
