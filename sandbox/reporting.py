"""The report of a run as people and programs read it: verdict, groups, checks with evidence, points, what to mend."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from marketplace.core.bilingual import pick
from sandbox.models import CheckResult, RunEvent, SandboxRun
from sandbox.probe.catalogue import check_for
from sandbox.probe.model import GROUPS

POINT = Decimal("0.01")
TONES = {"passed": "ok", "failed": "bad", "advisory": "warn", "skipped": "idle", "error": "warn"}


@dataclass(frozen=True)
class CheckReport:
    """One check of the plan with what came of it; `outcome` is empty while nothing is known."""

    code: str
    title: str
    proves: str
    remedy: str
    group: str
    mandatory: bool
    weight: Decimal
    outcome: str = ""
    outcome_label: str = ""
    points: Decimal = Decimal(0)
    summary: str = ""
    measurements: dict[str, float] = field(default_factory=dict)
    evidence: list[dict[str, Any]] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        """The id of its place on the page."""
        return "check-" + self.code.replace(".", "-").replace("_", "-")

    @property
    def tone(self) -> str:
        """The tone of its tag."""
        return TONES.get(self.outcome, "idle")

    @property
    def holds(self) -> bool:
        """Whether nothing has to be mended."""
        return self.outcome in ("passed", "advisory")

    @property
    def decides(self) -> bool:
        """Whether it alone failed the app."""
        return self.mandatory and bool(self.outcome) and not self.holds

    @property
    def lost(self) -> Decimal:
        """The points of its weight that it did not bring."""
        return self.weight - self.points


@dataclass(frozen=True)
class GroupReport:
    """The checks of one group in the plan's order."""

    code: str
    title: str
    checks: list[CheckReport]

    @property
    def to_mend(self) -> list[CheckReport]:
        """The checks that don't hold."""
        return [check for check in self.checks if not check.holds]

    @property
    def holding(self) -> list[CheckReport]:
        """The checks in which nothing has to be mended."""
        return [check for check in self.checks if check.holds]

    @property
    def outcome(self) -> str:
        """Passed, failed, partly, or empty while something is still to come."""
        if any(not check.outcome for check in self.checks):
            return ""
        if any(check.decides for check in self.checks):
            return "failed"
        return "passed" if all(check.holds for check in self.checks) else "partly"


def checks_of(run: SandboxRun, results: Iterable[CheckResult]) -> list[CheckReport]:
    """Return every check of the plan in order, with its result where there is one."""
    found = {result.code: result for result in results}
    titles = {f"scenario.{each['code']}": each for each in run.plan.get("scenarios", [])}
    return [_check(each, found.get(each["id"]), titles.get(each["id"])) for each in run.plan.get("checks", [])]


def groups_of(checks: Iterable[CheckReport]) -> list[GroupReport]:
    """Return the checks by group, groups in the order of the catalogue."""
    listed = list(checks)
    known = [*GROUPS, *sorted({check.group for check in listed} - set(GROUPS))]
    return [
        GroupReport(code, group_title(code), [check for check in listed if check.group == code])
        for code in known
        if any(check.group == code for check in listed)
    ]


def group_title(code: str) -> str:
    """Return the title of a group in the active language."""
    return pick(GROUPS[code]) if code in GROUPS else code


def waterfall(run: SandboxRun, checks: Iterable[CheckReport]) -> list[dict[str, object]]:
    """Return how the score comes about: from 100 down by what each check lost, in points of the score."""
    listed = list(checks)
    total = sum((check.weight for check in listed), Decimal(0))
    if run.score is None or not total:
        return []
    rows: list[dict[str, object]] = [{"label": _("All checks"), "value": Decimal(100), "total": True}]
    rows += [
        {"label": check.title, "value": -(check.lost / total * 100).quantize(POINT)} for check in listed if check.lost
    ]
    return [*rows, {"label": _("Score"), "value": run.score, "total": True}]


def progress_of(run: SandboxRun, checks: list[CheckReport]) -> dict[str, Any]:
    """Return how far a run is: {"done", "total", "running" (the check's title), "steps" (what the engine said)}."""
    events = list(run.events.filter(attempt=run.attempts).exclude(kind=RunEvent.Kind.REFUSED))
    running = ""
    for event in events:
        if event.kind == RunEvent.Kind.PROGRESS:
            running = event.code if event.data.get("state") == "running" else ""
    title = next((check.title for check in checks if check.code == running), "")
    done = sum(bool(check.outcome) for check in checks)
    return {"done": done, "total": len(checks), "running": title}


def canonical(run: SandboxRun) -> dict[str, Any]:
    """Return the whole report as plain data, both languages: the source of every other rendering."""
    return {
        "report_version": 1,
        "run": str(run.reference),
        "kind": run.kind,
        "state": run.state,
        "order": run.order.code,
        "app": run.version.app.code if run.version else None,
        "version": run.version.version if run.version else None,
        "image": run.image_id,
        "plan_sha256": run.plan_sha256,
        "seed": run.seed,
        "manifest": run.manifest,
        "limits": run.limits,
        "engine": run.engine,
        "self_test": run.self_test,
        "attempts": run.attempts,
        "queued_at": run.queued_at,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "seconds": run.seconds,
        "score": run.score,
        "pass_mark": run.plan.get("thresholds", {}).get("pass_mark"),
        "verdict_sha256": run.verdict_digest,
        "fault": run.fault,
        "figures": run.figures,
        "checks": [_canonical_check(result) for result in run.results.all()],
    }


def _canonical_check(result: CheckResult) -> dict[str, Any]:
    return {
        "id": result.code,
        "group": result.group,
        "outcome": result.outcome,
        "mandatory": result.mandatory,
        "weight": result.weight,
        "points": result.points,
        "summary": {"zh": result.summary_zh, "en": result.summary_en},
        "measurements": result.measurements,
        "evidence": result.evidence,
    }


def _check(planned: dict[str, Any], result: CheckResult | None, scenario: dict[str, Any] | None) -> CheckReport:
    code = planned["id"]
    known = _known(code)
    title = known["title"]
    if scenario:
        title = {"zh": scenario["title_zh"], "en": scenario["title_en"]}
    about = {
        "code": code,
        "title": pick(title),
        "proves": pick(known["proves"]),
        "remedy": pick(known["remedy"]),
        "group": code.partition(".")[0],
        "mandatory": bool(planned["mandatory"]),
        "weight": Decimal(str(planned["weight"])),
    }
    if result is None:
        return CheckReport(**about)
    return CheckReport(
        **about,
        outcome=result.outcome,
        outcome_label=result.get_outcome_display(),
        points=result.points,
        summary=pick({"zh": result.summary_zh, "en": result.summary_en}),
        measurements=result.measurements,
        evidence=result.evidence,
    )


def _known(code: str) -> dict[str, dict[str, str]]:
    try:
        check = check_for(code)
    except KeyError:
        return {"title": {"zh": code, "en": code}, "proves": {"zh": "", "en": ""}, "remedy": {"zh": "", "en": ""}}
    return {"title": check.title, "proves": check.proves, "remedy": check.remedy}
