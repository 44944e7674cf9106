"""Check conduct.forgets."""

from __future__ import annotations

from .. import evidence
from ..client import Exchange
from ..context import Context
from ..model import FAILED, PASSED, Check, Finding, text
from ..submission import Walk, enter, reference_in

_CLOSED = frozenset({401, 403, 404, 410})


def run(context: Context) -> Finding:
    """End two sessions, one before and one after its submission, and ask with each once more."""
    launch = context.launch()
    session, entered = context.open_session(launch)
    fresh = Walk(context, launch, session, entered, [])
    done = enter(context)
    reference = reference_in(done.submit()) if done.ready else ""
    for walk in (fresh, done):
        context.gateway.sessions.end(walk.launch.case)
    asked: list[Exchange | None] = [fresh.read(each) for each in fresh.readable()] if session else []
    asked.append(done.status(reference) if reference else None)
    answered = [each for each in asked if each is not None]
    wrong = [each for each in answered if each.answer.status not in _CLOSED]
    measurements = {"requests": float(len(answered)), "wrong": float(len(wrong))}
    if not wrong:
        summary = text("会话结束之后，应用不再显示办件。", "Once a session was over, the app showed the case no more.")
        return Finding(PASSED, summary, measurements)
    status = wrong[0].answer.status
    summary = text(
        f"平台结束会话之后，应用仍应答 {status}，应为 401、403 或 404。",
        f"After the platform had ended the session the app still answered {status}, not 401, 403 or 404.",
    )
    proof = [evidence.exchange("会话结束之后的请求", "A request after the end", each) for each in wrong[:3]]
    return Finding(FAILED, summary, measurements, proof)


CHECK = Check(
    id="conduct.forgets",
    group="conduct",
    title=text("会话结束就不再显示", "Forgets when it is over"),
    proves=text(
        "平台结束一个人的会话之后，应用不再应答这件办件的内容。",
        "After the platform has ended a person's session, the app answers nothing of the case any more.",
    ),
    remedy=text(
        "部门网关答 401 时，应用自己的会话也要作废，丢掉缓存，回答 401。",
        "When the gateway answers 401, end your own session too, drop what was kept, and answer 401.",
    ),
    mandatory_by_default=False,
    default_weight=5,
    run=run,
    place=60,
)
