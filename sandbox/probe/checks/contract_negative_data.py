"""Check contract.negative_data."""

from __future__ import annotations

from typing import Any

from .. import campaign, evidence
from ..context import Context
from ..model import ADVISORY, FAILED, PASSED, Check, Finding, text

_ID = "contract.negative_data"


def run(context: Context) -> Finding:
    """Look for generated bad input that was taken; it counts only where the order gives it a duty or weight."""
    sent = [each for each in campaign.run(context) if each.kind == campaign.INVALID]
    taken = [each for each in sent if each.accepted]
    measurements = {"requests": float(len(sent)), "accepted": float(len(taken))}
    if not taken:
        summary = text(
            f"{len(sent)} 次自动生成的错误输入，没有一次被接受。",
            f"None of {len(sent)} generated bad requests was taken.",
        )
        return Finding(PASSED, summary, measurements)
    own: dict[str, Any] = next((each for each in context.plan["checks"] if each["id"] == _ID), {})
    outcome = FAILED if own.get("mandatory") or own.get("weight") else ADVISORY
    names = sorted({each.operation.id for each in taken})
    summary = text(
        f"{len(sent)} 次自动生成的错误输入中有 {len(taken)} 次被接受（{'、'.join(names)}）。",
        f"{len(taken)} of {len(sent)} generated bad requests were taken ({', '.join(names)}).",
    )
    proof = [evidence.exchange(f"{e.operation.id} 接受了", f"{e.operation.id} took it", e.exchange) for e in taken[:5]]
    return Finding(outcome, summary, measurements, proof)


CHECK = Check(
    id=_ID,
    group="contract",
    title=text("自动生成的错误输入", "Generated bad input"),
    proves=text(
        "不符合契约的自动生成请求不被接受；除非订单另有规定，仅供参考。",
        "Generated requests that break the contract are not taken; advisory unless the order says otherwise.",
    ),
    remedy=text(
        "对照证据中的请求和契约，看是应用校验太松，还是契约写得太严。",
        "Compare the request in the evidence with the contract: either the app is too lax or the contract too strict.",
    ),
    mandatory_by_default=False,
    default_weight=0,
    run=run,
    place=35,
)
