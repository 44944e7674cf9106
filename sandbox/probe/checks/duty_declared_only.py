"""Check duty.declared_only."""

from __future__ import annotations

from .. import evidence
from ..context import Context
from ..departments.record import INVALID, UNAUTHORISED, Call
from ..model import FAILED, PASSED, Check, Finding, Text, text


def fault_in(call: Call, interfaces: set[str], scopes: set[str]) -> Text | None:
    """Return in both languages what is wrong with a call, or None."""
    if call.outcome == "browser":
        return text("浏览器直接调用了部门接口", "the browser called a department directly")
    if call.outcome == UNAUTHORISED:
        return text("没有会话就调用部门接口", "a department was called without a session")
    if call.interface not in interfaces:
        return text(f"调用了没有申报的接口 {call.interface}", f"called {call.interface}, which is not declared")
    missing = sorted(set(call.scopes) - scopes)
    if missing:
        return text(f"用了没有申报的数据范围 {missing[0]}", f"used the scope {missing[0]}, which is not declared")
    if call.outcome == INVALID:
        place = f"{call.problems[0]['place']}: {call.problems[0]['message']}" if call.problems else call.target
        return text(
            f"{call.name} 的请求不符合接口规范：{place}"[:300],
            f"the request to {call.name} is not valid: {place}"[:300],
        )
    return None


def run(context: Context) -> Finding:
    """Judge every call that departments received in this run."""
    interfaces = set(context.manifest.get("interfaces", []))
    scopes = set(context.manifest.get("scopes", []))
    calls = context.gateway.diary.calls()
    judged = [(call, fault) for call in calls if (fault := fault_in(call, interfaces, scopes))]
    measurements = {"calls": float(len(calls)), "wrong": float(len(judged))}
    if context.gateway.diary.flooded:
        summary = text(
            "应用调用部门接口过于频繁，记录已满。", "The app called departments so often that the record is full."
        )
        return Finding(FAILED, summary, measurements, [evidence.department_calls(calls[-5:])])
    if not judged:
        summary = text(
            f"{len(calls)} 次调用都在申报范围内，且符合接口规范。", f"All {len(calls)} calls are declared and valid."
        )
        return Finding(PASSED, summary, measurements)
    first = judged[0][1]
    summary = text(
        f"{len(calls)} 次调用中有 {len(judged)} 次不合规；第一处：{first['zh']}。",
        f"{len(judged)} of {len(calls)} calls are wrong; the first: {first['en']}.",
    )
    return Finding(FAILED, summary, measurements, [evidence.department_calls([call for call, _ in judged])])


CHECK = Check(
    id="duty.declared_only",
    group="duty",
    title=text("只用申报过的接口", "Only declared interfaces"),
    proves=text(
        "应用只调用清单里申报的接口和数据范围，且每次调用都符合接口规范。",
        "The app calls only the interfaces and scopes of its manifest, and every call is valid.",
    ),
    remedy=text(
        "在清单中补报确实需要的接口，或去掉多余的调用；不合规范的调用按证据中的位置修改。",
        (
            "Declare the interface in the manifest if you need it, or "
            "remove the call. Fix invalid calls at the place named."
        ),
    ),
    mandatory_by_default=True,
    default_weight=5,
    always_mandatory=True,
    place=10,
    looks_back=True,
    run=run,
)
