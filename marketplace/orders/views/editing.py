"""Pages on which editors write the parts of a draft: texts, interfaces, contract, scenarios, thresholds, terms."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from marketplace.accounts.requests import PersonRequest
from marketplace.catalogue.forms import attempt
from marketplace.catalogue.sentences import DocumentRefused, as_dicts
from marketplace.core import clock
from marketplace.orders import services
from marketplace.orders.forms import (
    ContractForm,
    InterfacesForm,
    ScenarioForm,
    TermsForm,
    TextsForm,
    ThresholdsForm,
)
from marketplace.orders.models import DemandOrder


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def texts(request: PersonRequest, code: str) -> HttpResponse:
    """Write title and description."""
    order = _own(request, code)
    form = TextsForm(request.POST or None, instance=DemandOrder.objects.get(pk=order.pk))
    return _edit(request, order, form, _("Title and description"), lambda: form.cleaned_data)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def interfaces(request: PersonRequest, code: str) -> HttpResponse:
    """Pin interface versions."""
    order = _own(request, code)
    initial = {"interface_versions": list(order.interface_versions.values_list("pk", flat=True))}
    form = InterfacesForm(request.POST or None, initial=initial)
    return _edit(request, order, form, _("Interface versions"), lambda: form.cleaned_data)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def contract(request: PersonRequest, code: str) -> HttpResponse:
    """Upload the app contract."""
    order = _own(request, code)
    form = ContractForm(request.POST or None, request.FILES or None)
    return _edit(request, order, form, _("App contract"), lambda: {"contract": form.content()})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def thresholds(request: PersonRequest, code: str) -> HttpResponse:
    """Set thresholds, duties and weights."""
    order = _own(request, code)
    form = ThresholdsForm(request.POST or None, order=order)
    return _edit(
        request,
        order,
        form,
        _("Thresholds and weights"),
        lambda: {"thresholds": form.thresholds(), "checks": form.checks()},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def terms(request: PersonRequest, code: str) -> HttpResponse:
    """Name the tariff, the framework and the dates."""
    order = _own(request, code)
    form = TermsForm(request.POST or None, instance=DemandOrder.objects.get(pk=order.pk))
    return _edit(request, order, form, _("Tariff and dates"), lambda: form.cleaned_data)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def scenarios(request: PersonRequest, code: str) -> HttpResponse:
    """List the acceptance scenarios and upload one; one of the same code is replaced."""
    order = _own(request, code)
    form = ScenarioForm(request.POST or None, request.FILES or None)
    findings: list[dict[str, object]] = []
    if request.method == "POST" and form.is_valid():
        try:
            _put_scenario(request, order, form)
        except DocumentRefused as refusal:
            findings = as_dicts(refusal.findings)
        else:
            messages.success(request, _("The scenario is saved."))
            return redirect("orders:edit_scenarios", code=code)
    context = {
        "form": form,
        "findings": findings,
        "order": order,
        "scenarios": order.scenarios.defer("arazzo"),
        "title": _("Acceptance scenarios"),
        "action": _("Check and save"),
    }
    return render(request, "orders/scenarios.html", context, status=422 if findings else 200)


@require_POST
@login_required
def remove_scenario(request: PersonRequest, code: str, scenario_code: str) -> HttpResponse:
    """Remove a scenario."""
    order = _own(request, code)
    services.remove_scenario(order=order, code=scenario_code, by=request.user, now=clock.now())
    return redirect("orders:edit_scenarios", code=code)


def _own(request: PersonRequest, code: str) -> DemandOrder:
    editable = DemandOrder.objects.editable_by(request.user).select_related("service_item", "department")
    return get_object_or_404(editable, code=code)


def _put_scenario(request: PersonRequest, order: DemandOrder, form: ScenarioForm) -> None:
    given = {name: form.cleaned_data[name] for name in ("code", "title_zh", "title_en")}
    services.put_scenario(order=order, content=form.content(), by=request.user, now=clock.now(), **given)


def _edit(
    request: PersonRequest, order: DemandOrder, form: forms.BaseForm, title: str, changes: Callable[[], dict]
) -> HttpResponse:
    findings: list[dict[str, object]] = []
    if request.method == "POST" and form.is_valid():
        try:
            saved = attempt(form, lambda: _save(request, order, changes()))
        except DocumentRefused as refusal:
            findings, saved = as_dicts(refusal.findings), False
        if saved:
            messages.success(request, _("Saved."))
            return redirect("orders:tasks", code=order.code)
    context = {"form": form, "findings": findings, "order": order, "title": title, "action": _("Save")}
    return render(request, "orders/form.html", context, status=422 if findings else 200)


def _save(request: PersonRequest, order: DemandOrder, changes: dict) -> bool:
    services.edit_order(order=order, by=request.user, now=clock.now(), **changes)
    return True
