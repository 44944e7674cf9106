"""Submissions move on as their document declares, are supplemented and withdrawn, and never make impossible moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox.probe.city import World
from sandbox.probe.departments.answers import Answer
from sandbox.probe.departments.launch import Session
from sandbox.probe.departments.simulation import Department
from sandbox.probe.departments.submissions import TRANSITIONS, MoveRefused, Submission
from sandbox.probe.openapi import Document

NOW = datetime(2026, 1, 1, 9, tzinfo=UTC)
RECORD = {
    "type": "object",
    "required": ["no", "state"],
    "properties": {
        "no": {"type": "string", "x-minshi-source": "record.number"},
        "state": {"type": "string", "x-minshi-source": "record.state"},
        "reason": {"type": ["string", "null"], "x-minshi-source": "record.reason"},
    },
}
COURSES = [
    {
        "when": {"field": "ground", "equals": "work"},
        "steps": [
            {"state": "supplement_requested", "after_reads": 2, "reason": "补充社保记录"},
            {"state": "accepted"},
            {"state": "completed", "after_reads": 1},
        ],
    },
    {"when": {"field": "ground", "equals": "broken"}, "steps": [{"state": "completed"}]},
    {"steps": [{"state": "accepted", "after_seconds": 60}, {"state": "denied", "after_seconds": 60}]},
]
RULES = [
    {"rule": "nothing_open", "code": "already_open", "title_en": "One is open", "title_zh": "已有在办申请"},
    {"rule": "at_least", "source": "person.age", "least": 18, "code": "too_young", "title_en": "x", "title_zh": "y"},
]


def operation(kind: str, status: str = "200", **behaviour: Any) -> dict[str, Any]:
    schema = {"type": "array", "items": RECORD} if kind == "find" else RECORD
    return {
        "operationId": kind,
        "x-minshi-behaviour": {"kind": kind, "collection": "c", "key": "no", **behaviour},
        "responses": {status: {"description": "", "content": {"application/json": {"schema": schema}}}},
    }


DOCUMENT = {
    "openapi": "3.1.0",
    "paths": {
        "/a": {
            "post": operation("create", "201", courses=COURSES, rules=RULES, submission=True),
            "get": operation("find"),
        },
        "/a/{no}": {"get": operation("get"), "delete": operation("withdraw")},
        "/a/{no}/supplement": {"post": operation("supplement")},
    },
}


class Applicant:
    """Somebody who applies, asks, supplements and withdraws."""

    def __init__(self, person: int = 0) -> None:
        self.department = Department("d", Document(DOCUMENT), World(5, 100))
        self.person = person
        self.now = NOW

    def __call__(self, method: str, path: str, body: Any = None) -> Answer:
        found, params, _ = self.department.document.match(method, path)
        session = Session("t", "CASE", "JZZ", "zh-hans", "s", self.person)
        return self.department.answer(found, session, params, body, "", now=self.now)

    def apply(self, ground: str) -> str:
        return self("POST", "/a", {"ground": ground}).value["no"]

    def states(self, number: str, times: int) -> list[str]:
        return [self("GET", f"/a/{number}").value["state"] for _ in range(times)]


def test_a_course_moves_with_every_reading_and_waits_for_a_supplement() -> None:
    applicant = Applicant()
    number = applicant.apply("work")
    assert applicant.states(number, 5) == ["received", "received", *["supplement_requested"] * 3]
    assert applicant("GET", f"/a/{number}").value["reason"] == "补充社保记录"
    supplemented = applicant("POST", f"/a/{number}/supplement", {"file": "x"})
    assert (supplemented.status, supplemented.value["state"]) == (200, "accepted")
    assert applicant.states(number, 3) == ["accepted", "completed", "completed"]
    assert applicant.department.submissions("CASE")[0].supplements == [{"file": "x"}]


def test_a_course_moves_with_time_as_well() -> None:
    applicant = Applicant()
    number = applicant.apply("other")
    assert applicant.states(number, 2) == ["received", "received"]
    applicant.now += timedelta(seconds=61)
    assert applicant.states(number, 2) == ["accepted", "accepted"]
    applicant.now += timedelta(seconds=61)
    assert applicant("GET", "/a").value[0]["state"] == "denied"


def test_a_course_that_can_not_be_stops() -> None:
    applicant = Applicant()
    assert applicant.states(applicant.apply("broken"), 2) == ["received", "received"]


def test_only_what_was_asked_for_is_taken_and_only_the_undecided_withdrawn() -> None:
    applicant = Applicant()
    number = applicant.apply("other")
    early = applicant("POST", f"/a/{number}/supplement", {})
    assert (early.status, early.value["code"], early.outcome) == (409, "wrong_state", "refused")
    assert applicant("DELETE", f"/a/{number}").value["state"] == "withdrawn"
    assert applicant("DELETE", f"/a/{number}").status == 409
    assert applicant("POST", "/a/JZ0/supplement", {}).status == 404


def test_rules_look_at_age_and_at_what_is_open() -> None:
    applicant = Applicant()
    number = applicant.apply("other")
    assert applicant("POST", "/a", {"ground": "other"}).value["code"] == "already_open"
    applicant("DELETE", f"/a/{number}")
    assert applicant("POST", "/a", {"ground": "other"}).status == 201
    world = World(5, 100)
    child = next(each.number for each in world.people() if each.age(world.as_of) < 18)
    assert Applicant(child)("POST", "/a", {"ground": "other"}).value["code"] == "too_young"


@pytest.mark.parametrize("state", TRANSITIONS)
@pytest.mark.parametrize("wanted", TRANSITIONS)
def test_every_move_is_possible_or_refused(state: str, wanted: str) -> None:
    made = Submission("1", "c", "d", "CASE", 1, "", {}, NOW)
    object.__setattr__(made.standings[-1], "state", state)
    if wanted in TRANSITIONS[state]:
        made.move(wanted, now=NOW)
        assert made.state == wanted
    else:
        with pytest.raises(MoveRefused):
            made.move(wanted, now=NOW)
