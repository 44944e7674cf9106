"""Check contract.no_server_error."""

from __future__ import annotations

from .. import campaign, evidence
from ..context import Context
from ..model import FAILED, PASSED, Check, Finding, text


def run(context: Context) -> Finding:
    """Look for 5xx and broken answers in the campaign of generated requests."""
    sent = campaign.run(context)
    bad = [each for each in sent if each.server_error]
    measurements = {"requests": float(len(sent)), "server_errors": float(len(bad))}
    if not bad:
        summary = text(
            f"{len(sent)} 次自动生成的请求，没有服务器错误。", f"{len(sent)} generated requests, no server error."
        )
        return Finding(PASSED, summary, measurements)
    names = "、".join(sorted({each.operation.id for each in bad}))
    summary = text(
        f"{len(sent)} 次请求中有 {len(bad)} 次得到服务器错误或没有应答（{names}）。",
        f"{len(bad)} of {len(sent)} requests got a server error or no answer ({names.replace('、', ', ')}).",
    )
    proof = [
        evidence.exchange(f"{each.operation.id} 出错", f"{each.operation.id} failed", each.exchange) for each in bad[:5]
    ]
    return Finding(FAILED, summary, measurements, proof)


CHECK = Check(
    id="contract.no_server_error",
    group="contract",
    title=text("不出现服务器错误", "No server errors"),
    proves=text(
        "对契约中的每个接口发送自动生成的请求，没有一次得到 5xx（声明过的 503 除外）。",
        "Generated requests to every operation of the contract never get a 5xx (a declared 503 apart).",
    ),
    remedy=text(
        "证据里有出错的请求，用它在本机重现；输入不对时应返回 4xx，而不是让程序抛出异常。",
        "Replay the request in the evidence. Wrong input deserves a 4xx answer, not an unhandled exception.",
    ),
    mandatory_by_default=True,
    default_weight=0,
    place=10,
    run=run,
)
