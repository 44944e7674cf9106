"""Check fault.recover."""

from __future__ import annotations

import time

from .. import disturbance
from ..context import Context
from ..departments.faults import ERROR_BEFORE, RESET, Fault
from ..model import Check, Finding, text
from ..submission import reference_in

_SECONDS_EACH = 1.2


def _trouble(context: Context) -> disturbance.Outcome:
    """Submit during an outage that changes its face; the applicant leaves and does not come back."""
    outcome = disturbance.begin(context)
    if outcome.faults:
        return outcome
    walk, case = outcome.walk, outcome.walk.launch.case
    faults = context.gateway.faults
    faults.on(Fault(ERROR_BEFORE), case=case)
    first = walk.submit(deadline=context.threshold("answer_seconds") + 2)
    outcome.answers.append(first)
    time.sleep(_SECONDS_EACH)
    faults.on(Fault(RESET), case=case)
    time.sleep(_SECONDS_EACH)
    faults.off(case=case)
    if not 200 <= first.answer.status < 300:
        outcome.add(
            "部门出故障时应用没有收下申请，申请人必须自己回来再办",
            "while the department was down the app did not take the application: the applicant must come back",
        )
        return outcome
    disturbance.judge_delivery(context, outcome, reference_in(first))
    return outcome


def run(context: Context) -> Finding:
    """Let a department fail for a while in two ways, with nobody there to press the button again."""
    return disturbance.finding(
        [_trouble(context)],
        "申请人离开之后，部门一恢复就恰好收到一件。",
        "With the applicant gone, exactly one arrived as soon as the department had recovered.",
    )


CHECK = Check(
    id="fault.recover",
    group="fault",
    title=text("部门恢复后自动送达", "Delivers by itself after recovery"),
    proves=text(
        "部门反复故障期间提交的申请，在部门恢复后由应用自己送达，恰好一件，不用申请人再来。",
        "What was submitted while a department kept failing arrives once after recovery, without the applicant.",
    ),
    remedy=text(
        "收下申请先保存并回答 202，再由后台任务每隔一两秒带同一个 Idempotency-Key 重试，直到部门确认。",
        "Save what was submitted, answer 202, and let a background task retry every second or two with the same key.",
    ),
    mandatory_by_default=False,
    default_weight=10,
    run=run,
    place=80,
    together=True,
)
