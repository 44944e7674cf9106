"""Check fault.error500."""

from __future__ import annotations

from .. import disturbance
from ..context import Context
from ..departments.faults import ERROR_BEFORE, Fault
from ..model import Check, Finding, text


def run(context: Context) -> Finding:
    """Submit while departments answer 500 to everything."""
    failing = Fault(ERROR_BEFORE)
    return disturbance.finding(
        disturbance.at_once(context, [disturbance.submitting(failing), disturbance.asking(failing)]),
        "部门报错时申请没有丢，答复也说得清。",
        "Nothing was lost while the department failed, and the answer was clear.",
    )


CHECK = Check(
    id="fault.error500",
    group="fault",
    title=text("部门系统报错时不丢件", "Nothing lost when a department fails"),
    proves=text(
        "部门返回 500 时，应用给出说得清的答复，恢复后部门收到这件申请。",
        (
            "While a department answers 500 the applicant gets a clear answer,"
            " and the department has the application after it recovers."
        ),
    ),
    remedy=text(
        "把 5xx 和断线当作“还没有送达”：保存，稍后带同一个 Idempotency-Key 重试。",
        "Treat 5xx and broken connections as not delivered yet: save, and retry later with the same Idempotency-Key.",
    ),
    mandatory_by_default=True,
    default_weight=10,
    place=20,
    together=True,
    run=run,
)
