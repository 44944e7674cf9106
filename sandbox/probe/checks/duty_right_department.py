"""Check duty.right_department."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from .. import evidence
from ..context import Context
from ..departments.record import Call
from ..model import FAILED, PASSED, Check, Finding, Text, text

_LEAST = 2


def _places(call: Call, definition: Any, document: Any) -> Iterator[tuple[str, str]]:
    """Yield (place, value) of everything in a call that its interface has no place for, or no personal place."""
    if definition is None:
        return
    declared = {parameter["name"] for _, parameter in definition.parameters}
    for name, value in parse_qsl(urlsplit(call.target).query):
        if name not in declared:
            yield name, value
    body = call.body if isinstance(call.body, dict) else {}
    schema = document.body_schema(definition)
    properties = schema[1].get("properties", {}) if schema else {}
    for name, value in body.items():
        hints = document.resolve("", properties[name])[1] if name in properties else {}
        if not hints.get("x-minshi-source") and not hints.get("x-minshi-personal"):
            yield from ((name, each) for each in _texts(value))


def _texts(value: Any, depth: int = 0) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list) and depth < 6:
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each, depth + 1)


def _wrong(context: Context, call: Call) -> Text | None:
    """Return what a department was told that it has no place for, or None."""
    department = context.gateway.departments.get(call.interface)
    person = context.gateway.person_of(call.case)
    if department is None or person is None:
        return None
    if call.personal_in_headers:
        return text(f"{call.name} 的请求头里有个人信息", f"a header of {call.name} holds personal data")
    private = [value for value in (person.name, person.document_number, person.phone) if value and len(value) >= _LEAST]
    definition = department.document.by_id.get(call.operation)
    for place, value in _places(call, definition, department.document):
        if any(each in value for each in private):
            return text(
                f"{call.name} 并不需要个人信息，应用却在 {place} 里发了",
                f"{call.name} does not need it, yet the app sent personal data in {place}",
            )
    return None


def run(context: Context) -> Finding:
    """Look in every call for personal data that its interface has no place for."""
    calls = [call for call in context.gateway.diary.calls() if call.operation]
    judged = [(call, what) for call in calls if (what := _wrong(context, call))]
    measurements = {"calls": float(len(calls)), "wrong": float(len(judged))}
    if not judged:
        summary = text(
            f"{len(calls)} 次调用都没有多给部门个人信息。", f"None of {len(calls)} calls told a department too much."
        )
        return Finding(PASSED, summary, measurements)
    first = judged[0][1]
    summary = text(
        f"{len(calls)} 次调用中有 {len(judged)} 次多给了个人信息；第一处：{first['zh']}。",
        f"{len(judged)} of {len(calls)} calls told a department too much; the first: {first['en']}.",
    )
    return Finding(FAILED, summary, measurements, [evidence.department_calls([call for call, _ in judged])])


CHECK = Check(
    id="duty.right_department",
    group="duty",
    title=text("个人信息只给该给的部门", "Personal data to the right department only"),
    proves=text(
        "每次调用只在接口规定的字段里带个人信息，不多带、不夹带在别的字段和请求头里。",
        "A call carries personal data only in the fields that its interface has for it, and nowhere else.",
    ),
    remedy=text(
        "只发接口规范里有的字段；部门由会话知道是谁，查询时不用再带姓名和证件号码。",
        "Send the fields of the interface only: the session tells a department who it is, no name or number is needed.",
    ),
    mandatory_by_default=True,
    default_weight=5,
    run=run,
    place=30,
    looks_back=True,
)
