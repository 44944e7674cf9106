"""Check fault.stale."""

from __future__ import annotations

from datetime import UTC, datetime

from .. import disturbance
from ..client import Exchange
from ..context import Context
from ..departments.faults import STALE, Fault
from ..model import Check, Finding, text
from ..submission import Walk, reference_in, state_in

_NEXT = "accepted"
_SOURCE = "record.state"


def _trouble(context: Context) -> disturbance.Outcome:
    """Submit, ask while the department tells old things, let it move on, and ask again."""
    outcome = disturbance.begin(context)
    if outcome.faults:
        return outcome
    walk, case = outcome.walk, outcome.walk.launch.case
    submitted = walk.submit()
    outcome.answers.append(submitted)
    reference = reference_in(submitted)
    before = walk.status(reference) if reference else None
    if before is None:
        return outcome
    context.gateway.faults.on(Fault(STALE, 60.0), case=case)
    stale = walk.status(reference)
    context.gateway.faults.off(case=case)
    if stale is not None and (stale.answer.status != 200 or state_in(stale) != state_in(before)):
        outcome.answers.append(stale)
        outcome.add(
            "部门给出旧信息时，已提交的申请在应用里不见了或变了",
            "while the department told old things, the submitted application vanished or changed in the app",
        )
    taken = context.gateway.taken(case)
    if len(taken) == 1:
        taken[0].move(_NEXT, now=datetime.now(UTC))
        _moved_on(context, outcome, walk, reference)
    if len(taken) != 1:
        outcome.add(f"部门收到了 {len(taken)} 件，应为 1 件", f"the department received {len(taken)}, not one")
    outcome.calls = context.gateway.diary.of_case(case)
    return outcome


def _moved_on(context: Context, outcome: disturbance.Outcome, walk: Walk, reference: str) -> None:
    """Judge whether the app shows the department's present state, where its contract has a place for it."""
    status = walk.status(reference)
    told = _told(context, status) if status is not None else {}
    if status is not None and told and _NEXT not in told.values():
        outcome.answers.append(status)
        outcome.add("部门的进度变了，应用显示的还是旧的", "the department moved on, but the app shows the old state")


def _told(context: Context, exchange: Exchange) -> dict[str, object]:
    """Return the fields of an answer that the contract says come from the department's record."""
    operation, _, _ = context.contract.match(exchange.method, exchange.target)
    declared = context.contract.response_schema(operation, exchange.answer.status) if operation else None
    value = exchange.answer.json()
    if declared is None or not isinstance(value, dict):
        return {}
    properties = declared[1].get("properties", {}).items()
    return {
        name: value.get(name)
        for name, child in properties
        if context.contract.resolve("", child)[1].get("x-minshi-source") == _SOURCE
    }


def run(context: Context) -> Finding:
    """Ask how it stands while the department tells old things, and after it has moved on."""
    return disturbance.finding(
        [_trouble(context)],
        "部门给出旧信息时申请没有消失；部门的新进度如实显示。",
        "The application did not vanish while the department told old things, and its new state is shown.",
    )


CHECK = Check(
    id="fault.stale",
    group="fault",
    title=text("部门信息过时也不出错", "Survives stale answers"),
    proves=text(
        "部门短时间查不到刚收下的申请时，应用不说没有提交、也不再提交一次；部门的进度变了，应用跟着变。",
        (
            "While a department does not find what it has just taken, the app neither denies it nor "
            "submits again; when the department moves on, the app shows it."
        ),
    ),
    remedy=text(
        "以部门确认过的回执为准，查不到时保留已知状态；每次查询进度都去问部门，不要一直用缓存。",
        "Trust the confirmed receipt and keep the known state when it is not found; ask the department each time.",
    ),
    mandatory_by_default=True,
    default_weight=5,
    run=run,
    place=60,
    together=True,
)
