"""Owns how a submission moves on by itself, as `x-minshi-behaviour.courses` declares it.

A course is chosen when the submission is taken: the first whose `when` (`{"field", "equals"}`) holds, or that has none.
Each of its `steps` names a `state` and is due once the submission was read `after_reads` times since the step before,
or `after_seconds` have passed: the one can be replayed exactly, the other looks alive. What was asked for more waits
until a supplement came.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from .submissions import ACCEPTED, SUPPLEMENT_REQUESTED, MoveRefused, Submission

Step = dict[str, Any]


def course_for(courses: list[dict[str, Any]], body: Any) -> list[Step]:
    """Return the steps that a submission will take."""
    known = body if isinstance(body, dict) else {}
    for course in courses:
        when = course.get("when")
        if when is None or known.get(when["field"]) == when["equals"]:
            return list(course["steps"])
    return []


def _due(step: Step, submission: Submission, now: datetime) -> bool:
    if submission.reads < step.get("after_reads", 0):
        return False
    return (now - submission.standings[-1].at).total_seconds() >= step.get("after_seconds", 0)


def move_on(submission: Submission, *, now: datetime) -> None:
    """Let a submission take the steps that are due; somebody is about to read how it stands."""
    while submission.course and submission.state != SUPPLEMENT_REQUESTED:
        step = submission.course[0]
        if not _due(step, submission, now):
            break
        submission.course.pop(0)
        submission.reads = 0
        told = {name: step.get(name) for name in ("reason", "remedy", "result")}
        try:
            submission.move(step["state"], now=now, **told)
        except MoveRefused:
            submission.course.clear()  # a course that can't be, or somebody else has moved it
    submission.reads += 1


def supplement(submission: Submission, body: Any, *, now: datetime) -> None:
    """Take what was asked for; the submission is accepted, and its course goes on. MoveRefused if nothing was."""
    if submission.state != SUPPLEMENT_REQUESTED:
        raise MoveRefused("nothing was asked for")
    submission.supplements.append(body)
    submission.reads = 0
    submission.move(ACCEPTED, now=now)
    if submission.course and submission.course[0]["state"] == ACCEPTED:
        submission.course.pop(0)
