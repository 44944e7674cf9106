"""Owns what the fault checks share: submit while departments are in trouble, let them recover, count what arrived."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from . import evidence
from .clarity import unclear
from .client import Exchange
from .context import Context
from .departments.faults import Fault
from .departments.record import Call
from .model import FAILED, PASSED, Finding, Text, text
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

    def add(self, zh: str, en: str) -> None:
        """Note what went wrong."""
        self.faults.append(text(zh, en))


Trouble = Callable[[Context], Outcome]


def at_once(context: Context, troubles: list[Trouble]) -> list[Outcome]:
    """Let each trouble happen to a person of their own, all at the same time; a fault hits one case only."""
    with ThreadPoolExecutor(len(troubles)) as pool:
        return [each.result() for each in [pool.submit(trouble, context) for trouble in troubles]]


def submitting(fault: Fault) -> Trouble:
    """Return the trouble of submitting while a fault is on."""
    return lambda context: submit_during(context, fault)


def asking(fault: Fault) -> Trouble:
    """Return the trouble of opening the form while a fault is on."""
    return lambda context: ask_during(context, fault)


def submit_during(context: Context, fault: Fault) -> Outcome:
    """Submit once while a fault is on, then let departments recover and judge answer and delivery."""
    outcome = begin(context)
    if outcome.faults:
        return outcome
    walk = outcome.walk
    limit = context.threshold("answer_seconds")
    context.gateway.faults.on(fault, case=walk.launch.case)
    try:
        first = walk.submit(deadline=limit + 2)
        held = len(context.gateway.diary.submissions(walk.launch.case))
    finally:
        context.gateway.faults.off(case=walk.launch.case)
    outcome.answers.append(first)
    judge_answer(context, outcome, first, held=held)
    reference = reference_in(first)
    if not 200 <= first.answer.status < 300:
        again = walk.submit()  # the applicant, told to come back later, comes back
        outcome.answers.append(again)
        reference = reference_in(again)
    judge_delivery(context, outcome, reference)
    return outcome


def ask_during(context: Context, fault: Fault) -> Outcome:
    """Open the form while a fault is on and again after it; the first answer is clear, the second is the form."""
    launch = context.launch()
    session, entered = context.open_session(launch)
    walk = Walk(context, launch, session, entered, [])
    outcome = Outcome(walk, answers=[entered] if entered else [])
    if not session:
        outcome.add("申请人进不了应用", "the applicant could not get in")
        return outcome
    limit = context.threshold("answer_seconds")
    context.gateway.faults.on(fault, case=launch.case)
    try:
        answered = [walk.read(operation, deadline=limit + 2) for operation in walk.readable()]
    finally:
        context.gateway.faults.off(case=launch.case)
    outcome.answers += answered
    for each in answered:
        judge_answer(context, outcome, each, held=0)
    for operation in walk.readable():
        after = walk.read(operation)
        if after.answer.error or after.answer.status >= 500:
            outcome.answers.append(after)
            outcome.add("部门恢复之后仍打不开", "it still does not open after the department has recovered")
    outcome.calls = context.gateway.diary.of_case(launch.case)
    return outcome


def begin(context: Context, trait: str = "entitled", language: str = "zh-hans") -> Outcome:
    """Send somebody in while all is well; a fault is noted when the app does not even let them in."""
    walk = enter(context, trait, language)
    outcome = Outcome(walk, answers=walk.evidence_of_entering() if not walk.ready else [])
    if not walk.ready:
        outcome.add("申请人进不了应用", "the applicant could not get in")
    return outcome


def judge_answer(context: Context, outcome: Outcome, first: Exchange, *, held: int) -> None:
    """Judge what the applicant was told while a department was in trouble: in time, clear, and true."""
    answer = first.answer
    limit = context.threshold("answer_seconds")
    if answer.error or answer.seconds > limit:
        outcome.add(f"申请人等了 {limit:.0f} 秒没有得到答复", f"the applicant had no answer within {limit:.0f} seconds")
        return
    if answer.status >= 500 and answer.status != 503:
        outcome.add(
            f"申请人得到 {answer.status}，没有说清发生了什么",
            f"the applicant got {answer.status} without a word on what happened",
        )
        return
    problem = unclear(context, first)
    if problem:
        outcome.faults.append(problem)
    if 200 <= answer.status < 300 and state_in(first) == "received" and not held:
        outcome.add(
            "部门还没有收到，应用却说已收到", "the app said that the department has it when the department has not"
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
    arrived = diary.submissions(case)
    if not arrived:
        outcome.add(
            f"部门恢复 {seconds:.0f} 秒后仍没有收到：申请丢了",
            f"{seconds:.0f} seconds after recovery the department has nothing: it was lost",
        )
    elif len(arrived) > 1:
        outcome.add(f"部门收到了 {len(arrived)} 件，应为 1 件", f"the department received {len(arrived)}, not one")
    else:
        outcome.faults += _distorted(outcome.walk.body(), arrived[0])
    if reference and len(arrived) == 1:
        status = _told_received(outcome.walk, reference, until=time.monotonic() + seconds)
        if status is not None:
            outcome.answers.append(status)
            outcome.add("部门已收到，应用的进度却没有更新", "the department has it, but the app still does not say so")


def _distorted(typed: dict[str, Any], arrived: Call) -> Iterator[Text]:
    """Yield the fields whose value at the department is not what the applicant typed under the same name."""
    got = arrived.body if isinstance(arrived.body, dict) else {}
    for name, value in typed.items():
        if name in got and got[name] != value:
            yield text(
                f"部门收到的 {name} 不是申请人填的", f"the department received another {name} than the applicant gave"
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
    proof = [each for outcome in outcomes if outcome.faults for each in outcome.evidence()]
    if not faults:
        return Finding(PASSED, text(zh, en), evidence=[])
    first = text(
        "；".join(dict.fromkeys(f["zh"] for f in faults)) + "。",
        "; ".join(dict.fromkeys(f["en"] for f in faults)).capitalize() + ".",
    )
    return Finding(FAILED, first, evidence=proof[:12])
