"""Check fault.lying."""

from __future__ import annotations

from .. import disturbance
from ..clarity import unclear
from ..context import Context
from ..departments.faults import LYING, Fault
from ..model import Check, Finding, text
from ..submission import Walk, reference_in, state_in


def _trouble(context: Context) -> disturbance.Outcome:
    """Enter and submit while departments take the applicant for somebody else, and again when they know better."""
    launch = context.launch()
    session, entered = context.open_session(launch)
    walk = Walk(context, launch, session, entered, [])
    outcome = disturbance.Outcome(walk, answers=[entered] if entered else [])
    if not walk.ready:
        outcome.add("申请人进不了应用", "the applicant could not get in")
        return outcome
    context.gateway.faults.on(Fault(LYING), case=launch.case)
    answered = [*(walk.read(operation) for operation in walk.readable()), walk.submit()]
    context.gateway.faults.off(case=launch.case)
    outcome.answers += answered
    held = len(context.gateway.diary.submissions(launch.case))
    for each in answered:
        disturbance.judge_answer(context, outcome, each, held=held)
        problem = unclear(context, each)
        if problem and problem not in outcome.faults:
            outcome.faults.append(problem)
    if not held:
        again = walk.submit()
        outcome.answers.append(again)
        if state_in(again) != "received" and not 200 <= again.answer.status < 300:
            outcome.add(
                "部门更正之后，申请人仍提交不了：应用还在用错的信息",
                "after the department corrected itself the applicant still can't submit: the app keeps what was wrong",
            )
            outcome.calls = [call for call in context.gateway.diary.of_case(launch.case) if call.submission]
            return outcome
        disturbance.judge_delivery(context, outcome, reference_in(again))
    return outcome


def run(context: Context) -> Finding:
    """Let departments speak of somebody else for a while."""
    return disturbance.finding(
        [_trouble(context)],
        "部门认错人时应用没有出错；部门更正之后申请恰好送达一件。",
        "The app survived departments that took the applicant for somebody else, and delivered once they knew better.",
    )


CHECK = Check(
    id="fault.lying",
    group="fault",
    title=text("部门给错信息也能办成", "Survives wrong answers"),
    proves=text(
        "部门把申请人认成别人时，应用不出错、不说假话；部门更正之后，同一申请人不用重来就能办成，恰好一件。",
        (
            "While departments take the applicant for somebody else the app neither breaks nor says what is not so; "
            "afterwards the same applicant gets it done without starting again, exactly once."
        ),
    ),
    remedy=text(
        "部门不予收件之后，丢掉缓存的登记信息，下次提交前重新查询。",
        "After a refusal forget what you kept of the registers, and look it up again before the next attempt.",
    ),
    mandatory_by_default=False,
    default_weight=5,
    run=run,
    place=85,
    together=True,
)
