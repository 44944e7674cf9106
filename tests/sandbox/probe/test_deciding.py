"""The department's own system in the demo decides by the ground, and reports each step until it arrives."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.probe.departments.deciding import COURSES, Decider, EventPost
from sandbox.probe.departments.submissions import Submission
from sandbox.probe.standalone import fetch_keys, interfaces_from
from tests.sandbox.probe.bench import CONTENT


class Platform:
    """Takes events; fails as often as told first."""

    def __init__(self, wanted: int, failures: int = 0) -> None:
        self.events: list[dict[str, Any]] = []
        self.tried: list[str] = []
        self._wanted = wanted
        self._failures = failures
        self.done = threading.Event()

    def send(self, event: dict[str, Any]) -> bool:
        self.tried.append(event["id"])
        if self._failures:
            self._failures -= 1
            return False
        self.events.append(event)
        if len(self.events) == self._wanted:
            self.done.set()
        return True


def submission(ground: str) -> Submission:
    return Submission(
        number="JZ1",
        collection="permit_applications",
        interface="residence",
        case="CASE-1",
        person=1,
        key="k",
        body={"ground": ground},
        created_at=datetime(2026, 7, 1, tzinfo=UTC),
    )


def decide(ground: str, platform: Platform) -> Submission:
    decider = Decider(post=platform, source="/departments/psb/residence-system", after_seconds=0.2)
    decider.start()
    made = submission(ground)
    decider.take(made)
    assert platform.done.wait(20)
    decider.stop()
    return made


@pytest.mark.parametrize(
    ("ground", "state"), [("dwelling", "completed"), ("employment", "completed"), ("study", "not_accepted")]
)
def test_each_ground_takes_its_course(ground: str, state: str) -> None:
    platform = Platform(len(COURSES[ground]))
    made = decide(ground, platform)
    assert made.state == state
    assert [each["type"] for each in platform.events] == [f"minshi.case.{move.event}.v1" for move in COURSES[ground]]
    for event in platform.events:
        assert (event["specversion"], event["subject"]) == ("1.0", "CASE-1")
        assert event["source"] == "/departments/psb/residence-system"
        assert datetime.fromisoformat(event["time"]).tzinfo is not None
    assert len({each["id"] for each in platform.events}) == len(platform.events)


def test_a_refusal_says_why_and_what_to_do() -> None:
    move = COURSES["study"][-1]
    assert set(move.data) == {"reason", "remedy"}


def test_an_event_that_did_not_arrive_is_sent_again_as_the_same_event() -> None:
    platform = Platform(2, failures=1)
    decide("dwelling", platform)
    assert len(platform.tried) == 3
    assert len(set(platform.tried)) == 2


def test_addresses_are_http_only() -> None:
    with pytest.raises(ValueError, match="http"):
        EventPost("file:///etc/passwd", "token")
    with pytest.raises(ValueError, match="http"):
        fetch_keys("file:///etc/passwd")


def test_interfaces_are_read_from_a_folder() -> None:
    found = interfaces_from(CONTENT / "interfaces")
    assert sorted((each["code"], each["version"]) for each in found) == [
        ("population", "1.0.0"),
        ("rental", "1.0.0"),
        ("residence", "1.0.0"),
    ]
