"""Check fault.refused."""

from __future__ import annotations

from .. import disturbance
from ..clarity import says, unclear
from ..context import Context
from ..departments.record import REFUSED
from ..model import SKIPPED, Check, Finding, text
from ..submission import reference_in, state_in

# Whom some rule of a department may refuse; the first who is refused is judged.
TRAITS = ("too_short", "foreigner", "twin")
_LANGUAGES = ("zh-hans", "en")


def _trouble(context: Context, trait: str, language: str) -> disturbance.Outcome | None:
    """Submit for somebody whom a rule refuses; None when nothing was refused."""
    outcome = disturbance.begin(context, trait, language)
    if outcome.faults:
        return outcome
    walk = outcome.walk
    told = walk.submit()
    outcome.calls = [call for call in context.gateway.diary.of_case(walk.launch.case) if call.submission]
    refusal = next((call.refusal for call in outcome.calls if call.outcome == REFUSED), None)
    if refusal is None:
        return None
    outcome.answers.append(told)
    _judge(context, outcome, refusal, language)
    return outcome


def _judge(context: Context, outcome: disturbance.Outcome, refusal: dict[str, str], language: str) -> None:
    told = outcome.answers[-1]
    if 200 <= told.answer.status < 300 and state_in(told) != "refused":
        outcome.add("部门不予收件，应用却说已收到", "the department refused, but the app said otherwise")
        return
    problem = unclear(context, told, language=language)
    if problem:
        outcome.faults.append(problem)
        return
    suffix = "_en" if language == "en" else "_zh"
    for part, zh, en in (("title", "原因", "the reason"), ("remedy", "办法", "what to do")):
        sentence = refusal.get(f"{part}{suffix}", "")
        if sentence and not says(told, sentence):
            outcome.add(f"部门说的{zh}没有告诉申请人：{sentence}", f"the applicant was not told {en}: {sentence}")
    status = outcome.walk.status(reference_in(told)) if reference_in(told) else None
    if status is not None and state_in(status) == "received":
        outcome.answers.append(status)
        outcome.add("不予收件之后，进度却显示已收到", "after the refusal the app shows it as received")


def run(context: Context) -> Finding:
    """Submit for people whom the department's rules refuse, in both languages."""
    outcomes = []
    for language in _LANGUAGES:
        for trait in TRAITS:
            try:
                outcome = _trouble(context, trait, language)
            except LookupError:
                continue
            if outcome is not None:
                outcomes.append(outcome)
                break
    if not outcomes:
        why = text("部门的规则没有拒绝任何人，没有进行这项检查。", "No rule refuses anybody, so this was not checked.")
        return Finding(SKIPPED, why)
    return disturbance.finding(
        outcomes,
        "部门不予收件的原因和办法，都用申请人的语言告诉了申请人。",
        "The department's reason for refusing and what to do reached the applicant, in their language.",
    )


CHECK = Check(
    id="fault.refused",
    group="fault",
    title=text("不予收件时说清原因", "Says why it was refused"),
    proves=text(
        "部门按规则不予收件时，部门给的原因和办法用申请人的语言原样告诉申请人。",
        "When a rule of a department refuses, its reason and remedy reach the applicant in their own language.",
    ),
    remedy=text(
        "把部门应答里的 title、remedy（中文用 title_zh、remedy_zh）显示给申请人，不要换成“系统错误”。",
        "Show the applicant title and remedy of the department's answer (title_zh, remedy_zh in Chinese) as they are.",
    ),
    mandatory_by_default=True,
    default_weight=5,
    run=run,
    place=70,
    together=True,
)
