"""Check fault.exactly_once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from .. import disturbance
from ..context import Context
from ..departments.faults import ERROR_AFTER, SLOW_AFTER, Fault
from ..model import Check, Finding, text
from ..submission import reference_in

SECONDS = 4.0
PRESSES = 3


def run(context: Context) -> Finding:
    """Lose the department's answer twice over, and press the button several times at once."""
    troubles = [
        disturbance.submitting(Fault(ERROR_AFTER, submissions_only=True)),
        disturbance.submitting(Fault(SLOW_AFTER, SECONDS, submissions_only=True)),
        _press_often,
    ]
    return disturbance.finding(
        disturbance.at_once(context, troubles),
        "答复丢失、连点提交之后，部门都只收到一件。",
        "After lost answers and repeated presses the department has exactly one each time.",
    )


def _press_often(context: Context) -> disturbance.Outcome:
    outcome = disturbance.begin(context)
    if outcome.faults:
        return outcome
    with ThreadPoolExecutor(PRESSES) as pool:
        outcome.answers = list(pool.map(lambda _: outcome.walk.submit(), range(PRESSES)))
    references = {reference_in(each) for each in outcome.answers if 200 <= each.answer.status < 300}
    if len(references) > 1:
        outcome.add("连点提交得到了不同的回执", "pressing twice gave different receipts")
    if not references:
        outcome.add("连点提交，没有一次成功", "of several presses none succeeded")
    disturbance.judge_delivery(context, outcome, next(iter(references), ""))
    return outcome


CHECK = Check(
    id="fault.exactly_once",
    group="fault",
    title=text("部门只收到一件", "Exactly one submission"),
    proves=text(
        "部门收下了却没来得及应答、申请人连点两次提交，部门都只收到一件申请。",
        (
            "Whether the department took the application but its answer was lost,"
            " or the applicant pressed twice, the department has exactly one."
        ),
    ),
    remedy=text(
        "同一件办件的每次重试都带同一个 Idempotency-Key；同一会话的提交在应用内排队，第二次返回同一回执。",
        (
            "Send the same Idempotency-Key with every retry of one case; let submissions "
            "of one session queue in the app, and give the second the same receipt."
        ),
    ),
    mandatory_by_default=True,
    default_weight=10,
    always_mandatory=True,
    place=90,
    run=run,
)
