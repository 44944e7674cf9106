"""Check conduct.log_volume."""

from __future__ import annotations

from ..conduct import observe
from ..context import Context
from ..model import FAILED, PASSED, Check, Finding, text

_KIB = 1024
FULL_KIB = 1024
HALF_KIB = 4096


def run(context: Context) -> Finding:
    """Score the size of the log in two wide bands."""
    size = observe(context).number("log_bytes") / _KIB
    share = 1.0 if size <= FULL_KIB else 0.5 if size <= HALF_KIB else 0.0
    summary = text(f"日志共 {size:.0f} KiB。", f"The log has {size:.0f} KiB.")
    return Finding(PASSED if share else FAILED, summary, {"log_kib": round(size, 1), "share": share})


CHECK = Check(
    id="conduct.log_volume",
    group="conduct",
    title=text("日志量", "Size of the log"),
    proves=text(
        "整个测试的日志不到 1 MiB 得满分，不到 4 MiB 得一半分。",
        "Full points for a log below 1 MiB over the whole test, half below 4 MiB.",
    ),
    remedy=text(
        "只记需要有人看的事；不要把每个请求和堆栈都写进日志。",
        "Log what somebody should look at, not each request with its trace.",
    ),
    mandatory_by_default=False,
    default_weight=2,
    run=run,
    digestible=False,
    place=40,
    looks_back=True,
)
