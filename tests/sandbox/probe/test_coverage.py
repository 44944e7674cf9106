"""The tally of answers: by operation and status, bounded, and told once at the end of a run."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.engine.errors import ProtocolBroken
from sandbox.engine.messages import check, check_from_browser
from sandbox.probe.client import Answer, Exchange
from sandbox.probe.coverage import MOST_STATUSES, Coverage
from sandbox.probe.openapi import Document
from sandbox.reports.messages import LineRefused, read_coverage
from tests.sandbox.probe.bench import job, run

CONTRACT = {
    "openapi": "3.1.0",
    "paths": {
        "/a/{id}": {"get": {"operationId": "readA", "responses": {"200": {}}}},
        "/a/new": {"get": {"operationId": "newA", "responses": {"200": {}}}},
    },
}


def answered(target: str, status: int, error: str = "", method: str = "GET") -> Exchange:
    return Exchange(method, target, {}, b"", Answer(status, error=error))


def test_answers_are_counted_by_the_operation_that_the_contract_means() -> None:
    coverage = Coverage(Document(CONTRACT))
    for exchange in (
        answered("/a/5?x=1", 200),
        answered("/a/6", 200),
        answered("/a/new", 404),
        answered("/a/5", 0, "deadline"),
        answered("/elsewhere", 200),
        answered("/a/5", 200, method="PUT"),
    ):
        coverage.note(exchange)
    assert coverage.message() == {
        "type": "coverage",
        "operations": {"readA": {"200": 2, "0": 1}, "newA": {"404": 1}},
    }


def test_an_app_that_answers_every_status_makes_no_long_line() -> None:
    coverage = Coverage(Document(CONTRACT))
    for status in range(100, 1000):
        coverage.note(answered("/a/5", status))
    message = coverage.message()
    assert len(message["operations"]["readA"]) == MOST_STATUSES
    assert check(message) == message


@pytest.mark.parametrize(
    "operations",
    [
        None,
        [],
        {str(number): {} for number in range(501)},
        {"x" * 201: {}},
        {"a": []},
        {"a": {str(number): 1 for number in range(61)}},
        {"a": {"2xx": 1}},
        {"a": {"2000": 1}},
        {"a": {"200": -1}},
        {"a": {"200": True}},
        {"a": {"200": "1"}},
    ],
)
def test_any_other_tally_is_refused(operations: Any) -> None:
    with pytest.raises(ProtocolBroken):
        check({"type": "coverage", "operations": operations})


def test_a_browser_may_not_tell_the_tally() -> None:
    with pytest.raises(ProtocolBroken):
        check_from_browser({"type": "coverage", "operations": {}})


def test_the_platform_keeps_only_what_the_contract_has() -> None:
    told = {"operations": {"readA": {"200": 1}, "<script>": {"200": 1}}}
    assert read_coverage(told, operations={"readA"}) == {"readA": {"200": 1}}
    for bad in ({"operations": []}, {"operations": {"readA": {"x": 1}}}, {"operations": {"readA": {"200": 1.5}}}):
        with pytest.raises(LineRefused):
            read_coverage(bad, operations={"readA"})


@pytest.mark.enable_socket
def test_a_run_ends_with_its_tally(tmp_path: Any) -> None:
    lines: list[dict[str, Any]] = []
    run(job(groups={"start", "duty"}), tmp_path, heard=lines.append)
    tally = lines[-1]
    assert tally["type"] == "coverage"
    assert tally["operations"]["getHealth"]["200"] >= 1
    assert set(tally["operations"]) <= {each.id for each in Document(job()["plan"]["contract"]).operations}
