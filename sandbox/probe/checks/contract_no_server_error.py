"""Check contract.no_server_error."""

from __future__ import annotations

from ..model import Check, text

CHECK = Check(
    id="contract.no_server_error",
    group="contract",
    title=text("不出现服务器错误", "No server errors"),
    proves=text(
        "对契约中的每个接口发送自动生成的请求,没有一次得到 5xx(声明过的 503 除外)。",
        "Generated requests to every operation of the contract never get a 5xx (a declared 503 apart).",
    ),
    remedy=text(
        "证据里有出错的请求,用它在本机重现;输入不对时应返回 4xx,而不是让程序抛出异常。",
        "Replay the request in the evidence. Wrong input deserves a 4xx answer, not an unhandled exception.",
    ),
    mandatory_by_default=True,
    default_weight=0,
)
