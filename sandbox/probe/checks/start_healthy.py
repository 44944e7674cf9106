"""Check start.healthy."""

from __future__ import annotations

from ..model import Check, text

CHECK = Check(
    id="start.healthy",
    group="start",
    title=text("能按时启动", "Starts in time"),
    proves=text(
        "应用在限定时间内在 PORT 端口应答健康检查。",
        "The app answers its health check on PORT within the time allowed.",
    ),
    remedy=text(
        "监听 0.0.0.0 或 127.0.0.1 上环境变量 PORT 指定的端口,健康检查返回 200;启动时不要访问外部网络,也不要写 /tmp 以外的目录。",
        "Listen on the port named by PORT, answer the health path with 200, reach for no network at start and write nowhere but /tmp.",
    ),
    mandatory_by_default=True,
    default_weight=0,
)
