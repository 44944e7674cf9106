"""Pages of the sandbox: report with live progress, how a version stands, certificate, the operators' page."""

import re

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from marketplace.core import clock
from sandbox import certificates, operations_desk, reporting, services
from sandbox.engine import limits
from sandbox.faults import fault_of
from sandbox.intake_words import notes_of, refusal_of
from sandbox.models import Certificate, SandboxRun
from sandbox.querysets import may_operate
from sandbox.standing import engine_status
from vendors.models import App, AppVersion

DIGEST = re.compile(r"(?:sha256:)?[0-9a-f]{64}")
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


@require_safe
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """Show a certificate to anybody and verify it: by its code, or by the digest of an image."""
    found = _certificate(code)
    verification = certificates.verify(found)
    groups = [
        {"title": reporting.group_title(group), "outcome": outcome}
        for group, outcome in verification.claims.get("groups", {}).items()
    ]
    context = {
        "certificate": found,
        "verification": verification,
        "groups": groups,
        "address": request.build_absolute_uri(reverse("sandbox:certificate", args=[found.code])),
    }
    return render(request, "sandbox/certificate.html", context)


@require_safe
def certificate_jws(request: HttpRequest, code: str) -> HttpResponse:
    """Hand out the signed statement itself, for programs that verify it with the platform's public keys."""
    response = HttpResponse(_certificate(code).jws, content_type="application/jose")
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
@never_cache
@login_required
def operations(request: HttpRequest) -> HttpResponse:
    """Show operators the queue, the runs, the workers with their self-tests, and what is stuck."""
    _operator_or_404(request)
    runs = SandboxRun.objects.select_related("version__app", "order").defer("plan")
    context = {
        "standing": engine_status(),
        "workers": operations_desk.workers(),
        "running": runs.filter(state=SandboxRun.State.RUNNING),
        "waiting": runs.waiting(),
        "untaken": operations_desk.untaken(),
        "stuck": operations_desk.stuck(),
        "page": Paginator(runs.exclude(state__in=["queued", "running"]), 25).get_page(request.GET.get("page")),
    }
    return render(request, "sandbox/operations.html", context)


@require_POST
@login_required
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a run."""
    run = get_object_or_404(SandboxRun.objects.operable_by(request.user), pk=pk)
    services.cancel(run=run, by=request.user, now=clock.now())
    messages.success(request, _("The run stops; its version keeps its place and can be started again."))
    return redirect("sandbox:operations")


@require_POST
@login_required
def run_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Start a version again that a fault of the platform left waiting."""
    _operator_or_404(request)
    found = get_object_or_404(AppVersion, pk=pk)
    services.run_again(version=found, by=request.user, now=clock.now())
    messages.success(request, _("The version is in the queue again."))
    return redirect("sandbox:operations")


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


def _certificate(code: str) -> Certificate:
    all_of_them = Certificate.objects.select_related("version__app__vendor", "run__order__service_item")
    if DIGEST.fullmatch(code):
        digest = code if code.startswith("sha256:") else f"sha256:{code}"
        found = (
            all_of_them.filter(image_digest=digest)
            .order_by(F("revoked_at").asc(nulls_first=True), "-issued_at")
            .first()
        )
    else:
        found = all_of_them.filter(code=code.upper()).first()
    if found is None:
        raise Http404
    return found


def _operator_or_404(request: HttpRequest) -> None:
    if not may_operate(request.user):
        raise Http404
