"""Check conduct.no_crash."""

from __future__ import annotations

from .. import evidence
from ..conduct import observe
from ..context import Context
from ..model import FAILED, PASSED, Check, Finding, text


def run(context: Context) -> Finding:
    """Look whether the app still runs and never ended by itself."""
    seen = observe(context)
    exits, memory = seen.number("exits"), bool(seen.told.get("out_of_memory"))
    measurements = {"exits": float(exits)}
    if seen.told.get("running") and not exits and not memory:
        return Finding(PASSED, text("应用没有崩溃过。", "The app never crashed."), measurements)
    why = text("内存用尽", "it ran out of memory") if memory else text("自己退出", "it ended by itself")
    summary = text(f"应用在测试中停止运行：{why['zh']}。", f"The app stopped during the test: {why['en']}.")
    tail = str(seen.told.get("log", "")).splitlines()[-20:]
    return Finding(FAILED, summary, measurements, [evidence.lines("最后的日志", "The end of its log", tail)])


CHECK = Check(
    id="conduct.no_crash",
    group="conduct",
    title=text("不崩溃", "Does not crash"),
    proves=text(
        "整个测试中应用没有自己退出，也没有用尽内存。",
        "Through the whole test the app never ended by itself nor ran out of memory.",
    ),
    remedy=text(
        "看证据中最后的日志；捕获处理请求时的异常，限制内存。",
        "See the end of the log in the evidence; catch what goes wrong in a request, and bound memory.",
    ),
    mandatory_by_default=True,
    default_weight=0,
    run=run,
    place=10,
    looks_back=True,
)
