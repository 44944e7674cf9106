"""Check fault.slow."""

from __future__ import annotations

from .. import disturbance
from ..context import Context
from ..departments.faults import SLOW_BEFORE, Fault
from ..model import Check, Finding, text

SECONDS = 5.0


def run(context: Context) -> Finding:
    """Submit while departments keep everybody waiting and drop those who hang up."""
    slow = Fault(SLOW_BEFORE, SECONDS)
    return disturbance.finding(
        disturbance.at_once(context, [disturbance.submitting(slow), disturbance.asking(slow)]),
        "部门慢时申请没有丢，答复也说得清。",
        "Nothing was lost while the department was slow, and the answer was clear.",
    )


CHECK = Check(
    id="fault.slow",
    group="fault",
    title=text("部门系统慢时不丢件", "Nothing lost when a department is slow"),
    proves=text(
        "部门迟迟不应答时，应用及时给申请人一个说得清的答复，恢复后部门收到这件申请。",
        (
            "While a department is slow the applicant gets a clear answer in "
            "time, and the department has the application after it recovers."
        ),
    ),
    remedy=text(
        (
            "部门没有确认之前不要说已提交成功：先把申请保存下来，回答 202（正在送达），"
            "在后台带同一个 Idempotency-Key 重试，直到部门确认。"
        ),
        (
            "Never say it is done before the department has confirmed: save the application,"
            " answer 202, and retry in the background with the same Idempotency-Key."
        ),
    ),
    mandatory_by_default=True,
    default_weight=10,
    place=10,
    run=run,
)
