"""The order desk: a task list for each order, and the moves that its state allows."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.accounts.models import Department
from marketplace.accounts.requests import PersonRequest
from marketplace.catalogue.forms import attempt
from marketplace.catalogue.models import ServiceItem
from marketplace.catalogue.sentences import DocumentRefused, as_dicts
from marketplace.core import clock
from marketplace.orders import services
from marketplace.orders.forms import (
    AmendContractForm,
    AmendForm,
    AmendScenarioForm,
    AmendThresholdsForm,
    NewOrderForm,
    ReasonForm,
)
from marketplace.orders.models import Amendment, DemandOrder
from marketplace.orders.tasklist import tasks_of

AmendTested = AmendThresholdsForm | AmendContractForm | AmendScenarioForm
EDITORS_VERBS: dict[str, Callable[..., None]] = {
    "submit": services.submit_order,
    "rehearse": services.request_rehearsal,
}
PUBLISHERS_VERBS: dict[str, Callable[..., None]] = {
    "open": services.open_order,
    "resume": services.resume_order,
    "close": services.close_order,
}
REASONED_VERBS: dict[str, tuple[Callable[..., None], object]] = {
    "send-back": (services.send_back_order, gettext_lazy("Send the order back")),
    "suspend": (services.suspend_order, gettext_lazy("Suspend the order")),
    "withdraw": (services.withdraw_order, gettext_lazy("Withdraw the order")),
}


@require_safe
@login_required
def desk(request: PersonRequest) -> HttpResponse:
    """List the orders of the person's departments."""
    mine = Department.objects.where(request.user, "orders.view")
    if not mine.exists():
        raise Http404
    orders = DemandOrder.objects.filter(department__in=mine).select_related("department", "service_item")
    may_edit = Department.objects.where(request.user, "orders.edit").exists()
    return render(request, "orders/desk.html", {"orders": orders, "may_edit": may_edit})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_order(request: PersonRequest) -> HttpResponse:
    """Begin a new order."""
    departments = Department.objects.where(request.user, "orders.edit")
    get_object_or_404(departments.order_by("code")[:1])
    items = ServiceItem.objects.published().filter(department__in=departments)
    form = NewOrderForm(request.POST or None, items=items)
    if request.method == "POST" and form.is_valid():
        order = attempt(form, lambda: services.create_order(by=request.user, now=clock.now(), **form.cleaned_data))
        if order:
            return redirect("orders:tasks", code=order.code)
    return render(request, "orders/form.html", {"form": form, "title": _("New demand order"), "action": _("Begin")})


@require_safe
@login_required
def tasks(request: PersonRequest, code: str) -> HttpResponse:
    """Show the task list of an order and what can be done next."""
    order = own_order(request, code)
    may_edit = DemandOrder.objects.editable_by(request.user).filter(pk=order.pk).exists()
    may_publish = DemandOrder.objects.publishable_by(request.user).filter(pk=order.pk).exists()
    missing, rehearsed = services.lacks(order), services.is_rehearsed(order)  # each may read the whole plan
    context = {
        "order": order,
        "tasks": list(tasks_of(order, missing, is_rehearsed=rehearsed, may_edit=may_edit)),
        "missing": missing,
        "may_edit": may_edit,
        "may_publish": may_publish,
        "rehearsed": rehearsed,
        "rehearsal_run": order.runs.filter(kind="rehearsal").order_by("-pk").first(),
    }
    return render(request, "orders/tasks.html", context)


@require_POST
@login_required
def move(request: PersonRequest, code: str, verb: str) -> HttpResponse:
    """Do what needs no words: submit, rehearse, open, resume, close."""
    if verb in EDITORS_VERBS:
        order = get_object_or_404(DemandOrder.objects.writable_by(request.user), code=code)
        EDITORS_VERBS[verb](order=order, by=request.user, now=clock.now())
    elif verb in PUBLISHERS_VERBS:
        order = get_object_or_404(DemandOrder.objects.publishable_by(request.user), code=code)
        PUBLISHERS_VERBS[verb](order=order, by=request.user, now=clock.now())
    else:
        raise Http404
    messages.success(request, _("Done: the order is “%(state)s”.") % {"state": order.get_state_display()})
    return redirect("orders:tasks", code=code)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def move_with_reason(request: PersonRequest, code: str, verb: str) -> HttpResponse:
    """Send back, suspend or withdraw, with a reason."""
    if verb not in REASONED_VERBS:
        raise Http404
    order = get_object_or_404(DemandOrder.objects.publishable_by(request.user), code=code)
    service, title = REASONED_VERBS[verb]
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        service(order=order, by=request.user, now=clock.now(), reason=form.cleaned_data["reason"])
        return redirect("orders:tasks", code=code)
    context = {"form": form, "order": order, "title": title, "action": title}
    return render(request, "orders/form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def amend(request: PersonRequest, code: str) -> HttpResponse:
    """Change an order that vendors rely on; they are told."""
    order = get_object_or_404(DemandOrder.objects.publishable_by(request.user), code=code)
    form = AmendForm(request.POST or None, instance=DemandOrder.objects.get(pk=order.pk))
    if request.method == "POST" and form.is_valid():
        amendment = attempt(
            form,
            lambda: services.amend_order(
                order=order, by=request.user, now=clock.now(), reason=form.cleaned_data["reason"], **form.changes()
            ),
        )
        if amendment:
            messages.success(request, _("Amendment %(number)s is public.") % {"number": amendment.number})
            return redirect("orders:order", code=code)
    context = {"form": form, "order": order, "title": _("Amend the order"), "action": _("Publish the amendment")}
    return render(request, "orders/form.html", context)


TESTED_PARTS: dict[str, tuple[Callable[..., AmendTested], object]] = {
    "thresholds": (AmendThresholdsForm, gettext_lazy("Amend thresholds and weights")),
    "contract": (AmendContractForm, gettext_lazy("Amend the app contract")),
    "scenarios": (AmendScenarioForm, gettext_lazy("Amend an acceptance scenario")),
}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def amend_tested(request: PersonRequest, code: str, part: str) -> HttpResponse:
    """Change what is tested while the order is suspended; it is rehearsed again before it resumes."""
    if part not in TESTED_PARTS:
        raise Http404
    order = get_object_or_404(DemandOrder.objects.publishable_by(request.user), code=code)
    kind, title = TESTED_PARTS[part]
    form = kind(request.POST or None, request.FILES or None, order=order)
    findings: list[dict[str, object]] = []
    if request.method == "POST" and form.is_valid():
        try:
            amendment = attempt(form, lambda: _amended(request, order, form))
        except DocumentRefused as refusal:
            findings, amendment = as_dicts(refusal.findings), None
        if amendment:
            messages.success(request, _("Amendment %(number)s is public.") % {"number": amendment.number})
            return redirect("orders:tasks", code=code)
    context = {"form": form, "findings": findings, "order": order, "title": title, "action": _("Publish the amendment")}
    return render(request, "orders/form.html", context, status=422 if findings else 200)


def _amended(request: PersonRequest, order: DemandOrder, form: AmendTested) -> Amendment:
    reason = form.cleaned_data["reason"]
    return services.amend_order(order=order, by=request.user, now=clock.now(), reason=reason, **form.amendment())


def own_order(request: PersonRequest, code: str) -> DemandOrder:
    """Return an order of one of the person's departments; raises Http404."""
    mine = Department.objects.where(request.user, "orders.view")
    orders = DemandOrder.objects.filter(department__in=mine).select_related("department", "service_item")
    return get_object_or_404(orders, code=code)
