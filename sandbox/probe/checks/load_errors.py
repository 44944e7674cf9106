"""Check load.errors."""

from __future__ import annotations

from ..model import Check, text

CHECK = Check(
    id="load.errors",
    group="load",
    title=text("高峰时不出错", "No errors under load"),
    proves=text(
        "在订单规定的请求速率下没有失败的请求。",
        "No request fails at the order's rate.",
    ),
    remedy=text(
        "看证据中的失败请求;检查线程、连接和队列的上限。",
        "See the failed requests in the evidence. Check the limits of threads, connections and queues.",
    ),
    mandatory_by_default=False,
    default_weight=10,
    digestible=False,
)
