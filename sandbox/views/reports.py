"""Pages of runs: the report with live progress, how a version stands, and every run of an app."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from marketplace.core import clock
from sandbox import operations_desk
from sandbox.engine import limits
from sandbox.intake_words import notes_of, refusal_of
from sandbox.models import Certificate, Retest, SandboxRun
from sandbox.querysets import may_operate
from sandbox.reports.document import sha256_of
from sandbox.runs import history, reporting
from sandbox.runs.faults import fault_of
from sandbox.workers.standing import engine_status
from vendors.models import App, AppVersion

RECENT = 10
RUNS_A_PAGE = 25
FAILURES = "failures"


@require_safe
@never_cache
@login_required
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one run: the verdict first, then what to mend, then everything that was seen."""
    return render(request, "sandbox/report.html", _context(request, _visible_run(request, pk)))


@require_safe
@never_cache
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the part of the report that changes: progress while the run goes on, then all of it, and no more polls.

    Not for visitors, who get a 404 as for any run that isn't theirs: a poll must not be answered with a sign-in page.
    """
    run = _visible_run(request, pk)
    if not run.is_over:
        return render(request, "sandbox/progress.html", _context(request, run))
    response = render(request, "sandbox/run.html", _context(request, run))
    response["HX-Retarget"], response["HX-Reswap"] = "#run", "outerHTML"
    return response


@require_safe
@never_cache
@login_required
def app_runs(request: HttpRequest, code: str) -> HttpResponse:
    """List every run of an app, the newest first, with the score of each."""
    runs = SandboxRun.objects.visible_to(request.user).filter(version__app__code=code)
    app = App.objects.visible_to(request.user).filter(code=code).first()
    if app is None and not runs.exists():
        raise Http404
    app = app or get_object_or_404(App, code=code)
    listed = runs.select_related("version__app", "order").defer("plan")
    context = {
        "app": app,
        "is_mine": App.objects.visible_to(request.user).filter(pk=app.pk).exists(),
        "page": Paginator(listed, RUNS_A_PAGE).get_page(request.GET.get("page")),
        "scores": history.scores_of(runs),
    }
    return render(request, "sandbox/app_runs.html", context)


@require_safe
@never_cache
@login_required
def version(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how a version stands between its upload and its verdict, and every run that it had."""
    found = get_object_or_404(AppVersion.objects.visible_to(request.user).select_related("app__vendor", "order"), pk=pk)
    runs = (
        SandboxRun.objects.visible_to(request.user)
        .filter(version=found)
        .select_related("version__app", "order")
        .defer("plan")
    )
    waiting = found.state in (AppVersion.State.UPLOADED, AppVersion.State.QUEUED)
    context = {
        "version": found,
        "runs": runs,
        "refusal": refusal_of(found.refusal) if found.refusal else None,
        "notes": notes_of(found),
        "waiting": waiting,
        "active": found.state in (AppVersion.State.UPLOADED, AppVersion.State.QUEUED, AppVersion.State.TESTING),
        "standing": engine_status() if waiting else None,
        "ahead": operations_desk.ahead_of(found, now=clock.now()) if waiting else 0,
        "stuck": waiting and operations_desk.is_stuck(found),
        "may_upload": App.objects.where(request.user, "apps.upload").filter(pk=found.app_id).exists(),
        "retests": Retest.objects.filter(version=found).select_related(
            "version__app__vendor", "interface_version__interface"
        ),
        "certificate": Certificate.objects.valid().filter(version=found).first(),
    }
    is_part = "HX-Request" in request.headers
    response = render(request, "sandbox/version_standing.html" if is_part else "sandbox/version.html", context)
    if is_part and not context["active"]:
        response["HX-Refresh"] = "true"
    return response


def _visible_run(request: HttpRequest, pk: int) -> SandboxRun:
    related = ("version__app__vendor", "version__intake", "order__service_item")
    return get_object_or_404(SandboxRun.objects.visible_to(request.user).select_related(*related), pk=pk)


def _context(request: HttpRequest, run: SandboxRun) -> dict[str, Any]:
    document = reporting.document(run, run.results.all(), with_evidence=run.is_over)
    checks = reporting.checks_of(document)
    beside = history.runs_beside(run, user=request.user)
    context = {
        "run": run,
        "checks": checks,
        "pass_mark": document["pass_mark"],
        "fault": fault_of(run.fault["code"]) if run.fault else None,
        "limit_rows": _limit_rows(),
        "is_mine": run.version is not None
        and App.objects.visible_to(request.user).filter(pk=run.version.app_id).exists(),
        "may_operate": bool(run.fault) and may_operate(request.user),
        "recent": beside[:RECENT],
    }
    if not run.is_over:
        return context | {
            "progress": reporting.progress_of(run, checks),
            "standing": engine_status() if run.state == SandboxRun.State.QUEUED else None,
        }
    before = history.run_before(run, beside)
    return context | {
        "groups": reporting.groups_of(checks),
        "only_failures": request.GET.get("show") == FAILURES,
        "holding": sum(check.holds for check in checks),
        "deciding": [check for check in checks if check.decides],
        "losing": [check for check in checks if check.outcome and not check.holds and not check.decides],
        "waterfall": reporting.waterfall(run, checks),
        "before": before,
        "comparison": history.comparison(before, run, checks) if before else None,
        "coverage": document["coverage"],
        "specs": document["specs"],
        "report_sha256": sha256_of(document),
        "certificate": Certificate.objects.filter(run=run).first(),
        "refused_lines": run.events.filter(kind="refused").count(),
        "may_upload": _may_upload(request, run),
    }


def _may_upload(request: HttpRequest, run: SandboxRun) -> bool:
    if run.version is None:
        return False
    return App.objects.where(request.user, "apps.upload").filter(pk=run.version.app_id).exists()


def _limit_rows() -> list[dict[str, object]]:
    return [{"title": {"zh": row.zh, "en": row.en}, "value": row.value} for row in limits.TABLE]
