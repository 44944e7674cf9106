"""Pages on which a department writes, publishes and retires its service items."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.forms import BaseModelFormSet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from marketplace.accounts.models import Department
from marketplace.accounts.requests import PersonRequest
from marketplace.catalogue.forms import (
    MaterialFormSet,
    NewServiceItemForm,
    ServiceItemForm,
    StepFormSet,
    attempt,
    rows_of,
)
from marketplace.catalogue.models import Material, ProcessStep, ServiceItem
from marketplace.catalogue.services import items as services
from marketplace.core import clock


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_item(request: PersonRequest) -> HttpResponse:
    """Write a new service item."""
    departments = Department.objects.where(request.user, "catalogue.edit")
    get_object_or_404(departments.order_by("code")[:1])
    form = NewServiceItemForm(request.POST or None, departments=departments)
    materials, steps = _formsets(request, Material.objects.none(), ProcessStep.objects.none())
    if request.method == "POST" and all([form.is_valid(), materials.is_valid(), steps.is_valid()]):
        item = attempt(
            form,
            lambda: services.create_item(
                by=request.user,
                now=clock.now(),
                materials=rows_of(materials),
                steps=rows_of(steps),
                **form.cleaned_data,
            ),
        )
        if item:
            messages.success(request, _("The draft is saved."))
            return redirect("catalogue:edit_item", code=item.code)
    context = {"form": form, "materials": materials, "steps": steps, "may_edit": True}
    return render(request, "catalogue/item_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit_item(request: PersonRequest, code: str) -> HttpResponse:
    """Edit a service item; publishers and auditors see it with what is missing."""
    mine = Department.objects.where(request.user, "catalogue.view")
    item = get_object_or_404(ServiceItem.objects.filter(department__in=mine).select_related("department"), code=code)
    may_edit = ServiceItem.objects.editable_by(request.user).filter(pk=item.pk).exists()
    form = ServiceItemForm(request.POST or None, instance=ServiceItem.objects.get(pk=item.pk))
    materials, steps = _formsets(request, item.materials.all(), item.steps.all())
    if request.method == "POST" and may_edit and _saved(request, item, form, materials, steps):
        messages.success(request, _("Saved."))
        return redirect("catalogue:edit_item", code=item.code)
    context = {
        "item": item,
        "form": form,
        "materials": materials,
        "steps": steps,
        "missing": services.lacks(item) if item.state == "draft" else {},
        "may_edit": may_edit and item.state != "retired",
        "may_publish": ServiceItem.objects.publishable_by(request.user).filter(pk=item.pk).exists(),
    }
    return render(request, "catalogue/item_form.html", context)


@require_POST
@login_required
def publish_item(request: PersonRequest, code: str) -> HttpResponse:
    """Show the item to citizens."""
    item = get_object_or_404(ServiceItem.objects.publishable_by(request.user), code=code)
    services.publish_item(item=item, by=request.user, now=clock.now())
    messages.success(request, _("Citizens see it now."))
    return redirect("catalogue:edit_item", code=code)


@require_POST
@login_required
def retire_item(request: PersonRequest, code: str) -> HttpResponse:
    """Take the item off the public pages."""
    item = get_object_or_404(ServiceItem.objects.publishable_by(request.user), code=code)
    services.retire_item(item=item, by=request.user, now=clock.now())
    messages.success(request, _("The service item is retired."))
    return redirect("catalogue:edit_item", code=code)


def _saved(
    request: PersonRequest,
    item: ServiceItem,
    form: ServiceItemForm,
    materials: BaseModelFormSet,
    steps: BaseModelFormSet,
) -> bool:
    def save() -> bool:
        services.edit_item(
            item=item,
            by=request.user,
            now=clock.now(),
            materials=rows_of(materials),
            steps=rows_of(steps),
            **form.cleaned_data,
        )
        return True

    if not all([form.is_valid(), materials.is_valid(), steps.is_valid()]):
        return False
    return bool(attempt(form, save))


def _formsets(request: PersonRequest, materials: QuerySet, steps: QuerySet) -> tuple[Any, Any]:
    data = request.POST if request.method == "POST" else None
    return (
        MaterialFormSet(data, queryset=materials, prefix="materials"),
        StepFormSet(data, queryset=steps, prefix="steps"),
    )
