"""The report as JUnit XML, for the build systems of vendors: a suite a group, a case a check (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

from sandbox.reports.cleaning import clean_text
from sandbox.reports.renderings.http_text import evidence_text

MOST_TEXT = 20_000
HOLDS = ("passed", "advisory")


def junit_of(document: Mapping[str, Any], *, language: str = "zh") -> bytes:
    """Return the document as JUnit XML in one of its languages (zh, en)."""
    checks = document["checks"]
    root = ET.Element("testsuites", _counts(checks) | {"name": _clean(f"minshi {document['order']}")})
    root.set("time", _seconds(document["measured"]["seconds"]))
    for group in dict.fromkeys(each["group"] for each in checks):
        _suite(root, group, [each for each in checks if each["group"] == group], document, language)
    ET.indent(root)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def _suite(
    root: ET.Element, group: str, checks: list[Mapping[str, Any]], document: Mapping[str, Any], language: str
) -> None:
    began = document["measured"]["started_at"] or document["measured"]["queued_at"] or "1970-01-01T00:00:00Z"
    suite = ET.SubElement(root, "testsuite", {"name": _clean(group), "timestamp": began.removesuffix("Z")})
    for name, value in (_counts(checks) | {"hostname": "sandbox", "time": "0"}).items():
        suite.set(name, value)
    properties = ET.SubElement(suite, "properties")
    for name in ("run", "order", "app", "version", "image", "plan_sha256", "verdict_sha256", "seed", "state", "score"):
        if document[name] is not None:
            ET.SubElement(properties, "property", {"name": name, "value": _clean(str(document[name]))})
    for check in checks:
        _case(suite, check, document["measured"]["checks"].get(check["id"], {}), language)


def _case(suite: ET.Element, check: Mapping[str, Any], measured: Mapping[str, Any], language: str) -> None:
    case = ET.SubElement(suite, "testcase", {"classname": f"minshi.{_clean(check['group'])}", "time": "0"})
    case.set("name", _clean(f"{check['id']} {check['title'][language]}"))
    summary = check["summary"][language]
    if check["outcome"] == "failed":
        kind = "mandatory" if check["mandatory"] else "weighted"
        ET.SubElement(case, "failure", {"message": _clean(summary), "type": kind}).text = _why(check, language)
    elif check["outcome"] == "error":
        ET.SubElement(case, "error", {"message": _clean(summary), "type": "error"}).text = _why(check, language)
    elif check["outcome"] not in HOLDS:
        ET.SubElement(case, "skipped", {"message": _clean(summary)})
    else:
        told = [summary, *(f"{name} = {value:g}" for name, value in measured.items())]
        ET.SubElement(case, "system-out").text = _clean("\n".join(told))


def _why(check: Mapping[str, Any], language: str) -> str:
    parts = [check["summary"][language], check["remedy"][language], f"$ {check['reproduce']}"]
    for piece in check["evidence"]:
        if told := evidence_text(piece):
            parts += ["", f"## {piece['title'][language]}", told]
    return clean_text("\n".join(parts), limit=MOST_TEXT)


def _counts(checks: list[Mapping[str, Any]]) -> dict[str, str]:
    outcomes = [each["outcome"] for each in checks]
    return {
        "tests": str(len(outcomes)),
        "failures": str(outcomes.count("failed")),
        "errors": str(outcomes.count("error")),
        "skipped": str(sum(each not in (*HOLDS, "failed", "error") for each in outcomes)),
    }


def _clean(text: str) -> str:
    return clean_text(text, limit=2_000)


def _seconds(value: float | None) -> str:
    return f"{value or 0:.2f}"
