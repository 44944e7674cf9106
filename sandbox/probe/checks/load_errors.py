"""Check load.errors."""

from __future__ import annotations

from .. import evidence
from ..context import Context
from ..load import measure
from ..model import FAILED, PASSED, Check, Finding, text


def run(context: Context) -> Finding:
    """Count the failed requests of the measurement."""
    measured = measure(context)
    failed, total = len(measured.failed), len(measured.seconds)
    measurements = {"requests": float(total), "failed": float(failed)}
    if total and not failed:
        return Finding(PASSED, text(f"{total} 次请求没有失败。", f"None of {total} requests failed."), measurements)
    summary = text(f"{total} 次请求中有 {failed} 次失败。", f"{failed} of {total} requests failed.")
    proof = [evidence.exchange("失败的请求", "A failed request", each) for each in measured.failed[:3]]
    return Finding(FAILED, summary, measurements, proof)


CHECK = Check(
    id="load.errors",
    group="load",
    title=text("高峰时不出错", "No errors under load"),
    proves=text(
        "在订单规定的请求速率下没有失败的请求。",
        "No request fails at the order's rate.",
    ),
    remedy=text(
        "看证据中的失败请求；检查线程、连接和队列的上限。",
        "See the failed requests in the evidence. Check the limits of threads, connections and queues.",
    ),
    mandatory_by_default=False,
    default_weight=10,
    place=20,
    run=run,
    digestible=False,
)
