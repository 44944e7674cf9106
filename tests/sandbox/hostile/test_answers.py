"""Answers that would drown a careless client: every check still ends in its verdict, and memory stays flat."""

import gzip
import json
import resource
from typing import Any

import pytest

from sandbox.probe.bench import make_gateway
from sandbox.probe.local import run_local
from tests.sandbox.probe.bench import job
from tests.sandbox.probe.test_hostile import Behaviour, answers, hostile

__all__ = ["hostile"]
pytestmark = [pytest.mark.enable_socket, pytest.mark.slow]
BOMB = gzip.compress(gzip.compress(bytes(512 << 20), 9), 9)
MOST_KIB = 150 * 1024


def many_headers(connection: Any) -> None:
    """A hundred megabytes of headers."""
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for number in range(1600):
        connection.sendall(b"X-%d: " % number + b"y" * 65_000 + b"\r\n")


def one_header(connection: Any) -> None:
    """A header line that never ends."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    for _ in range(1600):
        connection.sendall(b"y" * 65_536)


@pytest.mark.parametrize(
    "behave",
    [
        pytest.param(many_headers, id="100 MB of headers"),
        pytest.param(one_header, id="one header without an end"),
        pytest.param(
            answers(BOMB, b"200 OK\r\nContent-Encoding: gzip, gzip", b"application/json"), id="gzip bomb in gzip"
        ),
    ],
)
def test_every_check_gives_a_verdict_in_flat_memory(hostile: Any, behave: Behaviour) -> None:
    a_job = job(groups={"start", "scenario"}, startup_seconds=5, answer_seconds=2)
    a_job["plan"]["checks"] = [check for check in a_job["plan"]["checks"] if check["id"] != "start.stops"]
    gateway, launcher = make_gateway(a_job)
    gateway.start()
    lines: list[dict[str, Any]] = []
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        run_local(a_job, hostile(behave).url, lines.append, bench=(gateway, launcher), pages=None)
    finally:
        gateway.stop()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_KIB
    results = {line["check"]: line for line in lines if line["type"] == "result"}
    assert set(results) == {check["id"] for check in a_job["plan"]["checks"]}
    assert results["scenario.apply_received"]["outcome"] == "failed"
    assert "error" not in {line["outcome"] for line in results.values()}
    assert len(json.dumps(results)) < 1 << 20
