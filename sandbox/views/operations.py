"""The operators' pages: queue, workers, what waits for help, and what they can do about it."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from marketplace.accounts.requests import PersonRequest
from marketplace.core import clock
from sandbox import operations_desk, services
from sandbox.forms.deciding import PriorityForm
from sandbox.models import Retest, SandboxRun, Worker
from sandbox.querysets import may_operate
from sandbox.workers.standing import engine_status
from vendors.models import AppVersion


@require_safe
@never_cache
@login_required
def operations(request: HttpRequest) -> HttpResponse:
    """Show operators the queue, the runs, the workers with their self-tests, and what is stuck."""
    _operator_or_404(request)
    now = clock.now()
    runs = SandboxRun.objects.select_related("version__app__vendor", "order__department").defer("plan")
    context = {
        "standing": engine_status(),
        "workers": operations_desk.workers(),
        "running": runs.filter(state=SandboxRun.State.RUNNING),
        "line": operations_desk.line(now=now),
        "priorities": SandboxRun.Priority.choices,
        "limit": settings.SANDBOX_RUNS_PER_VENDOR,
        "decisions": Retest.objects.decidable_by(request.user).count(),
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


@require_POST
@login_required
def prioritise(request: PersonRequest, pk: int) -> HttpResponse:
    """Move a waiting run forward or back."""
    run = get_object_or_404(SandboxRun.objects.operable_by(request.user), pk=pk)
    form = PriorityForm(request.POST)
    if not form.is_valid():
        raise Http404
    services.prioritise(run=run, priority=form.cleaned_data["priority"], by=request.user, now=clock.now())
    messages.success(request, _("The run has its new place in the line."))
    return redirect("sandbox:operations")


@require_POST
@login_required
def drain(request: PersonRequest, pk: int) -> HttpResponse:
    """Let a worker finish what it has and take nothing more."""
    _operator_or_404(request)
    worker = get_object_or_404(Worker, pk=pk)
    services.drain(worker=worker, by=request.user, now=clock.now())
    messages.success(request, _("The worker finishes its runs and takes no more."))
    return redirect("sandbox:operations")


@require_POST
@login_required
def resume(request: PersonRequest, pk: int) -> HttpResponse:
    """Let a drained worker take work again."""
    _operator_or_404(request)
    worker = get_object_or_404(Worker, pk=pk)
    services.resume(worker=worker, by=request.user, now=clock.now())
    messages.success(request, _("The worker takes runs again."))
    return redirect("sandbox:operations")


def _operator_or_404(request: HttpRequest) -> None:
    if not may_operate(request.user):
        raise Http404
