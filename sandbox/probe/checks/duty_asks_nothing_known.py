"""Check duty.asks_nothing_known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .. import evidence
from ..context import Context
from ..firstpage import asked_for, visit
from ..model import FAILED, PASSED, SKIPPED, Check, Finding, Text, text


def _supplied(context: Context) -> Iterator[tuple[str, str]]:
    """Yield (title, source) of every field of an answer that a declared interface supplies about the person."""
    declared = set(context.manifest.get("interfaces", []))
    for code, department in context.gateway.departments.items():
        if code in declared:
            schemas = department.document.document.get("components", {}).get("schemas", {})
            yield from _titles(schemas)


def _titles(schemas: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for schema in schemas.values():
        for child in schema.get("properties", {}).values() if isinstance(schema, dict) else ():
            source = child.get("x-minshi-source", "") if isinstance(child, dict) else ""
            if source and not source.startswith("record."):
                for title in (child.get("title"), child.get("x-minshi-title-en")):
                    if isinstance(title, str) and title:
                        yield title, source


def _takes_files(context: Context) -> bool:
    """Whether the contract lets people attach anything."""
    bodies = [o.definition.get("requestBody", {}).get("content", {}) for o in context.contract.operations]
    return any("multipart/form-data" in content for content in bodies)


def run(context: Context) -> Finding:
    """Open the first page as somebody whom departments know, and look at what it asks for."""
    way = visit(context, context.launch())
    if way is None or not way.page:
        why = text("契约没有启动页面，没有进行这项检查。", "The contract has no launch page, so this was not checked.")
        return Finding(SKIPPED, why)
    known = dict(_supplied(context))
    wrong: list[Text] = []
    asked = asked_for(way.page)
    for each in asked:
        if each.kind == "file":
            if not _takes_files(context):
                wrong.append(text(f"要求上传“{each.label}”", f"asks to upload “{each.label}”"))
            continue
        source = next((known[title] for title in known if title in each.label), "")
        if source and not each.value and context.gateway.truth(way.launch.person.number, source) is not None:
            wrong.append(text(f"要求填写“{each.label}”", f"asks to fill in “{each.label}”"))
    measurements = {"fields": float(len(asked)), "known": float(len(wrong))}
    if not wrong:
        summary = text("页面没有向申请人要部门已有的信息。", "The page asks for nothing that departments have.")
        return Finding(PASSED, summary, measurements)
    summary = text(
        "部门已有，页面还向申请人要：" + "；".join(each["zh"] for each in wrong[:5]) + "。",
        "Departments have it, yet the page asks the applicant: " + "; ".join(each["en"] for each in wrong[:5]) + ".",
    )
    proof = [evidence.exchange("第一个页面", "The first page", way.exchanges[-1])]
    return Finding(FAILED, summary, measurements, proof)


CHECK = Check(
    id="duty.asks_nothing_known",
    group="duty",
    title=text("不要部门已有的材料", "Asks for nothing that is known"),
    proves=text(
        "部门接口能提供的信息已经填好，不让申请人再填；契约不收文件时，不让申请人上传材料。",
        "What an interface can supply is filled in, not asked for; no file is wanted where the contract takes none.",
    ),
    remedy=text(
        "用申报的接口查询并预填；确需申请人确认的，预填之后让他改。",
        "Look it up through the declared interfaces and fill it in; let people correct what they must confirm.",
    ),
    mandatory_by_default=False,
    default_weight=10,
    run=run,
    place=40,
)
