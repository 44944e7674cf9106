"""Check start.stops."""

from __future__ import annotations

from ..model import Check, text

CHECK = Check(
    id="start.stops",
    group="start",
    title=text("收到 SIGTERM 能停止", "Stops on SIGTERM"),
    proves=text(
        "应用收到 SIGTERM 后 10 秒内自行退出,并能再次启动。",
        "The app ends by itself within 10 seconds of SIGTERM and starts again.",
    ),
    remedy=text(
        "处理 SIGTERM:停止接收新请求,做完手上的请求后退出。用 exec 形式的 ENTRYPOINT,让信号到达您的进程。",
        "Handle SIGTERM: take no new requests, finish those in hand, exit. Use the exec form of ENTRYPOINT so that the signal reaches your process.",
    ),
    mandatory_by_default=True,
    default_weight=0,
)
