"""Whatever an app answers or sends to departments, every line of the probe is one that the engine takes."""

import json
import socket
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.engine.messages import check
from sandbox.engine.streams import parse_line
from sandbox.probe.bench import make_gateway
from sandbox.probe.frames import encode_line
from sandbox.probe.judging import Judges
from sandbox.probe.local import run_local
from tests.sandbox.probe.bench import job
from tests.sandbox.probe.test_hostile import Behaviour, HostileApp, answers, hostile

__all__ = ["hostile"]
pytestmark = [pytest.mark.enable_socket, pytest.mark.slow]
LONG = "名" * 40_000
FIELDS = ("session", "case", "state", "status", "reference", "reference_no", "person", "problem", "type", "title")
DEEP = b'{"a":' * 900 + b"1" + b"}" * 900
SURROGATES = b'{"session": "\\ud800", "case": "\\u0000\\u001b[31m", "state": 1e999, "reference": -1e-999}'


def calls_departments(port: int) -> Behaviour:
    """Answer badly, and meanwhile tell the departments odd things."""
    said = (
        b"POST /permit/applications HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        % len(DEEP)
        + DEEP,
        b"GET /population/persons/" + b"%F0%9F%92%A9" * 900 + b" HTTP/1.1\r\n\r\n",
        b"GET /" + b"x" * 12_000 + b" HTTP/1.1\r\nX-\xff\xfe: \x1b[31m\r\n\r\n",
        b"POST /residence HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
        b"\0" * 30_000,
    )

    def behave(connection: socket.socket) -> None:
        for data in said:
            with socket.create_connection(("127.0.0.1", port), 2) as department:
                department.settimeout(1)
                department.sendall(data)
                department.recv(1000)
        answers(json.dumps(dict.fromkeys(FIELDS, LONG)).encode())(connection)

    return behave


@pytest.mark.parametrize(
    ("behave", "groups"),
    [
        pytest.param(answers(DEEP), {"scenario"}, id="deep"),
        pytest.param(answers(SURROGATES), {"scenario"}, id="surrogates and infinities"),
        pytest.param(answers(json.dumps({LONG: LONG}).encode()), {"scenario"}, id="long keys and values"),
        pytest.param(None, {"scenario"}, id="odd calls to departments"),
    ],
)
def test_every_line_is_taken(
    hostile: Callable[[Behaviour], HostileApp], behave: Behaviour | None, groups: set[str]
) -> None:
    a_job = job(groups={"start"} | groups, answer_seconds=2, startup_seconds=2)
    a_job["plan"]["checks"] = [each for each in a_job["plan"]["checks"] if each["id"] != "start.stops"]
    gateway, launcher = make_gateway(a_job)
    port = gateway.start()
    lines: list[dict[str, Any]] = []
    try:
        app = hostile(behave or calls_departments(port))
        run_local(a_job, app.url, lines.append, bench=(gateway, launcher), pages=None)
    finally:
        gateway.stop()
    for line in lines:
        check(parse_line(encode_line(line).removesuffix(b"\n")))
    results = {line["check"]: line["outcome"] for line in lines if line["type"] == "result"}
    assert set(results) == {each["id"] for each in a_job["plan"]["checks"]}
    assert "error" not in results.values()


@pytest.mark.parametrize("value", [json.loads(DEEP), json.loads(SURROGATES), "\ud800", [["\udfff"]]])
def test_a_value_that_nobody_can_read_is_a_problem_of_the_app(value: Any) -> None:
    for schema in ({"type": "object", "properties": {"session": {"format": "uuid"}}}, {"const": 1}, {"maxLength": 0}):
        judge = Judges({"schema": schema}).at("/schema")
        assert isinstance(judge.is_valid(value), bool)
        assert judge.is_valid(value) is not bool(judge.problems(value))
