"""Check duty.no_personal_data_in_urls."""

from __future__ import annotations

from .. import evidence
from ..context import Context
from ..departments.record import personal_in_url
from ..firstpage import visit
from ..model import FAILED, PASSED, Check, Finding, text


def run(context: Context) -> Finding:
    """Look at the URL and Referer of every department call, and at every redirect behind a launch."""
    calls = context.gateway.diary.calls()
    bad = [call for call in calls if call.personal_in_url]
    proof = [evidence.department_calls(bad)] if bad else []
    way = visit(context, context.launch())
    for exchange in way.exchanges if way else ():
        person = way.launch.person  # type: ignore[union-attr]
        private = {"name": person.name, "document_number": person.document_number, "phone": person.phone}
        if personal_in_url(exchange.answer.header("location"), private):
            proof.append(evidence.exchange("跳转网址含个人信息", "The redirect holds personal data", exchange))
    measurements = {"calls": float(len(calls)), "wrong": float(len(bad))}
    if not proof:
        summary = text(
            "部门调用和跳转的网址里没有个人信息。", "No URL of a department call or redirect holds personal data."
        )
        return Finding(PASSED, summary, measurements)
    where = text("部门调用", "a department call") if bad else text("跳转", "a redirect")
    summary = text(f"{where['zh']}的网址里有个人信息。", f"The URL of {where['en']} holds personal data.")
    return Finding(FAILED, summary, measurements, proof)


CHECK = Check(
    id="duty.no_personal_data_in_urls",
    group="duty",
    title=text("网址里没有个人信息", "No personal data in URLs"),
    proves=text(
        "调用部门接口和跳转页面的网址里没有姓名、证件号码、手机号码。",
        "No URL, of a department call or of a redirect, holds a name, a document number or a phone number.",
    ),
    remedy=text(
        "把个人信息放进请求体；网址会留在日志和浏览记录里。",
        "Put personal data in the body: URLs stay in logs and histories.",
    ),
    mandatory_by_default=True,
    default_weight=5,
    place=20,
    looks_back=True,
    run=run,
)
