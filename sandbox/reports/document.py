"""The report of a run as one canonical JSON document; everything else that shows a run is a rendering of it (pure)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sandbox.reports.check_words import command_for, words_of
from sandbox.reports.redaction import redacted
from sandbox.reports.renderings.coverage import coverage_of
from sandbox.reports.verdict import Found, duties_of, judge

REPORT_VERSION = 2
DEFAULT_PASS_MARK = 80
SCHEMA_FILE = Path(__file__).with_name("report.schema.json")
Document = dict[str, Any]


@dataclass(frozen=True)
class RunFacts:
    """What is known of a run apart from its checks; `plan` and `manifest` as they were when it was queued."""

    reference: str
    kind: str
    state: str
    order: str
    plan: Mapping[str, Any]
    plan_sha256: str
    seed: int | None
    app: str | None = None
    version: str | None = None
    image: str = ""
    attempts: int = 1
    manifest: Mapping[str, Any] = field(default_factory=dict)
    limits: Mapping[str, Any] = field(default_factory=dict)
    engine: Mapping[str, Any] = field(default_factory=dict)
    self_test: Mapping[str, Any] = field(default_factory=dict)
    fault: Mapping[str, Any] = field(default_factory=dict)
    figures: Mapping[str, Any] = field(default_factory=dict)
    score: Decimal | None = None
    verdict_sha256: str = ""
    queued_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    seconds: Decimal | float | None = None
    log_tail: str = ""


@dataclass(frozen=True)
class CheckFacts:
    """What one check of the plan found."""

    code: str
    outcome: str
    summary: Mapping[str, str]
    points: Decimal = Decimal(0)
    digestible: bool = True
    measurements: Mapping[str, float] = field(default_factory=dict)
    evidence: Sequence[Mapping[str, Any]] = ()
    at: datetime | None = None


def document_of(run: RunFacts, results: Iterable[CheckFacts]) -> Document:
    """Return the report as plain data: what the verdict rests on, every check, and apart from it what was measured.

    `digestible` is what the same image, plan and seed must repeat; its SHA-256 is `verdict_sha256`. `measured` may
    differ on every machine. Checks without a result have the outcome "". Secrets are taken out.
    """
    found = {each.code: each for each in results}
    pass_mark = Decimal(str(run.plan.get("thresholds", {}).get("pass_mark", DEFAULT_PASS_MARK)))
    checks = [_check(each, found.get(each["id"]), run) for each in run.plan.get("checks", [])]
    return redacted(
        {
            "report_version": REPORT_VERSION,
            "run": run.reference,
            "kind": run.kind,
            "state": run.state,
            "order": run.order,
            "service_item": dict(run.plan.get("service_item", {})),
            "app": run.app,
            "version": run.version,
            "image": run.image,
            "plan_sha256": run.plan_sha256,
            "specs": _specs(run.plan),
            "seed": run.seed,
            "attempts": run.attempts,
            "manifest": dict(run.manifest),
            "limits": dict(run.limits),
            "engine": dict(run.engine),
            "self_test": dict(run.self_test),
            "fault": dict(run.fault),
            "score": _number(run.score),
            "pass_mark": _number(pass_mark),
            "verdict_sha256": run.verdict_sha256,
            "digestible": _digestible(run, found, pass_mark) if run.verdict_sha256 else None,
            "checks": checks,
            "coverage": coverage_of(run.plan.get("contract", {}), run.figures.get("coverage", {})),
            "measured": {
                "queued_at": _moment(run.queued_at),
                "started_at": _moment(run.started_at),
                "finished_at": _moment(run.finished_at),
                "seconds": _number(run.seconds),
                "figures": {name: value for name, value in run.figures.items() if name != "coverage"},
                "checks": {code: dict(each.measurements) for code, each in found.items() if each.measurements},
            },
            "log_tail": run.log_tail,
        }
    )


def to_bytes(document: Document) -> bytes:
    """Return a document as canonical JSON: sorted keys, no spaces, UTF-8, a newline at the end; the same every time."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8", "replace") + b"\n"


def sha256_of(document: Document) -> str:
    """Return the SHA-256 (hex) of a document's bytes."""
    return hashlib.sha256(to_bytes(document)).hexdigest()


def schema() -> dict[str, Any]:
    """Return the JSON Schema that every document fits."""
    loaded: dict[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return loaded


def _check(planned: Mapping[str, Any], found: CheckFacts | None, run: RunFacts) -> dict[str, Any]:
    code = planned["id"]
    check = {
        "id": code,
        "group": code.partition(".")[0],
        **words_of(code, run.plan),
        "mandatory": bool(planned["mandatory"]),
        "weight": _number(planned["weight"]),
        "outcome": "",
        "points": 0,
        "digestible": True,
        "summary": {"zh": "", "en": ""},
        "evidence": [],
        "at": None,
        "reproduce": command_for(code, run.seed) if run.seed is not None else "",
    }
    if found is None:
        return check
    return check | {
        "outcome": found.outcome,
        "points": _number(found.points),
        "digestible": found.digestible,
        "summary": dict(found.summary),
        "evidence": [dict(each) for each in found.evidence],
        "at": _moment(found.at),
    }


def _digestible(run: RunFacts, found: Mapping[str, CheckFacts], pass_mark: Decimal) -> dict[str, Any]:
    subject = {"plan_sha256": run.plan_sha256, "seed": run.seed, "image": run.image}
    results = [
        Found(each.code, each.outcome, each.measurements.get("share"), each.digestible) for each in found.values()
    ]
    return dict(judge(duties_of(run.plan), results, pass_mark=pass_mark, subject=subject).digestible)


def _specs(plan: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return each specification of a plan with the SHA-256 of its canonical JSON."""
    contract = plan.get("contract", {})
    specs = [{"kind": "contract", "code": "app", "version": _version_of(contract), "sha256": _hash(contract)}]
    for each in plan.get("interfaces", []):
        version = str(each.get("version", ""))
        specs.append({"kind": "interface", "code": each["code"], "version": version, "sha256": _hash(each["openapi"])})
    for each in plan.get("scenarios", []):
        document = each["arazzo"]
        specs.append(
            {"kind": "scenario", "code": each["code"], "version": _version_of(document), "sha256": _hash(document)}
        )
    return specs


def _version_of(document: Mapping[str, Any]) -> str:
    return str(document.get("info", {}).get("version", ""))


def _hash(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _number(value: Any) -> int | float | None:
    """Return a number of JSON, whole ones without a fraction, so that 10 and 10.00 are the same bytes."""
    if value is None:
        return None
    number = float(value)
    return int(number) if number.is_integer() else number


def _moment(value: datetime | None) -> str | None:
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if value else None
