"""Owns sending citizens to the app's pages: who goes in, what they know, and what the browser told about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import evidence
from .context import Context, WantRefusedError
from .model import ERROR, SKIPPED, Finding, text
from .page_job import DOUBLE_CLICK, ELDER, ENGLISH, REFUSED, Answer, PageJob, Visit, visits_for
from .results import Emit, result

if TYPE_CHECKING:
    from .departments.launch import Launch

_AUTOCOMPLETE = {
    "name": ["name"],
    "phone": ["tel", "tel-national"],
    "document_number": [],
}
_TYPES = {"phone": ["tel"]}
_TITLES = {
    "name": ["姓名", "name"],
    "phone": ["手机", "电话", "phone"],
    "document_number": ["证件号", "身份证", "ID number"],
}


def look(context: Context, page_ids: list[str], emit: Emit) -> None:
    """Make all visits once and let the browser tell the results; what it can't judge is kept for the probe's checks."""
    if context.shared.setdefault("pages_walked", False):
        return
    context.shared["pages_walked"] = True
    context.shared["pages_said"] = {}
    own = [each for each in page_ids if each != f"page.{DOUBLE_CLICK}"]
    if context.role("launch") is None or context.page_job is None:
        why = text("契约没有启动页面，或没有浏览器。", "The contract has no launch page, or there is no browser.")
        for check_id in own:
            emit(result(check_id, "page", Finding(SKIPPED, why)))
        return
    context.shared["pages_said"] = None
    try:
        context.shared["pages_said"] = context.page_job(_job(context, page_ids, own))
    except WantRefusedError as refusal:
        why = text("浏览器没能完成检查。", "The browser could not do this check.")
        proof = [evidence.lines("原因", "Reason", [str(refusal)])]
        for check_id in own:
            emit(result(check_id, "page", Finding(ERROR, why, evidence=proof)))


def _job(context: Context, page_ids: list[str], own: list[str]) -> PageJob:
    light = {each["id"] for each in context.plan["checks"] if not each.get("mandatory") and not each.get("weight")}
    visits = [_visit(context, purpose) for purpose in visits_for(page_ids)]
    return PageJob(
        app=f"http://{context.app.host}:{context.app.port}",
        checks=own,
        visits=[visit for visit in visits if visit is not None],
        answers=answers(context, context.launch()),
        advisory=[each for each in own if each in light],
        most_violations=int(context.threshold("axe_violations")),
    )


def _visit(context: Context, purpose: str) -> Visit | None:
    """Return a visit with two launches; None when the city has nobody whom a department refuses."""
    operation = context.role("launch")
    assert operation is not None  # noqa: S101 -- asked before
    trait = "too_short" if purpose == REFUSED else "entitled"
    language = "en" if purpose == ENGLISH else "zh-hans"
    try:
        launches = [context.launch(trait, language, elder=purpose == ELDER) for _ in range(2)]
    except LookupError:
        return None
    if purpose == DOUBLE_CLICK:
        context.shared["double_click_cases"] = [each.case for each in launches]
    return Visit(purpose, [f"{operation.path}?token={each.token}" for each in launches])


def answers(context: Context, launch: Launch) -> list[Answer]:
    """Return what a citizen answers: the example of the contract's submission, with the person's own data."""
    operation = context.role("submit")
    declared = context.contract.body_schema(operation) if operation is not None else None
    schema: dict[str, Any] = declared[1] if declared else {}
    values = dict((schema.get("examples") or [{}])[0])
    for name in ("name", "document_number", "registration_no", "rental_contract_no"):
        if launch.inputs.get(name):
            values.setdefault(name, launch.inputs[name])
    values["phone"] = launch.inputs["contact_phone"]
    properties = schema.get("properties", {})
    found = []
    for name, value in values.items():
        if not isinstance(value, str | int | float | bool):
            continue
        known = properties.get(name, {})
        titles = [str(known[key]) for key in ("title", "x-minshi-title-en") if known.get(key)]
        plain = str(value).lower() if isinstance(value, bool) else str(value)
        found.append(
            Answer(name, plain, [*titles, *_TITLES.get(name, [])], _AUTOCOMPLETE.get(name, []), _TYPES.get(name, []))
        )
    return found
