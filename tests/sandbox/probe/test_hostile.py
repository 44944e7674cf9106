"""Apps that misbehave after a healthy start: every check still gives a verdict, and the run ends."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sandbox.probe.bench import make_gateway
from sandbox.probe.frames import MAX_LINE, encode_line
from sandbox.probe.local import run_local
from tests.sandbox.probe.bench import job

pytestmark = [pytest.mark.enable_socket, pytest.mark.slow]
Behaviour = Callable[[socket.socket], None]
HEALTHY = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{"status":"ok"}'


def answers(body: bytes, status: bytes = b"201 Created", media: bytes = b"application/json") -> Behaviour:
    head = b"HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (status, media, len(body))
    return lambda connection: connection.sendall(head + body)


def drips(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    for _ in range(600):
        connection.sendall(b" ")
        time.sleep(0.1)


def endless(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    while True:
        connection.sendall(b"[" * 65536)


class HostileApp:
    """Answers the health check well and everything else as told."""

    def __init__(self, behave: Behaviour) -> None:
        self._behave = behave
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            asked = connection.recv(65536)
            if b" /healthz " in asked:
                connection.sendall(HEALTHY)
            else:
                self._behave(connection)

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def hostile() -> Iterator[Callable[[Behaviour], HostileApp]]:
    made: list[HostileApp] = []

    def make(behave: Behaviour) -> HostileApp:
        made.append(HostileApp(behave))
        return made[-1]

    yield make
    for app in made:
        app.close()


ODD = b'{"session": "x\\r\\nX-Evil: 1", "case": "\\u001b[31m", "state": 5, "reference": [1]}'
ALL = frozenset({"start", "contract", "scenario", "duty", "fault", "load"})


@pytest.mark.parametrize(
    ("behave", "groups"),
    [
        pytest.param(lambda connection: None, ALL, id="closes at once"),
        pytest.param(drips, ALL - {"contract"}, id="slow drip", marks=pytest.mark.slow),
        pytest.param(endless, ALL, id="endless body"),
        pytest.param(answers(bytes(range(256)) * 40), ALL, id="binary noise as JSON"),
        pytest.param(answers(b"[" * 200_000), ALL, id="deep JSON"),
        pytest.param(answers(ODD), ALL, id="odd values"),
        pytest.param(answers(b"", b"303 See Other\r\nLocation: /"), ALL, id="redirects for ever"),
    ],
)
def test_every_check_gives_a_verdict(
    hostile: Callable[[Behaviour], HostileApp], behave: Behaviour, groups: frozenset[str]
) -> None:
    a_job = job(groups=set(groups), load_seconds=1, recovery_seconds=1, answer_seconds=2)
    a_job["plan"]["checks"] = [check for check in a_job["plan"]["checks"] if check["id"] != "start.stops"]
    gateway, launcher = make_gateway(a_job)
    gateway.start()
    lines: list[dict[str, Any]] = []
    try:
        run_local(a_job, hostile(behave).url, lines.append, bench=(gateway, launcher), pages=None)
    finally:
        gateway.stop()
    results = {line["check"]: line for line in lines if line["type"] == "result"}
    assert set(results) == {check["id"] for check in a_job["plan"]["checks"]}
    assert "error" not in {line["outcome"] for line in results.values()}
    assert results["scenario.apply_received"]["outcome"] == "failed"
    assert results["fault.exactly_once"]["outcome"] == "failed"
    for line in results.values():
        raw = encode_line(line)
        assert len(raw) <= MAX_LINE + 1
        assert "\x1b" not in json.dumps(json.loads(raw), ensure_ascii=False)
