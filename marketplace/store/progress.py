"""Where a case stands, as a pure function of what its department reported, in whatever order the reports came."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

ACCEPTED = "accepted"
NOT_ACCEPTED = "not_accepted"
REQUESTED = "supplement_requested"
RECEIVED = "supplement_received"
COMPLETED = "completed"
DENIED = "denied"

KINDS = (ACCEPTED, NOT_ACCEPTED, REQUESTED, RECEIVED, COMPLETED, DENIED)
FINAL = frozenset({NOT_ACCEPTED, COMPLETED, DENIED})
NEEDS_REMEDY = frozenset({NOT_ACCEPTED, DENIED})

APPLIED = "applied"
SUPERSEDED = "superseded"
REVIEW = "review"


@dataclass(frozen=True, slots=True, order=True)
class Report:
    """One thing that a department said about a case; `key` makes the order total when times are equal."""

    at: datetime
    rank: int
    key: str
    kind: str

    @staticmethod
    def of(kind: str, at: datetime, key: str) -> Report:
        """Return the report of a kind; at equal times acceptance precedes supplements and these precede decisions."""
        return Report(at=at, rank=KINDS.index(kind), key=key, kind=kind)


@dataclass(frozen=True, slots=True)
class Progress:
    """What consistent reports add up to; `state` is a state of the case."""

    state: str
    accepted_at: datetime | None
    paused: timedelta


def judge(report: Report, *, others: Iterable[Report], withdrawn_at: datetime | None) -> str:
    """Return what becomes of a new report: applied, superseded, or review (a person decides).

    `others` are the reports that count already. Contradicting decisions, acceptance of what wasn't accepted, and
    anything that follows a withdrawal wait for a person.
    """
    if withdrawn_at is not None:
        return SUPERSEDED if report.kind not in FINAL and report.at <= withdrawn_at else REVIEW
    others = list(others)
    kinds = {other.kind for other in others}
    finals = kinds & FINAL
    if report.kind in finals:
        return SUPERSEDED
    if finals and (report.kind in FINAL or NOT_ACCEPTED in finals):
        return REVIEW
    if report.kind == NOT_ACCEPTED and kinds:
        return REVIEW
    if report.kind == ACCEPTED and any(other.kind == ACCEPTED and other.at <= report.at for other in others):
        return SUPERSEDED
    return APPLIED


def fold(reports: Iterable[Report]) -> Progress:
    """Return where the case stands after reports that don't contradict each other.

    A decision or a supplement implies acceptance; a decision wins over everything; otherwise the latest supplement
    report says whether the clock stands still. `paused` is the time between each request and what was received next.
    """
    ordered = sorted(reports)
    if not ordered:
        return Progress(state="launched", accepted_at=None, paused=timedelta())
    final = next((report.kind for report in ordered if report.kind in FINAL), None)
    if final == NOT_ACCEPTED:
        return Progress(state=NOT_ACCEPTED, accepted_at=None, paused=timedelta())
    accepted = next((report.at for report in ordered if report.kind == ACCEPTED), ordered[0].at)
    paused, since = timedelta(), None
    for report in ordered:
        if report.kind == REQUESTED and since is None:
            since = report.at
        elif report.kind == RECEIVED and since is not None:
            paused, since = paused + (report.at - since), None
    waiting = "supplement" if since is not None else "accepted"
    return Progress(state=final or waiting, accepted_at=accepted, paused=paused)
