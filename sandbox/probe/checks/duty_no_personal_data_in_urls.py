"""Check duty.no_personal_data_in_urls."""

from __future__ import annotations

from ..model import Check, text

CHECK = Check(
    id="duty.no_personal_data_in_urls",
    group="duty",
    title=text("网址里没有个人信息", "No personal data in URLs"),
    proves=text(
        "调用部门接口和跳转页面的网址里没有姓名、证件号码、手机号码。",
        "No URL, of a department call or of a redirect, holds a name, a document number or a phone number.",
    ),
    remedy=text(
        "把个人信息放进请求体;网址会留在日志和浏览记录里。",
        "Put personal data in the body: URLs stay in logs and histories.",
    ),
    mandatory_by_default=True,
    default_weight=5,
)
