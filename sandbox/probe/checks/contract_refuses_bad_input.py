"""Check contract.refuses_bad_input."""

from __future__ import annotations

from ..model import Check, text

CHECK = Check(
    id="contract.refuses_bad_input",
    group="contract",
    title=text("拒绝错误输入", "Refuses bad input"),
    proves=text(
        "缺少必填项、类型不对、取值越界、没有会话的请求都被 4xx 拒绝。",
        "Requests with a missing field, a wrong type, a value out of bounds or no session are refused with a 4xx.",
    ),
    remedy=text(
        "在做任何事情之前按契约校验请求;先查会话,再查内容。",
        "Validate requests against the contract before doing anything: the session first, then the content.",
    ),
    mandatory_by_default=False,
    default_weight=10,
)
