"""Each fault reaches the caller as the trouble it plays, and takes a submission or doesn't, as it says."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox.probe.city import World
from sandbox.probe.departments import faults
from sandbox.probe.departments.faults import Fault
from sandbox.probe.departments.gateway import Gateway
from sandbox.probe.departments.launch import Launch, Launcher, Residents, TokenKeys
from tests.sandbox.probe.bench import interfaces

pytestmark = pytest.mark.enable_socket
APPLICATIONS = "/residence/v1/permit-applications"


class App:
    """An app with a keep-alive connection to the gateway."""

    def __init__(self) -> None:
        world = World(5, 200)
        residents = Residents(world)
        self.launcher = Launcher(world, residents, seed=5)
        self.gateway = Gateway(world, interfaces(), TokenKeys(self.launcher.jwks()), residents)
        self.port = self.gateway.start()
        self.launch = self.launcher.launch("entitled")
        self.session = self.call("POST", "/session", {"token": self.launch.token})[1]["session"]

    def raw(self, method: str, target: str, body: Any = None) -> tuple[int, str, bytes]:
        headers = {"Content-Type": "application/json"}
        if hasattr(self, "session"):
            headers["Authorization"] = f"Bearer {self.session}"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request(method, target, json.dumps(body) if body is not None else None, headers)
            answer = connection.getresponse()
            return answer.status, answer.headers["content-type"], answer.read()
        finally:
            connection.close()

    def call(self, method: str, target: str, body: Any = None) -> tuple[int, Any]:
        status, _, raw = self.raw(method, target, body)
        return status, json.loads(raw)

    def submit(self) -> tuple[int, Any]:
        return self.call("POST", APPLICATIONS, application(self.launch))

    @property
    def taken(self) -> int:
        return len(self.gateway.diary.submissions(self.launch.case))


def application(launch: Launch) -> dict[str, Any]:
    known = {name: launch.inputs[name] for name in ("name", "document_type", "document_number", "registration_no")}
    more = {"phone": launch.inputs["contact_phone"], "ground": "dwelling", "pickup": "counter", "declaration": True}
    return known | more


@pytest.fixture
def app() -> Iterator[App]:
    made = App()
    yield made
    made.gateway.stop()


@pytest.mark.parametrize(("kind", "taken"), [(faults.RESET, 0), (faults.RESET_AFTER, 1)])
def test_a_reset_connection_tells_nothing(app: App, kind: str, taken: int) -> None:
    app.gateway.faults.on(Fault(kind))
    with pytest.raises(ConnectionResetError):
        app.submit()
    assert app.taken == taken
    last = app.gateway.diary.calls()[-1]
    assert (last.fault, last.status) == (kind, 0)


def test_a_truncated_answer_ends_before_its_length(app: App) -> None:
    app.gateway.faults.on(Fault(faults.TRUNCATED))
    with pytest.raises(http.client.IncompleteRead):
        app.submit()
    assert app.taken == 1


def test_a_malformed_answer_is_no_json(app: App) -> None:
    app.gateway.faults.on(Fault(faults.MALFORMED))
    status, media, raw = app.raw("GET", "/population/v1/subject")
    assert (status, media) == (200, "application/json")
    with pytest.raises(ValueError, match="line 1"):
        json.loads(raw)


def test_a_misshapen_answer_is_json_of_another_shape(app: App) -> None:
    app.gateway.faults.on(Fault(faults.MISSHAPEN))
    operation = app.gateway.departments["population"].document.by_id["getSubject"]
    status, media, raw = app.raw("GET", "/population/v1/subject")
    assert json.loads(raw)
    assert app.gateway.departments["population"].document.response_problems(operation, status, media, raw)


def test_a_page_comes_where_json_was_promised(app: App) -> None:
    app.gateway.faults.on(Fault(faults.WRONG_TYPE))
    status, media, raw = app.raw("GET", "/population/v1/subject")
    assert (status, media) == (200, "text/html; charset=utf-8")
    assert raw.startswith(b"<!doctype html>")


def test_a_stale_department_tells_what_was_true_before(app: App) -> None:
    number = app.submit()[1]["application_no"]
    app.gateway.faults.on(Fault(faults.STALE))
    app.gateway.departments["residence"].submissions(app.launch.case)[0].move(
        "accepted", now=datetime.now(UTC) + timedelta(seconds=1)
    )
    assert app.call("GET", f"{APPLICATIONS}/{number}")[1]["state"] == "received"
    later = app.submit()[1]["application_no"]
    assert app.taken == 2
    assert app.call("GET", f"{APPLICATIONS}/{later}")[0] == 404
    app.gateway.faults.off()
    assert app.call("GET", f"{APPLICATIONS}/{number}")[1]["state"] == "accepted"
    assert len(app.call("GET", APPLICATIONS)[1]["items"]) == 2


def test_a_lying_department_speaks_of_somebody_else_in_valid_words(app: App) -> None:
    app.gateway.faults.on(Fault(faults.LYING))
    status, media, raw = app.raw("GET", "/population/v1/subject")
    document = app.gateway.departments["population"].document
    assert document.response_problems(document.by_id["getSubject"], status, media, raw) == []
    assert json.loads(raw)["document_number"] != app.launch.person.document_number
    assert app.submit()[0] == 201


def test_a_fault_may_hit_one_operation_and_only_some_calls(app: App) -> None:
    app.gateway.faults.on(Fault(faults.ERROR_BEFORE, operation="population.getSubject", calls=2))
    assert app.call("GET", "/rental/v1/contracts")[0] == 200
    assert [app.call("GET", "/population/v1/subject")[0] for _ in range(3)] == [500, 500, 200]
    app.gateway.faults.on(Fault(faults.ERROR_BEFORE, operation="rental"))
    assert app.call("GET", "/rental/v1/contracts")[0] == 500
    assert app.call("GET", "/population/v1/subject")[0] == 200


@pytest.mark.parametrize(
    "wrong", [{"kind": "nonsense"}, {"kind": faults.RESET, "seconds": 61}, {"kind": faults.RESET, "calls": -1}]
)
def test_impossible_faults_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="fault"):
        Fault(**wrong)
