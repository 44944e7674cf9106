"""Check conduct.processes."""

from __future__ import annotations

from ..conduct import observe
from ..context import Context
from ..model import FAILED, PASSED, SKIPPED, Check, Finding, text

MOST = 128
_COMFORTABLE = 0.6


def run(context: Context) -> Finding:
    """Score the most processes and threads at once in two wide bands."""
    count = observe(context).number("processes")
    if not count:
        return Finding(SKIPPED, text("引擎没有给出进程数。", "The engine gave no number of processes."))
    share = 1.0 if count <= MOST * _COMFORTABLE else 0.5 if count < MOST else 0.0
    summary = text(f"最多 {count} 个进程和线程，上限 {MOST}。", f"At most {count} processes and threads of {MOST}.")
    return Finding(PASSED if share else FAILED, summary, {"processes": float(count), "share": share})


CHECK = Check(
    id="conduct.processes",
    group="conduct",
    title=text("进程数量", "Number of processes"),
    proves=text(
        "进程和线程的数量在上限之内，并留有余地。",
        "Processes and threads stay within the limit, with room to spare.",
    ),
    remedy=text(
        "限制线程池和工作进程的数量；用完的子进程要回收。",
        "Bound pools and workers; reap child processes that have ended.",
    ),
    mandatory_by_default=False,
    default_weight=3,
    run=run,
    digestible=False,
    place=30,
    looks_back=True,
)
