"""Whatever an app sends, the client ends in time, within its cap, and says in a word what happened."""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from sandbox.probe import client
from sandbox.probe.client import AppClient, Exchange, shown

pytestmark = pytest.mark.enable_socket
Behaviour = Callable[[socket.socket], None]


@pytest.fixture
def ask() -> Iterator[Callable[..., Exchange]]:
    """Serve one behaviour to one caller and return the exchange."""
    listening: list[socket.socket] = []

    def run(
        behave: Behaviour, *, deadline: float = 5.0, target: str = "/", headers: dict[str, str] | None = None
    ) -> Exchange:
        listener = socket.create_server(("127.0.0.1", 0))
        listening.append(listener)

        def serve() -> None:
            with contextlib.suppress(OSError):
                connection, _ = listener.accept()
                with connection:
                    behave(connection)

        threading.Thread(target=serve, daemon=True).start()
        app = AppClient("127.0.0.1", listener.getsockname()[1])
        return app.send("GET", target, deadline=deadline, headers=headers)

    yield run
    for listener in listening:
        listener.close()


def says(*parts: bytes, pause: float = 0.0) -> Behaviour:
    def behave(connection: socket.socket) -> None:
        connection.recv(65536)
        for part in parts:
            connection.sendall(part)
            time.sleep(pause)

    return behave


def test_a_plain_answer(ask: Callable[..., Exchange]) -> None:
    answer = ask(
        says(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n", b'{"a": 1} tail')
    ).answer
    assert (answer.status, answer.json(), answer.error) == (200, {"a": 1}, "")
    assert answer.is_json


def test_a_chunked_answer_and_one_until_the_end(ask: Callable[..., Exchange]) -> None:
    chunked = says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n")
    assert ask(chunked).answer.body == b"abcde"
    assert ask(says(b"HTTP/1.0 200 OK\r\n\r\nuntil the end")).answer.body == b"until the end"


@pytest.mark.parametrize(
    ("behave", "error"),
    [
        (says(), "no_answer"),
        (says(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"), "closed_early"),
        (says(b"HTTP/1.1 200"), "closed_early"),
        (says(b"SSH-2.0-x\r\n\r\n"), "not_http"),
        (says(b"\x00\xff\xfe\r\n\r\n"), "not_http"),
        (says(b"HTTP/1.1 2000 OK\r\n\r\n"), "not_http"),
        (says(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n"), "too_long"),
        (says(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"), "too_long"),
        (says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), "broken"),
        (says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n"), "not_http"),
        (says(b"HTTP/1.1 200 OK\r\nX: " + b"a" * (client.MAX_HEAD * 2)), "head_too_long"),
        (says(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * (client.MAX_HEAD + client.MAX_BODY + 100_000)), "too_long"),
    ],
)
def test_trouble_is_named(ask: Callable[..., Exchange], behave: Behaviour, error: str) -> None:
    assert ask(behave).answer.error == error


def test_a_slow_drip_does_not_hold_the_deadline(ask: Callable[..., Exchange]) -> None:
    sent: list[bytes] = []

    def drip(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while len(sent) < 200:
            connection.sendall(b"x")
            sent.append(b"x")
            time.sleep(0.05)

    assert ask(drip, deadline=0.4).answer.error == "deadline"
    assert len(sent) < 200, "the client left before the app was done"


def test_nothing_is_decompressed(ask: Callable[..., Exchange]) -> None:
    bomb = gzip.compress(b"0" * 1_000_000)
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
    assert ask(says(head, bomb)).answer.body == bomb


def test_nobody_listening() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert AppClient("127.0.0.1", port).send("GET", "/").answer.error == "refused"


def test_a_value_from_an_app_cannot_add_headers_or_requests(ask: Callable[..., Exchange]) -> None:
    seen: list[bytes] = []

    def remember(connection: socket.socket) -> None:
        seen.append(connection.recv(65536))
        connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    ask(remember, target="/a b\r\nX-Evil: 1", headers={"Authorization": "Bearer x\r\nX-Evil: 2"})
    assert b"\r\nX-Evil" not in seen[0]
    assert seen[0].startswith(b"GET /a%20b%0D%0AX-Evil:%201 HTTP/1.1\r\n")


def test_what_is_shown_is_safe_and_short() -> None:
    assert shown(b"\x1b[31mred\x00\xff\n") == "␛[31mred␀�\n"
    assert shown(b"a" * 10, 4) == "aaaa…"
