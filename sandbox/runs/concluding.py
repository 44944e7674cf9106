"""Ends a run: verdict, certificate, the version's state and the news of it, all in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from marketplace.orders.services import record_rehearsal
from sandbox import retests
from sandbox.certification import certificates
from sandbox.models import CheckResult, SandboxRun
from sandbox.news import tell_members
from sandbox.queue.queueing import queue_certification, queue_rehearsal
from sandbox.reports.messages import Result
from sandbox.reports.verdict import Found, Verdict, duties_of, judge
from vendors.models import AppVersion

MOST_BROKEN = 2
DEFAULT_PASS_MARK = 80
TIMED_OUT = {
    "zh": "测试的总时限已到,这一项没有做完。请看它之前最慢的一项。",
    "en": "The time for the whole test ran out before this check was done. See the slowest check before it.",
}
NOT_REPORTED = {
    "zh": "探针没有报告这一项,按未运行计。",
    "en": "The probe did not report this check, so it counts as not run.",
}


def judge_run(run: SandboxRun, results: Mapping[str, Result]) -> Verdict:
    """Return the verdict over what was recorded."""
    found = [Found(each.check, each.outcome, each.share, each.digestible) for each in results.values()]
    pass_mark = Decimal(str(run.plan.get("thresholds", {}).get("pass_mark", DEFAULT_PASS_MARK)))
    subject = {"plan_sha256": run.plan_sha256, "seed": run.seed, "image": run.image_id}
    return judge(duties_of(run.plan), found, pass_mark=pass_mark, subject=subject)


def checks_failed_themselves(run: SandboxRun, results: Mapping[str, Result]) -> bool:
    """Return whether only errors of our own checks stand between the app and a pass of its mandatory checks."""
    deciding = [each for each in judge_run(run, results).points if each.fails_the_app]
    return bool(deciding) and all(each.outcome == "error" for each in deciding)


def conclude(
    run: SandboxRun, results: Mapping[str, Result], *, now: datetime, timed_out: bool, **figures: Any
) -> Verdict:
    """Write the verdict down with everything that follows from it; `figures` are fields of the run."""
    verdict = judge_run(run, results)
    with transaction.atomic():
        _write_points(run, verdict, results, now=now, timed_out=timed_out)
        end = run.succeed if verdict.passed else run.fail
        end(now=now, score=verdict.score, verdict_digest=verdict.digest, **figures)
        if run.kind == SandboxRun.Kind.REHEARSAL:
            _report_rehearsal(run, passed=verdict.passed, message=rehearsal_message(verdict), now=now)
        elif run.kind == SandboxRun.Kind.RETEST:
            retests.conclude(run, verdict, now=now)
        else:
            _settle_version(run, verdict, now=now)
    return verdict


def break_off(run: SandboxRun, *, code: str, detail: str = "", now: datetime, **figures: Any) -> SandboxRun | None:
    """End a run that the platform spoilt; returns the run that was queued in its place (once), if any."""
    with transaction.atomic():
        run.break_off(now=now, code=code, detail=detail, **figures)
        return _start_again(run, now=now)


def _start_again(run: SandboxRun, *, now: datetime) -> SandboxRun | None:
    if run.kind == SandboxRun.Kind.RETEST:
        retests.lost(run, now=now)
        return None
    subject = {"version": run.version} if run.version else {"order": run.order, "kind": run.kind}
    broken = SandboxRun.objects.filter(state=SandboxRun.State.BROKEN, plan_sha256=run.plan_sha256, **subject).count()
    again = broken < MOST_BROKEN
    if run.version is None:
        if not again:
            _report_rehearsal(run, passed=False, message="沙箱故障,演练没有完成。 The sandbox broke down.", now=now)
        return queue_rehearsal(order=run.order, now=now) if again else None
    version = fresh_version(run)
    if version.state == AppVersion.State.TESTING:
        version.queue(now=now)
    if not again:
        tell_members(version, kind="sandbox-broken", now=now)
    return queue_certification(version=version, now=now) if again else None


def fresh_version(run: SandboxRun) -> AppVersion:
    """Return the run's version as the database has it now."""
    return AppVersion.objects.select_related("app__vendor", "order").get(runs=run)


def _settle_version(run: SandboxRun, verdict: Verdict, *, now: datetime) -> None:
    version = fresh_version(run)
    run.version = version
    summary = summary_of(run, verdict)
    certificate = None
    if verdict.passed:
        certificate = certificates.issue(run=run, version=version, verdict=verdict, now=now)
        summary["certificate"] = certificate.code
    if version.state != AppVersion.State.TESTING:
        return
    end = version.certify if verdict.passed else version.fail
    end(now=now, score=verdict.score, plan_sha256=run.plan_sha256, certificate_summary=summary)
    kind = "sandbox-passed" if verdict.passed else "sandbox-failed"
    tell_members(version, kind=kind, now=now, score=str(verdict.score), run=run.pk)


def summary_of(run: SandboxRun, verdict: Verdict) -> dict[str, Any]:
    """Return what a listing shows of the test: groups, scopes, accessibility, failed checks, run."""
    outcomes = {each.duty.code: each.outcome for each in verdict.points}
    return {
        "run": run.pk,
        "reference": str(run.reference),
        "score": str(verdict.score),
        "pass_mark": str(verdict.pass_mark),
        "groups": certificates.groups_of(verdict),
        "checks": len(verdict.points),
        "checks_passed": sum(outcome in ("passed", "advisory") for outcome in outcomes.values()),
        "failed_checks": [code for code, outcome in outcomes.items() if outcome not in ("passed", "advisory")],
        "scopes": list(run.manifest.get("scopes", [])),
        "accessibility": {
            code.rpartition("_")[2]: outcome for code, outcome in outcomes.items() if code.startswith("page.axe_")
        },
    }


def _write_points(
    run: SandboxRun, verdict: Verdict, results: Mapping[str, Result], *, now: datetime, timed_out: bool
) -> None:
    stored = {row.code: row for row in run.results.all()}
    why = TIMED_OUT if timed_out else NOT_REPORTED
    missing = []
    for position, each in enumerate(verdict.points):
        row = stored.get(each.duty.code)
        if row is None:
            row = CheckResult(run=run, code=each.duty.code, group=each.duty.code.partition(".")[0], at=now)
            row.position, row.outcome = position, each.outcome
            row.mandatory, row.weight = each.duty.mandatory, each.duty.weight
            row.summary_zh, row.summary_en = why["zh"], why["en"]
            missing.append(row)
        row.share, row.points = each.share, each.earned
    CheckResult.objects.bulk_create(missing)
    CheckResult.objects.bulk_update(stored.values(), ["share", "points"])


def rehearsal_message(verdict: Verdict) -> str:
    """Return one line for the order: the score, and which mandatory checks failed."""
    failed = ", ".join(verdict.failed_mandatory)
    return f"{verdict.score} / {verdict.pass_mark}" + (f" · {failed}" if failed else "")


def _report_rehearsal(run: SandboxRun, *, passed: bool, message: str, now: datetime) -> None:
    record_rehearsal(order=run.order, plan_sha256=run.plan_sha256, passed=passed, message=message[:500], now=now)
