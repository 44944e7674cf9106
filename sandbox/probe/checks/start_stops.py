"""Check start.stops."""

from __future__ import annotations

from .. import evidence
from ..context import Context
from ..model import FAILED, PASSED, Check, Finding, text

ALLOWED_SECONDS = 10


def run(context: Context) -> Finding:
    """Let the engine send SIGTERM, wait, and start the app again."""
    told = context.want("app_signal_term", {"seconds": ALLOWED_SECONDS})
    seconds = float(told.get("seconds") or 0)
    measurements = {"seconds": round(seconds, 2)}
    if not told.get("stopped") or seconds > ALLOWED_SECONDS:
        summary = text(
            f"收到 SIGTERM 后 {ALLOWED_SECONDS} 秒仍在运行。", f"Still running {ALLOWED_SECONDS} seconds after SIGTERM."
        )
        return Finding(FAILED, summary, measurements)
    context.want("app_start", {})
    exchange = context.wait_healthy(context.threshold("startup_seconds"))
    if exchange.answer.status != 200:
        proof = [evidence.exchange("再次启动后的健康检查", "The health check after starting again", exchange)]
        return Finding(
            FAILED, text("停止后不能再次启动。", "It does not start again after stopping."), measurements, proof
        )
    return Finding(
        PASSED,
        text("收到 SIGTERM 后按时退出，并能再次启动。", "It ends in time on SIGTERM and starts again."),
        measurements,
    )


CHECK = Check(
    id="start.stops",
    group="start",
    title=text("收到 SIGTERM 能停止", "Stops on SIGTERM"),
    proves=text(
        "应用收到 SIGTERM 后 10 秒内自行退出，并能再次启动。",
        "The app ends by itself within 10 seconds of SIGTERM and starts again.",
    ),
    remedy=text(
        "处理 SIGTERM：停止接收新请求，做完手上的请求后退出。用 exec 形式的 ENTRYPOINT，让信号到达您的进程。",
        (
            "Handle SIGTERM: take no new requests, finish those in hand, exit. Use "
            "the exec form of ENTRYPOINT so that the signal reaches your process."
        ),
    ),
    mandatory_by_default=True,
    default_weight=0,
    at_end=True,
    run=run,
)
