"""Check load.memory."""

from __future__ import annotations

from ..context import Context
from ..model import FAILED, PASSED, SKIPPED, Check, Finding, text

_MIB = 1024 * 1024
_COMFORTABLE = 0.75


def run(context: Context) -> Finding:
    """Ask the engine for the peak so far, after the load, and score it in two wide bands."""
    peak = float(context.want("memory", {}).get("peak_bytes") or 0) / _MIB
    limit = context.threshold("memory_mb")
    if not peak:
        return Finding(SKIPPED, text("引擎没有给出内存数字。", "The engine gave no figures of memory."))
    share = 1.0 if peak <= limit * _COMFORTABLE else 0.5 if peak <= limit else 0.0
    measurements = {"peak_mb": round(peak, 1), "limit_mb": limit, "share": share}
    summary = text(
        f"内存最多用到 {peak:.0f} MiB，上限 {limit:.0f} MiB。",
        f"At most {peak:.0f} MiB of memory; the limit is {limit:.0f}.",
    )
    return Finding(PASSED if share else FAILED, summary, measurements)


CHECK = Check(
    id="load.memory",
    group="load",
    title=text("内存用量", "Memory"),
    proves=text(
        "整个测试中内存峰值不超过订单的上限；不到四分之三得满分，在上限之内得一半分。",
        "Peak memory over the test stays within the order's limit: full points below three quarters, half up to it.",
    ),
    remedy=text(
        "限制缓存和并发；大文件分块处理，不要整个读进内存。",
        "Bound caches and concurrency; handle large things in pieces instead of reading them whole.",
    ),
    mandatory_by_default=False,
    default_weight=5,
    run=run,
    digestible=False,
    place=30,
)
