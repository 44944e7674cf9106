"""Check fault.truncated."""

from __future__ import annotations

from .. import disturbance
from ..context import Context
from ..departments.faults import TRUNCATED, Fault
from ..model import Check, Finding, text


def run(context: Context) -> Finding:
    """Submit and open the form while departments stop in the middle of their answers."""
    troubles = [
        disturbance.submitting(Fault(TRUNCATED)),
        disturbance.asking(Fault(TRUNCATED)),
    ]
    return disturbance.finding(
        disturbance.at_once(context, troubles),
        "部门的应答只到一半时，申请没有丢，答复说得清。",
        "Nothing was lost when answers broke off half-way, and the applicant was told clearly.",
    )


CHECK = Check(
    id="fault.truncated",
    group="fault",
    title=text("应答不完整时不丢件", "Survives answers cut short"),
    proves=text(
        "部门应答到一半断开时，应用不把半截内容当真，恢复后部门恰好收到一件。",
        "When a department's answer stops half-way the app does not believe the half, and exactly one arrives.",
    ),
    remedy=text(
        "按 Content-Length 读完应答；没有读完就当作没有得到答复，带同一个 Idempotency-Key 重试。",
        "Read answers to their announced end; what is cut short counts as no answer: retry with the same key.",
    ),
    mandatory_by_default=True,
    default_weight=5,
    run=run,
    place=50,
    together=True,
)
