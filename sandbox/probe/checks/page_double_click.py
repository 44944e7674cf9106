"""Check page.double_click."""

from __future__ import annotations

import re
import time

from .. import evidence
from ..context import Context
from ..model import ERROR, FAILED, PASSED, SKIPPED, Check, Finding, Text, text

_PAGES = (("receipt", "回执", "Receipt"), ("again", "返回再提交之后", "After going back and submitting"))
_SETTLE_SECONDS = 1.0
_POLL_SECONDS = 0.1
_NUMBER = re.compile(r"(?<![0-9A-Za-z-])(?=[0-9A-Za-z-]{8,})(?=(?:[^0-9]*[0-9]){4})[0-9A-Za-z-]+")
_NO_RECEIPT = re.compile(r"1[0-9]{10}|[0-9]{4}-[0-9]{2}-[0-9]{2}.*")


def run(context: Context) -> Finding:
    """Count what the department took from the citizen who pressed every button twice, and compare the receipts."""
    said, cases = context.shared.get("pages_said"), context.shared.get("double_click_cases", [])
    if said is None:
        return Finding(ERROR, text("浏览器没能完成检查。", "The browser could not do this check."))
    if not cases:
        return Finding(SKIPPED, text("没有打开过页面。", "No page was opened."))
    until = time.monotonic() + context.threshold("recovery_seconds")
    diary = context.gateway.diary
    while not any(diary.submissions(case) for case in cases) and time.monotonic() < until and "receipt" in said:
        time.sleep(_POLL_SECONDS)
    time.sleep(_SETTLE_SECONDS)
    counts = [len(diary.submissions(case)) for case in cases]
    calls = [call for case in cases for call in diary.of_case(case) if call.submission]
    faults = [*_counted(counts, said), *_receipts(said)]
    proof = [evidence.department_calls(calls)]
    proof += [evidence.lines(zh, en, [str(said[key])]) for key, zh, en in _PAGES if key in said]
    measured = {"submissions": float(max(counts))}
    if not faults:
        summary = text(
            "每个按钮都连点两次，提交后又返回再提交：部门只收到一件，回执不变。",
            "Every button clicked twice, and once more after going back: the department has one, the receipt stays.",
        )
        return Finding(PASSED, summary, measured, proof)
    summary = text("；".join(f["zh"] for f in faults) + "。", "; ".join(f["en"] for f in faults) + ".")
    return Finding(FAILED, summary, measured, proof)


def _counted(counts: list[int], said: dict[str, str]) -> list[Text]:
    if max(counts) > 1:
        return [text(f"部门收到了 {max(counts)} 件，应为 1 件", f"The department received {max(counts)}, not one")]
    if max(counts) == 1:
        return []
    zh, en = said.get("trouble_zh", ""), said.get("trouble_en", "")
    return [
        text(
            "从页面提交，部门没有收到" + (f"（{zh}）" if zh else ""),
            "Submitted on the pages, the department received nothing" + (f" ({en})" if en else ""),
        )
    ]


def _receipts(said: dict[str, str]) -> list[Text]:
    """Two receipts: a number of the first is gone, and another one is there."""
    first, second = _numbers(said.get("receipt", "")), _numbers(said.get("again", ""))
    if first - second and second - first:
        return [text("返回再提交得到了另一个回执编号", "going back and submitting gave another receipt number")]
    return []


def _numbers(said: str) -> set[str]:
    return {each for each in _NUMBER.findall(said) if not _NO_RECEIPT.fullmatch(each)}


CHECK = Check(
    id="page.double_click",
    group="page",
    title=text("连点两次只办一件", "A double click is one submission"),
    proves=text(
        "申请人在页面上把每个按钮都连点两次，提交后又返回再提交一次，部门仍只收到一件，回执编号不变。",
        "When a citizen clicks every button twice, and goes back and submits once more, the department still has "
        "exactly one, with one receipt number.",
    ),
    remedy=text(
        "同一件办件的提交在服务端排队，第二次返回第一次的回执；不要靠脚本禁用按钮来防重复。",
        "Queue the submissions of one case on the server and answer the second with the first receipt; do not rely "
        "on a script that disables the button.",
    ),
    mandatory_by_default=True,
    default_weight=5,
    place=90,
    run=run,
)
