"""Check contract.refuses_bad_input."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

from .. import evidence
from ..badinput import BadRequest, bad_requests
from ..campaign import secured
from ..client import Exchange
from ..context import Context
from ..model import FAILED, PASSED, Check, Finding, text

if TYPE_CHECKING:
    from ..openapi import Operation


_AT_ONCE = 6


def _send(context: Context, operation: Operation, session: str, bad: BadRequest) -> Exchange:
    headers = {"Content-Type": bad.content_type} if bad.body else {}
    if session:
        headers["Authorization"] = f"Bearer {session}"
    return context.app.send(operation.method, bad.target or operation.path, headers=headers, body=bad.body)


def run(context: Context) -> Finding:
    """Send what must be refused, one rule broken at a time."""
    proof: list[dict[str, Any]] = []
    count = accepted = 0
    for operation in context.contract.operations:
        wanted = bad_requests(context.contract, operation)
        launch = context.launch()
        session = context.open_session(launch)[0] if wanted and secured(context, operation) else ""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            exchanges = list(pool.map(partial(_send, context, operation, session), wanted))
        count += len(wanted)
        for bad, exchange in zip(wanted, exchanges, strict=True):
            if not 400 <= exchange.answer.status < 500:
                accepted += 1
                zh, en = f"{operation.id}:{bad.wrong['zh']}", f"{operation.id}: {bad.wrong['en']}"
                proof.append(evidence.exchange(zh, en, exchange))
        passed_on = [call for call in context.gateway.diary.of_case(launch.case) if call.submission]
        if passed_on and wanted:
            accepted += len(passed_on)
            zh, en = f"{operation.id}:转给了部门", f"{operation.id}: it was passed on to the department"
            proof.append(evidence.department_calls(passed_on, zh, en))
    measurements = {"requests": float(count), "not_refused": float(accepted)}
    if not accepted:
        summary = text(f"{count} 次错误输入都被拒绝。", f"All {count} bad requests were refused.")
        return Finding(PASSED, summary, measurements)
    first = proof[0]["title"]
    summary = text(
        f"{count} 次错误输入中有 {accepted} 次没有被 4xx 拒绝；第一处：{first['zh']}。",
        f"{accepted} of {count} bad requests were not refused with a 4xx; the first: {first['en']}.",
    )
    return Finding(FAILED, summary, measurements, proof[:5])


CHECK = Check(
    id="contract.refuses_bad_input",
    group="contract",
    title=text("拒绝错误输入", "Refuses bad input"),
    proves=text(
        "缺少必填项、多余字段、类型不对、取值越界、内容类型不对的请求都被 4xx 拒绝。",
        "Requests with a missing or unknown field, a wrong type, a value out of bounds or another media type get 4xx.",
    ),
    remedy=text(
        "在做任何事情之前按契约校验请求；先查会话，再查内容。",
        "Validate requests against the contract before doing anything: the session first, then the content.",
    ),
    mandatory_by_default=False,
    default_weight=10,
    place=30,
    run=run,
)
