"""Check load.p95."""

from __future__ import annotations

from .. import evidence
from ..context import Context
from ..load import measure
from ..model import FAILED, PASSED, Check, Finding, text


def run(context: Context) -> Finding:
    """Score the 95th percentile in two wide bands, so that a noisy machine changes little."""
    measured = measure(context)
    limit = context.threshold("p95_ms")
    p95 = measured.percentile(0.95)
    share = 1.0 if p95 <= limit / 2 else 0.5 if p95 <= limit else 0.0
    measurements = {"p95_ms": round(p95, 1), "p50_ms": round(measured.percentile(0.5), 1), "limit_ms": limit}
    measurements |= {"requests": float(len(measured.seconds)), "share": share}
    summary = text(
        f"95% 的请求快于 {p95:.0f} 毫秒，上限 {limit:.0f} 毫秒。",
        f"95% of requests took less than {p95:.0f} ms; the limit is {limit:.0f} ms.",
    )
    proof = [evidence.lines("各接口的响应时间", "Response time of each operation", measured.slowest())]
    return Finding(PASSED if share else FAILED, summary, measurements, proof)


CHECK = Check(
    id="load.p95",
    group="load",
    title=text("高峰时响应时间", "Response time under load"),
    proves=text(
        "在订单规定的请求速率下，95% 的请求快于订单的上限；快一倍得满分，在上限之内得一半分。",
        (
            "At the order's rate, 95% of requests are faster than its "
            "limit: full points at half the limit, half of them up to it."
        ),
    ),
    remedy=text(
        "看证据中最慢的接口；复用到部门接口的连接，去掉逐条查询和固定等待。",
        (
            "See the slowest operations in the evidence. Reuse connections "
            "to departments; avoid queries in a loop and fixed waits."
        ),
    ),
    mandatory_by_default=False,
    default_weight=30,
    place=10,
    run=run,
    digestible=False,
)
