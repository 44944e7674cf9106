"""The desk of a department's editors and publishers: service items, interfaces, wishes, synonyms."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.accounts.models import Department
from marketplace.accounts.requests import PersonRequest
from marketplace.catalogue.forms import SynonymForm, attempt
from marketplace.catalogue.models import Interface, SearchWish, ServiceItem, Synonym
from marketplace.catalogue.services import synonyms as synonym_services
from marketplace.catalogue.services.items import lacks
from marketplace.core import clock

SHOWN_WISHES = 20


@require_safe
@login_required
def desk(request: PersonRequest) -> HttpResponse:
    """List what the person's departments publish and what is still to do for it."""
    departments = _departments(request)
    items = ServiceItem.objects.filter(department__in=departments).select_related("department")
    interfaces = Interface.objects.filter(department__in=departments).prefetch_related("versions")
    context = {
        "departments": departments,
        "items": [(item, list(lacks(item).values())) for item in items],
        "interfaces": interfaces,
        "wishes": SearchWish.objects.all()[:SHOWN_WISHES],
        "may_edit": Department.objects.where(request.user, "catalogue.edit").exists(),
    }
    return render(request, "catalogue/desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def synonyms(request: PersonRequest) -> HttpResponse:
    """List the words that citizens use instead, and add one."""
    _departments(request)
    form = SynonymForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _may_edit(request)
        added = attempt(
            form, lambda: synonym_services.add_synonym(by=request.user, now=clock.now(), **form.cleaned_data)
        )
        if added:
            messages.success(request, _("The search knows the word now."))
            return redirect("catalogue:synonyms")
    return render(request, "catalogue/synonyms.html", {"form": form, "synonyms": Synonym.objects.all()})


@require_POST
@login_required
def remove_synonym(request: PersonRequest, pk: int) -> HttpResponse:
    """Take a word out again."""
    _may_edit(request)
    synonym_services.remove_synonym(synonym=get_object_or_404(Synonym, pk=pk), by=request.user, now=clock.now())
    return redirect("catalogue:synonyms")


def _departments(request: PersonRequest) -> list[Department]:
    departments = list(Department.objects.where(request.user, "catalogue.view"))
    if not departments:
        raise Http404
    return departments


def _may_edit(request: PersonRequest) -> None:
    if not Department.objects.where(request.user, "catalogue.edit").exists():
        raise Http404
