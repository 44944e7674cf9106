"""Check contract.sessions_apart."""

from __future__ import annotations

from .. import evidence
from ..context import Context
from ..model import FAILED, PASSED, SKIPPED, Check, Finding, text
from ..strangers import Try, attempts


def run(context: Context) -> Finding:
    """Ask for one person's case with no session, a made-up one and another person's."""
    tried = attempts(context)
    if tried.owner is None and not tried.without:
        why = text("契约里没有需要会话的接口。", "The contract has no operation that needs a session.")
        return Finding(SKIPPED, why)
    opened = [each for each in [*tried.without, *tried.foreign] if each.exchange.answer.status // 100 in (2, 3)]
    wrong: list[Try] = [*opened, *tried.leaks]
    count = len(tried.without) + len(tried.foreign)
    measurements = {"requests": float(count), "opened": float(len(wrong))}
    if not wrong:
        summary = text(
            f"{count} 次没有会话或用别人会话的请求，都看不到办件。",
            f"None of {count} requests without the right session saw a case.",
        )
        return Finding(PASSED, summary, measurements)
    first = wrong[0].what
    summary = text(
        f"不该看到的人看到了办件：{first['zh']}（共 {len(wrong)} 次）。",
        f"A case was shown to somebody who must not see it: {first['en']} ({len(wrong)} in all).",
    )
    proof = [evidence.exchange(each.what["zh"], each.what["en"], each.exchange) for each in wrong[:5]]
    return Finding(FAILED, summary, measurements, proof)


CHECK = Check(
    id="contract.sessions_apart",
    group="contract",
    title=text("会话互不相通", "Sessions stay apart"),
    proves=text(
        "没有会话、编造的会话、别人的会话都读不到一个人的办件和个人信息。",
        "Nobody reads a person's case or data without a session, with a made-up one, or with another person's.",
    ),
    remedy=text(
        "每次请求先由会话找到办件，再比对回执编号是否属于这件办件；不要只凭编号查询。",
        "Find the case by the session first, then check that the receipt belongs to it; never look up by number alone.",
    ),
    mandatory_by_default=True,
    default_weight=5,
    run=run,
    always_mandatory=True,
    place=40,
)
