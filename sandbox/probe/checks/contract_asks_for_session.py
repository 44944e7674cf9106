"""Check contract.asks_for_session."""

from __future__ import annotations

from .. import evidence
from ..context import Context
from ..model import FAILED, PASSED, Check, Finding, text
from ..strangers import attempts

_REFUSALS = frozenset({401, 403})
_FOREIGN = _REFUSALS | {404}


def run(context: Context) -> Finding:
    """Look whether every request without the right session was refused with the status that says so."""
    tried = attempts(context)
    wrong = [each for each in tried.without if each.exchange.answer.status not in _REFUSALS]
    wrong += [each for each in tried.foreign if each.exchange.answer.status not in _FOREIGN]
    count = len(tried.without) + len(tried.foreign)
    measurements = {"requests": float(count), "wrong": float(len(wrong))}
    if not wrong:
        summary = text(
            f"{count} 次请求都以 401、403 或 404 拒绝。", f"All {count} requests were refused with 401, 403 or 404."
        )
        return Finding(PASSED, summary, measurements)
    first = wrong[0]
    summary = text(
        f"{first.what['zh']}时应答 {first.exchange.answer.status}，应为 401 或 403（共 {len(wrong)} 次）。",
        f"With {first.what['en']} it answered {first.exchange.answer.status}, not 401 or 403 ({len(wrong)} in all).",
    )
    proof = [evidence.exchange(each.what["zh"], each.what["en"], each.exchange) for each in wrong[:5]]
    return Finding(FAILED, summary, measurements, proof)


CHECK = Check(
    id="contract.asks_for_session",
    group="contract",
    title=text("没有会话时说清楚", "Says so when there is no session"),
    proves=text(
        "没有会话或会话无效的请求得到 401 或 403，别人的回执编号得到 401、403 或 404。",
        "Requests without a valid session get 401 or 403; somebody else's receipt gets 401, 403 or 404.",
    ),
    remedy=text(
        "先查会话再查内容；会话无效时返回 401 和怎样重新进入的说明。",
        "Look at the session before the content; answer 401 and say how to start again.",
    ),
    mandatory_by_default=False,
    default_weight=5,
    run=run,
    place=50,
)
