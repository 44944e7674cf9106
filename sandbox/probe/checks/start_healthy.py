"""Check start.healthy."""

from __future__ import annotations

from .. import evidence
from ..context import Context
from ..model import FAILED, Check, Finding, passed, text


def run(context: Context) -> Finding:
    """Ask the health path until it answers or time is up."""
    seconds = context.threshold("startup_seconds")
    exchange = context.wait_healthy(seconds)
    if exchange.answer.status == 200:
        return passed("应用已启动并应答健康检查。", "The app started and answers its health check.")
    trouble = evidence.TROUBLE.get(exchange.answer.error)
    zh = trouble["zh"] if trouble else f"应答 {exchange.answer.status}"
    en = trouble["en"] if trouble else f"it answered {exchange.answer.status}"
    summary = text(f"{seconds:.0f} 秒内没有通过健康检查：{zh}。", f"Not healthy within {seconds:.0f} seconds: {en}.")
    return Finding(FAILED, summary, evidence=[evidence.exchange("最后一次健康检查", "The last health check", exchange)])


CHECK = Check(
    id="start.healthy",
    group="start",
    title=text("能按时启动", "Starts in time"),
    proves=text(
        "应用在限定时间内在 PORT 端口应答健康检查。",
        "The app answers its health check on PORT within the time allowed.",
    ),
    remedy=text(
        (
            "监听 0.0.0.0 或 127.0.0.1 上环境变量 PORT 指定的端口，"
            "健康检查返回 200；启动时不要访问外部网络，也不要写 /tmp 以外的目录。"
        ),
        (
            "Listen on the port named by PORT, answer the health path with "
            "200, reach for no network at start and write nowhere but /tmp."
        ),
    ),
    mandatory_by_default=True,
    default_weight=0,
    always_mandatory=True,
    place=0,
    run=run,
)
