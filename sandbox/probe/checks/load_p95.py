"""Check load.p95."""

from __future__ import annotations

from ..model import Check, text

CHECK = Check(
    id="load.p95",
    group="load",
    title=text("高峰时响应时间", "Response time under load"),
    proves=text(
        "在订单规定的请求速率下,95% 的请求快于订单的上限;快一倍得满分,在上限之内得一半分。",
        "At the order's rate, 95% of requests are faster than its limit: full points at half the limit, half of them up to it.",
    ),
    remedy=text(
        "看证据中最慢的接口;复用到部门接口的连接,去掉逐条查询和固定等待。",
        "See the slowest operations in the evidence. Reuse connections to departments; avoid queries in a loop and fixed waits.",
    ),
    mandatory_by_default=False,
    default_weight=30,
    digestible=False,
)
