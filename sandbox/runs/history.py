"""The runs beside a run: those of the same app or order, the one that it is compared with, and what changed since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from marketplace.core.bilingual import pick
from sandbox.models import SandboxRun
from sandbox.reports.check_words import words_of
from sandbox.reports.comparing import Comparison, Measured, Outcome, compare
from sandbox.runs.reporting import CheckReport

JUDGED = (SandboxRun.State.PASSED, SandboxRun.State.FAILED)
MOST_SCORES = 20


@dataclass(frozen=True)
class ChangedCheck:
    """A check of a comparison with its title and, where the page shows it, its place."""

    title: str
    anchor: str = ""


@dataclass(frozen=True)
class Changes:
    """What a reader is told about two runs."""

    newly_failing: list[ChangedCheck]
    newly_passing: list[ChangedCheck]
    still_failing: list[ChangedCheck]
    added: list[ChangedCheck]
    dropped: list[ChangedCheck]
    measurements: list[tuple[str, Measured]]
    same_plan: bool


def runs_beside(run: SandboxRun, *, user: object) -> QuerySet[SandboxRun]:
    """Return the runs of the same app, or the rehearsals of the same order, that the person may see."""
    runs = SandboxRun.objects.visible_to(user).select_related("version__app", "order").defer("plan")
    if run.version:
        return runs.filter(version__app_id=run.version.app_id)
    return runs.filter(order_id=run.order_id, kind=run.kind)


def run_before(run: SandboxRun, beside: QuerySet[SandboxRun]) -> SandboxRun | None:
    """Return the judged run to compare with: the last one of another version, else the last one before it."""
    earlier = beside.filter(state__in=JUDGED, order_id=run.order_id)
    earlier = earlier.filter(Q(queued_at__lt=run.queued_at) | Q(queued_at=run.queued_at, pk__lt=run.pk))
    other = earlier.exclude(version_id=run.version_id) if run.version_id else earlier
    return other.first() or earlier.first()


def comparison(before: SandboxRun, run: SandboxRun, checks: list[CheckReport]) -> Changes:
    """Return what changed from an earlier run to this one."""
    rows = before.results.values_list("code", "outcome", "measurements")
    was = {code: Outcome(outcome, measurements) for code, outcome, measurements in rows}
    now = {check.code: Outcome(check.outcome, check.measurements) for check in checks}
    same_plan = before.plan_sha256 == run.plan_sha256
    return _told(compare(was, now, figures=(before.figures, run.figures), same_plan=same_plan), checks, run.plan)


def scores_of(runs: QuerySet[SandboxRun]) -> list[dict[str, Any]]:
    """Return the scores of the last judged runs, the oldest first, as rows of a chart."""
    judged = runs.filter(state__in=JUDGED).select_related("version").defer("plan")[:MOST_SCORES]
    return [
        {
            "label": f"{each.version.version if each.version else ''} #{each.pk}",
            "value": each.score,
            "tone": "ok" if each.state == SandboxRun.State.PASSED else "bad",
        }
        for each in reversed(judged)
    ]


def _told(found: Comparison, checks: list[CheckReport], plan: dict[str, Any]) -> Changes:
    shown = {check.code: ChangedCheck(check.title, check.anchor) for check in checks}

    def named(codes: Iterable[str]) -> list[ChangedCheck]:
        return [shown.get(code) or ChangedCheck(pick(words_of(code, plan)["title"])) for code in codes]

    return Changes(
        newly_failing=named(found.newly_failing),
        newly_passing=named(found.newly_passing),
        still_failing=named(found.still_failing),
        added=named(found.added),
        dropped=named(found.dropped),
        measurements=[(shown[row.check].title if row.check in shown else "", row) for row in found.measurements],
        same_plan=found.same_plan,
    )
