"""Check fault.malformed."""

from __future__ import annotations

from .. import disturbance
from ..context import Context
from ..departments.faults import MALFORMED, MISSHAPEN, WRONG_TYPE, Fault
from ..model import Check, Finding, text


def run(context: Context) -> Finding:
    """Submit and open the form while departments answer with what is not what they promise."""
    troubles = [
        *(disturbance.submitting(Fault(kind)) for kind in (MALFORMED, MISSHAPEN, WRONG_TYPE)),
        *(disturbance.asking(Fault(kind)) for kind in (MALFORMED, MISSHAPEN, WRONG_TYPE)),
    ]
    return disturbance.finding(
        disturbance.at_once(context, troubles),
        "部门应答不成样子时，申请没有丢，答复说得清。",
        "Nothing was lost while departments answered nonsense, and the answers were clear.",
    )


CHECK = Check(
    id="fault.malformed",
    group="fault",
    title=text("部门应答不合规范时不出错", "Survives malformed answers"),
    proves=text(
        "部门的应答不是 JSON、字段不对或是一张网页时，应用给出说得清的答复，部门恰好收到一件。",
        "When a department's answer is no JSON, misshapen or a web page: a clear answer, and exactly one arrives.",
    ),
    remedy=text(
        "按接口规范校验部门的应答；校验不过就当作“没有得到答复”，稍后重试。",
        "Validate what departments answer against their interface; what does not fit counts as no answer: retry later.",
    ),
    mandatory_by_default=True,
    default_weight=5,
    run=run,
    place=40,
    together=True,
)
