"""Check start.again."""

from __future__ import annotations

from .. import evidence
from ..client import Exchange
from ..context import Context
from ..model import FAILED, PASSED, Check, Finding, Text, text
from ..submission import Walk, enter, reference_in


def _restart(context: Context) -> Exchange:
    context.want("app_signal_term", {})
    context.want("app_start", {})
    return context.wait_healthy(context.threshold("startup_seconds"))


def _at_once(context: Context) -> tuple[Text, Exchange] | None:
    """Send somebody through in the moment in which the app says that it is healthy; return what went wrong."""
    walk = enter(context)
    if not walk.session:
        return (text("第一位申请人进不去", "the first applicant can't get in"), walk.entered) if walk.entered else None
    for exchange in [*walk.drafted, *([walk.submit()] if walk.ready else [])]:
        if exchange.answer.error or exchange.answer.status >= 500:
            return text("第一位申请人办不成", "the first applicant can't get it done"), exchange
    return None


def _kept(context: Context, before: Walk, reference: str) -> tuple[Text, Exchange] | None:
    """Ask with the session from before; what an app still knows must be the truth, what it forgot it must say so."""
    status = before.status(reference) if reference else None
    answered = [*(before.read(each) for each in before.readable()), *([status] if status else [])]
    for exchange in answered:
        if exchange.answer.error or exchange.answer.status >= 500:
            return text("重启前的会话让应用出错", "a session from before the restart breaks it"), exchange
    held = len(context.gateway.diary.submissions(before.launch.case))
    if held > 1 and status is not None:
        return text(f"重启后部门收到了 {held} 件", f"after the restart the department has {held}, not one"), status
    return None


def run(context: Context) -> Finding:
    """Restart the app with a case open, and look at health, the next applicant and the one from before."""
    before = enter(context)
    reference = reference_in(before.submit()) if before.ready else ""
    health = _restart(context)
    if health.answer.status != 200:
        summary = text("重启后没有通过健康检查。", "Not healthy after a restart.")
        return Finding(FAILED, summary, evidence=[evidence.exchange("健康检查", "The health check", health)])
    wrong = _at_once(context) or _kept(context, before, reference)
    if wrong is None:
        summary = text("重启后立即可用，没有丢件或重复。", "Ready at once after a restart; nothing lost or doubled.")
        return Finding(PASSED, summary)
    what, exchange = wrong
    summary = text(f"健康检查通过了，但{what['zh']}。", f"It says that it is healthy, but {what['en']}.")
    return Finding(FAILED, summary, evidence=[evidence.exchange(what["zh"], what["en"], exchange)])


CHECK = Check(
    id="start.again",
    group="start",
    title=text("重启后照常可用", "Works after a restart"),
    proves=text(
        "应用重启后，健康检查一通过就能办事；重启前的会话得到说得清的应答，部门没有多收一件。",
        "After a restart people are served as soon as it says healthy; older sessions break nothing, no case doubles.",
    ),
    remedy=text(
        "准备好之后再让健康检查返回 200；不认识的会话返回 401，不要出错。",
        "Let the health path answer 200 only when you are ready; answer 401 for sessions that you do not know.",
    ),
    mandatory_by_default=True,
    default_weight=3,
    run=run,
    place=60,
    at_end=True,
)
