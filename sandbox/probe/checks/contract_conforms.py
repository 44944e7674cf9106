"""Check contract.conforms."""

from __future__ import annotations

from .. import campaign, evidence
from ..context import Context
from ..model import FAILED, PASSED, Check, Finding, text


def run(context: Context) -> Finding:
    """Compare every answer of the campaign with the contract."""
    sent = [each for each in campaign.run(context) if not each.server_error]
    bad = [each for each in sent if each.problems]
    measurements = {"requests": float(len(sent)), "differing": float(len(bad))}
    if not bad:
        return Finding(
            PASSED, text(f"{len(sent)} 次应答都符合契约。", f"All {len(sent)} answers are as declared."), measurements
        )
    first = bad[0]
    place = f"{first.problems[0].place}: {first.problems[0].message}"[:200]
    summary = text(
        f"{len(sent)} 次应答中有 {len(bad)} 次不符合契约；第一处：{first.operation.id} {place}",
        f"{len(bad)} of {len(sent)} answers differ from the contract; the first: {first.operation.id} {place}",
    )
    proof = []
    for each in bad[:5]:
        shown = evidence.exchange(f"{each.operation.id} 不符", f"{each.operation.id} differs", each.exchange)
        shown["data"]["problems"] = [problem.as_dict() for problem in each.problems[:5]]
        proof.append(shown)
    return Finding(FAILED, summary, measurements, proof)


CHECK = Check(
    id="contract.conforms",
    group="contract",
    title=text("应答符合契约", "Answers as declared"),
    proves=text(
        "每次应答的状态码、内容类型和字段都与契约一致。",
        "Status, content type and fields of every answer are the ones that the contract declares.",
    ),
    remedy=text(
        "对照证据中列出的不符之处修改应答；错误一律用 application/problem+json。",
        "Compare the answer with the place named in the evidence. Errors are application/problem+json.",
    ),
    mandatory_by_default=True,
    default_weight=10,
    place=20,
    run=run,
)
