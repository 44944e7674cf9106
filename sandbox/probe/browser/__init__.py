"""Owns the browser container: citizens walk through the app's pages, and each check is judged by what they saw."""

from __future__ import annotations

import os
import sys
import threading
import time
from typing import Any

from ..frames import Line
from ..model import ADVISORY, FAILED, Finding, Text, text
from ..page_job import DOUBLE_CLICK, NEEDS, PURPOSES, READS_ALL, PageJob
from ..results import Emit, result
from .chromium import Chromium
from .judging import judge
from .seen import VisitSeen
from .visits import Visitors

_GRACE_SECONDS = 20.0

Said = dict[str, str]


def main(arguments: list[str]) -> int:
    """Take one job from stdin; write result lines to stdout, and with the end what the probe wants to know."""
    outgoing = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    line = Line(sys.stdin.buffer, outgoing)
    job = PageJob.from_dict(line.job())
    told: set[str] = set()

    def emit(message: dict[str, Any]) -> None:
        told.add(message["check"])
        line.emit(message)

    watchdog = threading.Timer(job.seconds + _GRACE_SECONDS, _give_up, (job, told, line))
    watchdog.daemon = True
    watchdog.start()
    said = walk_pages(job, emit)
    watchdog.cancel()
    line.emit({"type": "end", "said": said})
    return 0


def _give_up(job: PageJob, told: set[str], line: Line) -> None:
    """Fail what is not yet told when the browser can't even be killed, and end the process."""
    why = text("应用的页面让浏览器停止了响应。", "A page of the app made the browser stop responding.")
    for check_id in job.checks:
        if check_id not in told:
            outcome = ADVISORY if check_id in job.advisory else FAILED
            line.emit(result(check_id, "page", Finding(outcome, why)))
    line.emit({"type": "end"})
    os._exit(0)


def walk_pages(job: PageJob, emit: Emit) -> Said:
    """Make all visits of a job and emit a result for each check; return what the pages said after a double click.

    A visit that a failed check rests on is made once more first. An app whose launch page does not open is not visited
    again and again.
    """
    until = time.monotonic() + job.seconds
    with Chromium(job.executable) as chromium:
        visitors = Visitors(chromium, job, until)
        first = _all_visits(visitors, job, {}, attempt=0)
        found = {check_id: judge(check_id, first, job) for check_id in job.checks}
        bad = [check_id for check_id, each in found.items() if each.outcome in (FAILED, ADVISORY)]
        second: dict[str, VisitSeen] = {}
        if bad:
            again = [each for each in PURPOSES if any(_rests_on(check_id, each, first) for check_id in bad)]
            second = {**first, **_all_visits(visitors, job, {}, attempt=1, only=again)}
    for check_id in job.checks:
        repeated = judge(check_id, second, job) if check_id in bad else found[check_id]
        emit(result(check_id, "page", _differing(found[check_id], repeated)))
    return _said(second or first)


def _rests_on(check_id: str, purpose: str, visits: dict[str, VisitSeen]) -> bool:
    """Whether a failed check may rest on a visit."""
    visit = visits.get(purpose)
    if visit is None or visit.hung:  # what held the browser once is not let near it again
        return False
    if check_id in READS_ALL:  # one visit shows whether it comes again
        return visit is next((each for each in visits.values() if each.noticed), None)
    return purpose in NEEDS[check_id]


def _all_visits(
    visitors: Visitors, job: PageJob, made: dict[str, VisitSeen], *, attempt: int, only: list[str] | None = None
) -> dict[str, VisitSeen]:
    for visit in job.visits:
        if attempt >= len(visit.launch_paths) or (only is not None and visit.purpose not in only):
            continue
        hopeless = _hopeless(list(made.values()))
        if hopeless is not None:
            made[visit.purpose] = VisitSeen(visit.purpose, trouble=hopeless)
        else:
            made[visit.purpose] = visitors.make(visit, attempt)
    return made


def _hopeless(made: list[VisitSeen]) -> Text | None:
    """Say why more visits are no use: the launch page does not open, or the app held the browser for ever twice."""
    unopened = next((each for each in made if each.trouble and not each.opened and not each.hung), None)
    hung = [each for each in made if each.hung]
    if unopened is not None:
        return unopened.trouble
    return hung[0].trouble if len(hung) > 1 else None


def _differing(first: Finding, second: Finding) -> Finding:
    """Return the first finding; when a repetition ended otherwise, that is the finding."""
    if first.outcome == second.outcome:
        return first
    zh = f"同样的输入，两次结果不同。失败的一次：{first.summary['zh']}"
    en = f"Differs between runs with the same input. When it failed: {first.summary['en']}"
    return Finding(first.outcome, text(zh, en), first.measurements, first.evidence)


def _said(visits: dict[str, VisitSeen]) -> Said:
    """Return what the pages said in the visit that only the departments' record can judge."""
    visit = visits.get(DOUBLE_CLICK)
    if visit is None:
        return {}
    said = dict(zip(("receipt", "again"), visit.texts, strict=False))
    if visit.trouble is not None:
        said |= {"trouble_zh": visit.trouble["zh"], "trouble_en": visit.trouble["en"]}
    return said
