"""The gateway's server answers in order over kept connections, takes bodies in any pieces, and is bounded."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Awaitable, Iterator

import pytest

from sandbox.probe.departments import http
from sandbox.probe.departments.http import Front, Request, Response, Server

pytestmark = pytest.mark.enable_socket
SEEN: list[bool] = []


async def _slow(request: Request) -> Response:
    for _ in range(20):
        await asyncio.sleep(0.01)
        if not request.connected():
            break
    SEEN.append(request.connected())
    return Response(200, b"slow")


def handle(request: Request) -> Response | Awaitable[Response]:
    if request.target == "/slow":
        return _slow(request)
    return Response(200, f"{request.method} {request.target} {request.body.decode()}".encode(), "text/plain")


@pytest.fixture
def server() -> Iterator[Server]:
    SEEN.clear()
    made = Server(handle)
    made.start("127.0.0.1", 0)
    yield made
    made.stop()


@pytest.fixture
def caller(server: Server) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", server.port), 5) as connection:
        yield connection


def until(connection: socket.socket, mark: bytes) -> bytes:
    """Read until something has come, or the end."""
    read = b""
    while mark not in read:
        part = connection.recv(65536)
        if not part:
            break
        read += part
    return read


def test_requests_that_come_together_are_answered_in_order(caller: socket.socket) -> None:
    caller.sendall(b"GET /slow HTTP/1.1\r\n\r\nGET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n")
    read = until(caller, b"GET /2")
    assert read.index(b"slow") < read.index(b"GET /1") < read.index(b"GET /2")


def test_a_request_may_come_in_pieces(caller: socket.socket) -> None:
    for piece in (b"POST /a HT", b"TP/1.1\r\nContent-Le", b"ngth: 6\r\n\r\nab", b"cd", b"ef"):
        caller.sendall(piece)
        time.sleep(0.01)
    assert b"POST /a abcdef" in until(caller, b"abcdef")


def test_a_chunked_body_is_put_together(caller: socket.socket) -> None:
    caller.sendall(
        b"POST /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=1\r\nde\r\n0\r\n\r\n"
        b"GET /n HTTP/1.1\r\n\r\n"
    )
    read = until(caller, b"GET /n")
    assert b"POST /c abcde" in read
    assert b"GET /n" in read


@pytest.mark.parametrize(
    "raw",
    [
        b"nonsense\r\n\r\n",
        b"GET / SPDY/3\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n",
        b"GET / HTTP/1.1\r\nX: " + b"x" * (http.MAX_HEAD + 100),
    ],
)
def test_what_is_too_big_or_no_http_is_refused_and_the_connection_closed(caller: socket.socket, raw: bytes) -> None:
    caller.sendall(raw)
    assert until(caller, b"never").startswith(b"HTTP/1.1 400 ")


def test_close_is_honoured(caller: socket.socket) -> None:
    caller.sendall(b"GET /x HTTP/1.1\r\nConnection: close\r\n\r\n")
    assert b"Connection: close" in until(caller, b"never")


def test_a_caller_who_hangs_up_is_seen(server: Server, caller: socket.socket) -> None:
    caller.sendall(b"GET /slow HTTP/1.1\r\n\r\n")
    time.sleep(0.03)
    caller.close()
    waited = time.monotonic() + 5
    while not SEEN and time.monotonic() < waited:
        time.sleep(0.01)
    assert SEEN == [False]


def test_a_flood_on_one_connection_waits_while_an_answer_is_made(server: Server, caller: socket.socket) -> None:
    caller.sendall(b"GET /slow HTTP/1.1\r\n\r\n" + b"GET /x HTTP/1.1\r\n\r\n" * 8000)
    read = b""
    while read.count(b"GET /x") < 8000:
        read += caller.recv(1 << 20)
    assert read.index(b"slow") < read.index(b"GET /x")


def test_the_silent_lose_their_place(server: Server, caller: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    caller.sendall(b"GET /x HTTP/1.1\r\n\r\n")
    assert b"GET /x" in until(caller, b"GET /x")
    monkeypatch.setattr(http, "IDLE_SECONDS", -1)
    server.loop.call_soon_threadsafe(server._sweep)
    assert b"HTTP/1.1" not in until(caller, b"the end")


def test_callers_wait_for_the_one_who_answers() -> None:
    front = Front()
    server = Server(front.handle)
    server.start("127.0.0.1", 0)
    with socket.create_connection(("127.0.0.1", server.port), 5) as early:
        early.sendall(b"GET /early HTTP/1.1\r\n\r\n")
        time.sleep(0.03)
        front.follow(handle)
        assert b"GET /early" in until(early, b"GET /early")
        early.sendall(b"GET /late HTTP/1.1\r\n\r\n")
        assert b"GET /late" in until(early, b"GET /late")
    server.stop()


def test_a_taken_port_is_told_and_leaves_nothing_running(server: Server) -> None:
    second = Server(handle)
    with pytest.raises(OSError, match="in use"):
        second.start("127.0.0.1", server.port)
    second.stop()
    assert second.loop.is_closed()
