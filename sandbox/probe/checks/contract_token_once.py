"""Check contract.token_once."""

from __future__ import annotations

from .. import evidence
from ..client import Exchange
from ..context import Context
from ..model import FAILED, PASSED, Check, Finding, Text, text

_SPOILT = {
    "expired": text("过期的启动凭证", "a launch token that has expired"),
    "forged": text("别人签发的启动凭证", "a launch token that somebody else signed"),
    "changed": text("改过内容的启动凭证", "a launch token whose content was changed"),
    "unsigned": text("没有签名的启动凭证", "a launch token without a signature"),
}


def _tokens(context: Context) -> list[tuple[Text, str]]:
    """Return launch tokens that must not open a session, each with what is wrong with it."""
    used = context.launch()
    context.open_session(used)
    spoilt = context.launcher.spoilt_tokens()
    again = (text("用过的启动凭证", "a launch token that was used before"), used.token)
    return [again, *((what, spoilt[name]) for name, what in _SPOILT.items())]


def run(context: Context) -> Finding:
    """Offer tokens that are not valid, to the API and to the launch page."""
    session, page = context.role("session"), context.role("launch")
    wrong: list[tuple[Text, Exchange]] = []
    count = 0
    for what, token in _tokens(context):
        answered = []
        if session is not None:
            answered.append(context.app.send_json(session.method, session.path, {"token": token}))
        if page is not None:
            answered.append(context.app.send(page.method, f"{page.path}?token={token}"))
        count += len(answered)
        wrong += [(what, each) for each in answered if not 400 <= each.answer.status < 500]
    measurements = {"requests": float(count), "wrong": float(len(wrong))}
    if not wrong:
        summary = text(f"{count} 次无效的启动凭证都被拒绝。", f"All {count} invalid launch tokens were refused.")
        return Finding(PASSED, summary, measurements)
    first, exchange = wrong[0]
    summary = text(
        f"{first['zh']}没有被 4xx 拒绝：应答 {exchange.answer.status}。",
        f"Not refused with a 4xx: {first['en']}; it answered {exchange.answer.status}.",
    )
    return Finding(FAILED, summary, measurements, [evidence.exchange(w["zh"], w["en"], each) for w, each in wrong[:5]])


CHECK = Check(
    id="contract.token_once",
    group="contract",
    title=text("启动凭证只用一次", "A launch token works once"),
    proves=text(
        "用过、过期、伪造、改动过的启动凭证都不能进入应用。",
        "A launch token that was used, has expired, was forged or changed lets nobody in.",
    ),
    remedy=text(
        "每个启动凭证都拿到网关换会话，网关拒绝就返回 401；不要缓存凭证，也不要自己解析后放行。",
        "Exchange every launch token at the gateway and answer 401 when it refuses; never cache or trust one yourself.",
    ),
    mandatory_by_default=True,
    default_weight=5,
    run=run,
    place=60,
)
