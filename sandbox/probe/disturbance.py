"""Owns what the fault checks share: submit while departments are in trouble, let them recover, count what arrived."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from . import evidence
from .client import Exchange
from .context import Context
from .departments.faults import Fault
from .departments.record import Call
from .model import FAILED, Finding, Text, text
from .submission import Walk, enter, reference_in, state_in

_SETTLE_SECONDS = 1.5
_POLL_SECONDS = 0.1


@dataclass
class Outcome:
    """What happened to one submission; `faults` are the sentences about what went wrong, empty when nothing did."""

    walk: Walk
    answers: list[Exchange] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    faults: list[Text] = field(default_factory=list)

    def evidence(self) -> list[dict[str, Any]]:
        """Return the exchanges and department calls as evidence."""
        shown = [
            evidence.exchange(f"申请人的第 {n} 次请求", f"Request {n} of the applicant", each)
            for n, each in enumerate(self.answers, 1)
        ]
        return [*shown[:6], evidence.department_calls(self.calls)]


def submit_during(context: Context, fault: Fault) -> Outcome:
    """Submit once while a fault is on, then let departments recover and judge answer and delivery."""
    outcome = begin(context)
    if outcome.faults:
        return outcome
    walk = outcome.walk
    limit = context.threshold("answer_seconds")
    context.gateway.faults.on(fault)
    try:
        first = walk.submit(deadline=limit + 2)
        held = len(context.gateway.diary.submissions(walk.launch.case))
    finally:
        context.gateway.faults.off()
    outcome.answers.append(first)
    _judge_answer(outcome, first, held=held, limit=limit)
    reference = reference_in(first)
    if not 200 <= first.answer.status < 300:
        again = walk.submit()  # the applicant, told to come back later, comes back
        outcome.answers.append(again)
        reference = reference_in(again)
    judge_delivery(context, outcome, reference)
    return outcome


def begin(context: Context) -> Outcome:
    """Send somebody in while all is well; a fault is noted when the app does not even let them in."""
    walk = enter(context)
    outcome = Outcome(walk, answers=walk.evidence_of_entering() if not walk.ready else [])
    if not walk.ready:
        outcome.faults.append(text("申请人进不了应用", "the applicant could not get in"))
    return outcome


def _judge_answer(outcome: Outcome, first: Exchange, *, held: int, limit: float) -> None:
    answer = first.answer
    if answer.error or answer.seconds > limit:
        outcome.faults.append(
            text(f"申请人等了 {limit:.0f} 秒没有得到答复", f"the applicant had no answer within {limit:.0f} seconds")
        )
    elif answer.status >= 500 and not (
        answer.status == 503 and isinstance(answer.json(), dict) and answer.json().get("title")
    ):
        outcome.faults.append(
            text(
                f"申请人得到 {answer.status}，没有说清发生了什么",
                f"the applicant got {answer.status} without a word on what happened",
            )
        )
    elif 200 <= answer.status < 300 and state_in(first) == "received" and not held:
        outcome.faults.append(
            text(
                "部门还没有收到，应用却说已收到", "the app said that the department has it when the department has not"
            )
        )


def judge_delivery(context: Context, outcome: Outcome, reference: str) -> None:
    """Wait for the submission, and for doubles; compare what the app says with the truth."""
    case = outcome.walk.launch.case
    seconds = context.threshold("recovery_seconds")
    diary = context.gateway.diary
    until = time.monotonic() + seconds
    while not diary.submissions(case) and time.monotonic() < until:
        time.sleep(_POLL_SECONDS)
    time.sleep(_SETTLE_SECONDS)
    outcome.calls = [call for call in diary.of_case(case) if call.submission]
    count = len(diary.submissions(case))
    if count == 0:
        outcome.faults.append(
            text(
                f"部门恢复 {seconds:.0f} 秒后仍没有收到：申请丢了",
                f"{seconds:.0f} seconds after recovery the department has nothing: it was lost",
            )
        )
    elif count > 1:
        outcome.faults.append(text(f"部门收到了 {count} 件，应为 1 件", f"the department received {count}, not one"))
    if reference and count == 1:
        status = _told_received(outcome.walk, reference, until=time.monotonic() + seconds)
        if status is not None:
            outcome.answers.append(status)
            outcome.faults.append(
                text("部门已收到，应用的进度却没有更新", "the department has it, but the app still does not say so")
            )


def _told_received(walk: Walk, reference: str, *, until: float) -> Exchange | None:
    """Ask until the app says that the department has it; return the last answer if it never does."""
    while True:
        status = walk.status(reference)
        if status is None or state_in(status) == "received":
            return None
        if time.monotonic() >= until:
            return status
        time.sleep(_POLL_SECONDS)


def finding(outcomes: list[Outcome], zh: str, en: str) -> Finding:
    """Return what all outcomes together show; `zh` and `en` are the sentences when nothing went wrong."""
    faults = [each for outcome in outcomes for each in outcome.faults]
    proof = [each for outcome in outcomes if outcome.faults or len(outcomes) == 1 for each in outcome.evidence()]
    if not faults:
        return Finding("passed", text(zh, en), evidence=[])
    first = text(
        "；".join(dict.fromkeys(f["zh"] for f in faults)) + "。",
        "; ".join(dict.fromkeys(f["en"] for f in faults)).capitalize() + ".",
    )
    return Finding(FAILED, first, evidence=proof)
