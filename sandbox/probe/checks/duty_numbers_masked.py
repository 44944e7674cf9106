"""Check duty.numbers_masked."""

from __future__ import annotations

from collections.abc import Iterator

from .. import evidence
from ..client import Exchange
from ..context import Context
from ..firstpage import visit
from ..model import FAILED, PASSED, SKIPPED, Check, Finding, text
from ..submission import enter, reference_in

_SOURCE = "person.document_number"


def _shown_by_contract(context: Context) -> bool:
    """Whether the contract itself has a field for the whole number in an answer."""
    schemas = context.contract.document.get("components", {}).get("schemas", {}).values()
    properties = [child for schema in schemas for child in schema.get("properties", {}).values()]
    return any(child.get("x-minshi-source") == _SOURCE for child in properties if isinstance(child, dict))


def _answers(context: Context) -> Iterator[tuple[str, Exchange]]:
    """Yield (document number, answer) of one person's way through the API and of another's first page."""
    walk = enter(context)
    submitted = [walk.submit()] if walk.ready else []
    status = walk.status(reference_in(submitted[0])) if submitted and reference_in(submitted[0]) else None
    for each in [*walk.evidence_of_entering(), *submitted, *([status] if status else [])]:
        yield walk.launch.person.document_number, each
    way = visit(context, context.launch())
    for each in way.exchanges if way else ():
        yield way.launch.person.document_number, each  # type: ignore[union-attr]


def run(context: Context) -> Finding:
    """Look for the applicant's whole document number in what the app shows."""
    if _shown_by_contract(context):
        why = text("契约要求显示完整证件号码。", "The contract asks for the whole document number.")
        return Finding(SKIPPED, why)
    answers = list(_answers(context))
    wrong = [each for number, each in answers if number.encode() in each.answer.body]
    measurements = {"answers": float(len(answers)), "wrong": float(len(wrong))}
    if not wrong:
        summary = text("应答和页面里没有完整的证件号码。", "No answer and no page shows a whole document number.")
        return Finding(PASSED, summary, measurements)
    summary = text(
        f"{wrong[0].target.partition('?')[0]} 显示了完整的证件号码。",
        f"{wrong[0].target.partition('?')[0]} shows the whole document number.",
    )
    proof = [evidence.exchange("含完整证件号码的应答", "An answer with the whole number", each) for each in wrong[:3]]
    return Finding(FAILED, summary, measurements, proof)


CHECK = Check(
    id="duty.numbers_masked",
    group="duty",
    title=text("证件号码部分隐藏", "Document numbers partly hidden"),
    proves=text(
        "应答和页面里不出现完整的证件号码，除非契约要求。",
        "No answer or page shows the whole document number, unless the contract asks for it.",
    ),
    remedy=text(
        "显示时只留头尾几位，中间用 * 代替；提交时由后台取完整号码。",
        "Show the first and last digits with * between; let the server take the whole number when it submits.",
    ),
    mandatory_by_default=True,
    default_weight=5,
    run=run,
    place=25,
)
