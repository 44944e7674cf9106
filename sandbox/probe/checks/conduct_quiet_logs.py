"""Check conduct.quiet_logs."""

from __future__ import annotations

from .. import evidence
from ..conduct import observe
from ..context import Context
from ..model import FAILED, PASSED, Check, Finding, text


def run(context: Context) -> Finding:
    """Look in the log for the person who has just walked through."""
    seen = observe(context)
    launch = seen.walk.launch
    private = [
        (launch.person.name, text("姓名", "the name")),
        (launch.person.document_number, text("证件号码", "the document number")),
        (launch.inputs["contact_phone"], text("手机号码", "the phone number")),
        (launch.token, text("启动凭证", "the launch token")),
        (seen.walk.session, text("会话", "the session")),
    ]
    wanted = [(value, what) for value, what in private if value and len(value) > 1]
    log = str(seen.told.get("log", ""))
    found = [what for value, what in wanted if value in log]
    if not found:
        return Finding(PASSED, text("日志里没有个人信息。", "The log holds no personal data."))
    summary = text(
        f"日志里有申请人的{'、'.join(each['zh'] for each in found)}。",
        f"The log holds {', '.join(each['en'] for each in found)} of the applicant.",
    )
    lines = [line for line in log.splitlines() if any(value in line for value, _ in wanted)]
    return Finding(FAILED, summary, evidence=[evidence.lines("日志里的这几行", "These lines of the log", lines[:5])])


CHECK = Check(
    id="conduct.quiet_logs",
    group="conduct",
    title=text("日志里没有个人信息", "No personal data in the log"),
    proves=text(
        "一个人办完事之后，日志里没有他的姓名、证件号码、手机号码、启动凭证和会话。",
        "After a person was there, the log holds no name, document number, phone number, launch token or session.",
    ),
    remedy=text(
        "日志里用办件编号指代人；记录请求时去掉查询串、请求头和内容。",
        "Name people by their case number in logs; leave out query, headers and content of requests.",
    ),
    mandatory_by_default=True,
    default_weight=5,
    run=run,
    place=50,
)
