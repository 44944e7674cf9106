"""Check fault.reset."""

from __future__ import annotations

from .. import disturbance
from ..context import Context
from ..departments.faults import RESET, RESET_AFTER, Fault
from ..model import Check, Finding, text


def run(context: Context) -> Finding:
    """Submit and open the form while departments break the connection, before and after taking it."""
    troubles = [
        disturbance.submitting(Fault(RESET)),
        disturbance.submitting(Fault(RESET_AFTER)),
        disturbance.asking(Fault(RESET)),
    ]
    return disturbance.finding(
        disturbance.at_once(context, troubles),
        "连接被部门断开时申请没有丢，也没有重复，答复说得清。",
        "Nothing was lost or doubled when departments broke the connection, and the answers were clear.",
    )


CHECK = Check(
    id="fault.reset",
    group="fault",
    title=text("连接中断时不丢件", "Nothing lost when a connection breaks"),
    proves=text(
        "部门在收下之前或之后断开连接，应用都给出说得清的答复，恢复后部门恰好收到一件。",
        "Whether a department breaks the connection before or after taking it: a clear answer, exactly one arrives.",
    ),
    remedy=text(
        "断线不等于没有收到：保存申请，带同一个 Idempotency-Key 重试；捕获连接错误，不要让它变成 500。",
        "A broken connection does not mean that nothing arrived: save, retry with the same key, and catch the error.",
    ),
    mandatory_by_default=True,
    default_weight=5,
    run=run,
    place=30,
    together=True,
)
