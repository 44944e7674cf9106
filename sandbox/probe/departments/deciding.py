"""Owns a department's own system in the demo: it decides submissions and reports each step as a CloudEvent."""

from __future__ import annotations

import heapq
import json
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from .submissions import Submission

_SECONDS = 10
_LONGEST_PAUSE = 30.0
_FINAL = frozenset({400, 401, 403, 404, 409, 415, 422})


@dataclass(frozen=True)
class Move:
    """One step of a decision: when (as a share of the time to decide), the event, and the state that apps see."""

    share: float
    event: str
    state: str
    data: dict[str, str] = field(default_factory=dict)


_ACCEPTED = Move(0.4, "accepted", "accepted")
_COMPLETED = Move(1.0, "completed", "completed", {"result": "居住证已制发，可以领取"})
# What happens follows the ground of the application, so that a visitor of the demo can see each way it may go.
COURSES: dict[str, tuple[Move, ...]] = {
    "dwelling": (_ACCEPTED, _COMPLETED),
    "employment": (
        _ACCEPTED,
        Move(0.6, "supplement_requested", "supplement_requested", {"note": "请补充近六个月的社会保险缴费记录"}),
        Move(0.8, "supplement_received", "accepted"),
        _COMPLETED,
    ),
    "study": (
        Move(
            0.6,
            "not_accepted",
            "not_accepted",
            {"reason": "没有查到在本市的学籍", "remedy": "请让学校先登记学籍，或改选住所、就业作为申领依据"},
        ),
    ),
}


class EventPost:
    """Posts CloudEvents 1.0, one at a time, with the department's token."""

    def __init__(self, url: str, token: str) -> None:
        if not url.startswith(("http://", "https://")):
            raise ValueError("the address for events must begin with http")
        self._url = url
        self._token = token

    def send(self, event: dict[str, Any]) -> bool:
        """Post one event; True when there is no use in sending it again."""
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/cloudevents+json"}
        body = json.dumps(event, ensure_ascii=False).encode()
        request = urllib.request.Request(self._url, body, headers, method="POST")  # noqa: S310 -- checked above
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
                return bool(answer.status < 300)
        except urllib.error.HTTPError as error:
            sys.stderr.write(f"event {event['type']} for {event['subject']}: {error.code}\n")
            return error.code in _FINAL
        except OSError as error:
            sys.stderr.write(f"event {event['type']} for {event['subject']}: {type(error).__name__}\n")
            return False


@dataclass(order=True)
class _Due:
    at: float
    number: int
    submission: Submission = field(compare=False)
    move: Move = field(compare=False)
    event: dict[str, Any] | None = field(default=None, compare=False)
    tries: int = field(default=0, compare=False)


class Decider:
    """Decides every submission after a while; the state moves first, then the event is posted until it arrives."""

    def __init__(self, *, post: EventPost | None, source: str, after_seconds: float) -> None:
        self._post = post
        self._source = source
        self._after = after_seconds
        self._due: list[_Due] = []
        self._count = 0
        self._wake = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._work, name="decider", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def stop(self) -> None:
        """Leave what is undone."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        self._thread.join(_SECONDS + 1)

    def take(self, submission: Submission) -> None:
        """Plan the course of a new submission."""
        for move in COURSES.get(str(submission.body.get("ground")), COURSES["dwelling"]):
            self._plan(_Due(time.monotonic() + self._after * move.share, 0, submission, move))

    def _plan(self, due: _Due) -> None:
        with self._wake:
            self._count += 1
            due.number = self._count
            heapq.heappush(self._due, due)
            self._wake.notify()

    def _work(self) -> None:
        while True:
            with self._wake:
                while not self._stopping and (not self._due or self._due[0].at > time.monotonic()):
                    self._wake.wait(self._due[0].at - time.monotonic() if self._due else None)
                if self._stopping:
                    return
                due = heapq.heappop(self._due)
            self._carry_out(due)

    def _carry_out(self, due: _Due) -> None:
        if due.event is None:
            data = due.move.data
            due.submission.move(
                due.move.state,
                now=datetime.now(UTC),
                reason=data.get("reason") or data.get("note"),
                remedy=data.get("remedy"),
                result=data.get("result"),
            )
            due.event = self._event(due)
        if self._post is not None and not self._post.send(due.event):
            due.tries += 1
            due.at = time.monotonic() + min(_LONGEST_PAUSE, 2.0**due.tries)
            self._plan(due)

    def _event(self, due: _Due) -> dict[str, Any]:
        return {
            "specversion": "1.0",
            "id": str(uuid.uuid4()),
            "source": self._source,
            "type": f"minshi.case.{due.move.event}.v1",
            "subject": due.submission.case,
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
            "datacontenttype": "application/json",
            "data": dict(due.move.data),
        }
