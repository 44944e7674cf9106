"""The report of a run as its page shows it: the one document made from the rows, its groups, points and progress."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from marketplace.core.bilingual import pick
from sandbox.models import CheckResult, RunEvent, SandboxRun
from sandbox.probe.model import GROUPS
from sandbox.reports.document import CheckFacts, Document, RunFacts, document_of

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
    reproduce: str = ""

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


def document(run: SandboxRun, results: QuerySet[CheckResult], *, with_evidence: bool = True) -> Document:
    """Return the canonical report of a run; the seed isn't in it before the run is over.

    Without evidence it is cheap to make again and again while the run goes on.
    """
    rows = results if with_evidence else results.defer("evidence")
    return document_of(_run_facts(run), [_check_facts(each, with_evidence=with_evidence) for each in rows])


def checks_of(report: Document) -> list[CheckReport]:
    """Return every check of the plan in order, in the active language."""
    return [_check(each, report["measured"]["checks"].get(each["id"], {})) for each in report["checks"]]


def groups_of(checks: Iterable[CheckReport]) -> list[GroupReport]:
    """Return the checks by group: those with something to mend first, else in the order of the catalogue."""
    listed = list(checks)
    known = [*GROUPS, *sorted({check.group for check in listed} - set(GROUPS))]
    groups = [
        GroupReport(code, group_title(code), [check for check in listed if check.group == code])
        for code in known
        if any(check.group == code for check in listed)
    ]
    return sorted(groups, key=lambda group: not group.to_mend)


def group_title(code: str) -> str:
    """Return the title of a group in the active language."""
    return pick(GROUPS[code]) if code in GROUPS else code


def waterfall(run: SandboxRun, checks: Iterable[CheckReport]) -> list[dict[str, object]]:
    """Return how the score comes about: from 100 down by what each check lost, in points of the score."""
    listed = list(checks)
    total = sum((check.weight for check in listed), Decimal(0))
    if run.score is None or not total:
        return []
    rows: list[dict[str, object]] = [{"label": _("All checks"), "value": Decimal("100.00"), "total": True}]
    rows += [
        {"label": check.title, "value": -(check.lost / total * 100).quantize(POINT)} for check in listed if check.lost
    ]
    return [*rows, {"label": _("Score"), "value": run.score, "total": True}]


def progress_of(run: SandboxRun, checks: list[CheckReport]) -> dict[str, Any]:
    """Return how far a run is.

    {"done", "total", "running" (the check's title), "group" (its group's title), "last" (the title and outcome of what
    was finished last), "at" (when something was last heard)}.
    """
    events = list(run.events.filter(attempt=run.attempts).exclude(kind=RunEvent.Kind.REFUSED))
    titles = {check.code: check for check in checks}
    running = last = None
    for event in events:
        if event.kind != RunEvent.Kind.PROGRESS:
            continue
        started = event.data.get("state") == "running"
        running = titles.get(event.code) if started else None
        last = last if started else titles.get(event.code)
    return {
        "done": sum(bool(check.outcome) for check in checks),
        "total": len(checks),
        "running": running.title if running else "",
        "group": group_title(running.group) if running else "",
        "last": last,
        "at": events[-1].at if events else None,
    }


def _check(check: dict[str, Any], measurements: dict[str, float]) -> CheckReport:
    return CheckReport(
        code=check["id"],
        title=pick(check["title"]),
        proves=pick(check["proves"]),
        remedy=pick(check["remedy"]),
        group=check["group"],
        mandatory=check["mandatory"],
        weight=Decimal(str(check["weight"])),
        outcome=check["outcome"],
        outcome_label=str(CheckResult.Outcome(check["outcome"]).label) if check["outcome"] else "",
        points=Decimal(str(check["points"])),
        summary=pick(check["summary"]),
        measurements=measurements,
        evidence=check["evidence"],
        reproduce=check["reproduce"],
    )


def _run_facts(run: SandboxRun) -> RunFacts:
    return RunFacts(
        reference=str(run.reference),
        kind=run.kind,
        state=run.state,
        order=run.order.code,
        plan=run.plan,
        plan_sha256=run.plan_sha256,
        seed=run.seed if run.is_over else None,
        app=run.version.app.code if run.version else None,
        version=run.version.version if run.version else None,
        image=run.image_id,
        attempts=run.attempts,
        manifest=run.manifest,
        limits=run.limits,
        engine=run.engine,
        self_test=run.self_test,
        fault=run.fault,
        figures=run.figures,
        score=run.score,
        verdict_sha256=run.verdict_digest,
        queued_at=run.queued_at,
        started_at=run.started_at,
        finished_at=run.finished_at,
        seconds=run.seconds,
        log_tail=run.log_tail,
    )


def _check_facts(result: CheckResult, *, with_evidence: bool) -> CheckFacts:
    return CheckFacts(
        code=result.code,
        outcome=result.outcome,
        summary={"zh": result.summary_zh, "en": result.summary_en},
        points=result.points,
        digestible=result.digestible,
        measurements=result.measurements,
        evidence=result.evidence if with_evidence else (),
        at=result.at,
    )
