"""Check duty.data_minimum."""

from __future__ import annotations

from collections import Counter

from .. import evidence
from ..context import Context
from ..model import ADVISORY, PASSED, Check, Finding, text


def run(context: Context) -> Finding:
    """Compare the scopes that were declared with those that were used; what was used is kept as measurements."""
    used = Counter(scope for call in context.gateway.diary.calls() if call.operation for scope in call.scopes)
    declared = list(context.manifest.get("scopes", []))
    idle = sorted(scope for scope in declared if scope not in used)
    measurements = {f"scope.{scope}": 1.0 for scope in sorted(used)} | {"declared": float(len(declared))}
    measurements["unused"] = float(len(idle))
    if not idle:
        summary = text(
            f"申报的 {len(declared)} 个数据范围都用到了。", f"All {len(declared)} scopes that were declared were used."
        )
        return Finding(PASSED, summary, measurements)
    summary = text(
        f"申报了却没有用到：{'、'.join(idle)}。用不到的数据不要申报。",
        f"Declared but never used: {', '.join(idle)}. Do not declare data that you do not need.",
    )
    return Finding(ADVISORY, summary, measurements, [evidence.lines("没有用到的数据范围", "Scopes never used", idle)])


CHECK = Check(
    id="duty.data_minimum",
    group="duty",
    title=text("只申报用得到的数据", "Declares only the data it uses"),
    proves=text(
        "申报的每个数据范围在测试中都用到过；用到的范围写进隐私标签。",
        "Every scope that was declared was used in the test; what was used goes into the privacy label.",
    ),
    remedy=text(
        "从清单里去掉没有用到的数据范围；申报得少，申请人更放心。",
        "Remove the scopes that were not used from the manifest: people trust apps that ask for less.",
    ),
    mandatory_by_default=False,
    default_weight=0,
    run=run,
    place=60,
    looks_back=True,
)
