"""Pages of runs: the report with live progress, and how a version stands."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sandbox import operations_desk, reporting, services
from sandbox.engine import limits
from sandbox.faults import fault_of
from sandbox.intake_words import notes_of, refusal_of
from sandbox.models import Certificate, SandboxRun
from sandbox.querysets import may_operate
from sandbox.standing import engine_status
from vendors.models import App, AppVersion

HISTORY = 20


@require_safe
@never_cache
@login_required
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one run: the verdict first, then what to mend, then everything that was seen."""
    run = _visible_run(request, pk)
    checks = reporting.checks_of(run, run.results.all())
    context = {
        "run": run,
        "checks": checks,
        "groups": reporting.groups_of(checks),
        "holding": sum(check.holds for check in checks),
        "deciding": [check for check in checks if check.decides],
        "losing": [check for check in checks if check.outcome and not check.holds and not check.decides],
        "waterfall": reporting.waterfall(run, checks),
        "pass_mark": run.plan.get("thresholds", {}).get("pass_mark"),
        "progress": reporting.progress_of(run, checks),
        "standing": engine_status() if run.state == SandboxRun.State.QUEUED else None,
        "fault": fault_of(run.fault["code"]) if run.fault else None,
        "limit_rows": _limit_rows(),
        "certificate": Certificate.objects.filter(run=run).first(),
        "history": _history(request, run),
        "refused_lines": run.events.filter(kind="refused").count(),
        "may_upload": _may_upload(request, run),
        "may_operate": may_operate(request.user),
    }
    return render(request, "sandbox/report.html", context)


@require_safe
@never_cache
@login_required
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the part of the report that changes while the run goes on; tells the page to reload once it is over."""
    run = _visible_run(request, pk)
    checks = reporting.checks_of(run, run.results.all())
    context = {
        "run": run,
        "checks": checks,
        "progress": reporting.progress_of(run, checks),
        "standing": engine_status() if run.state == SandboxRun.State.QUEUED else None,
    }
    response = render(request, "sandbox/progress.html", context)
    if run.is_over:
        response["HX-Refresh"] = "true"
    return response


@require_safe
@never_cache
@login_required
def report_json(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the whole report as one JSON document."""
    run = _visible_run(request, pk)
    if not run.is_over:
        raise Http404
    response = JsonResponse(reporting.canonical(run), json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="report-{run.pk}.json"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
@never_cache
@login_required
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the plan whose hash the certificate carries."""
    run = _visible_run(request, pk)
    response = HttpResponse(services.plan_bytes(run), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="plan-{run.plan_sha256[:12]}.json"'
    return response


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
        "ahead": operations_desk.ahead_of(found) if waiting else 0,
        "stuck": waiting and operations_desk.is_stuck(found),
        "may_upload": App.objects.where(request.user, "apps.upload").filter(pk=found.app_id).exists(),
    }
    is_part = "HX-Request" in request.headers
    response = render(request, "sandbox/version_standing.html" if is_part else "sandbox/version.html", context)
    if is_part and not context["active"]:
        response["HX-Refresh"] = "true"
    return response


def _visible_run(request: HttpRequest, pk: int) -> SandboxRun:
    related = ("version__app__vendor", "order__service_item")
    return get_object_or_404(SandboxRun.objects.visible_to(request.user).select_related(*related), pk=pk)


def _history(request: HttpRequest, run: SandboxRun) -> list[SandboxRun]:
    runs = SandboxRun.objects.visible_to(request.user).select_related("version__app", "order")
    if run.version:
        return list(runs.filter(version__app_id=run.version.app_id).defer("plan")[:HISTORY])
    return list(runs.filter(order_id=run.order_id, kind=run.kind).defer("plan")[:HISTORY])


def _may_upload(request: HttpRequest, run: SandboxRun) -> bool:
    if run.version is None:
        return False
    return App.objects.where(request.user, "apps.upload").filter(pk=run.version.app_id).exists()


def _limit_rows() -> list[dict[str, object]]:
    return [{"title": {"zh": row.zh, "en": row.en}, "value": row.value} for row in limits.TABLE]
