"""What everybody sees: the search, the guide of a service, interfaces."""

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from marketplace.catalogue import codes, search
from marketplace.catalogue.models import Interface, InterfaceVersion, ServiceItem
from marketplace.catalogue.services.wishes import note_wish
from marketplace.core import clock
from marketplace.core.bilingual import pick


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """Show the services for a citizen's words, each with its department and the number of its apps."""
    query = " ".join(request.GET.get("q", "").split())[: search.MAX_QUERY]
    found = search.search(query, among=ServiceItem.objects.with_app_counts()) if query else None
    if found is not None and not found.items:
        note_wish(query=query, now=clock.now())
    context = {"query": query, "found": found}
    return render(request, "catalogue/search.html", context)


@require_safe
def service_item(request: HttpRequest, code: str) -> HttpResponse:
    """Show the guide of a service: conditions, materials, steps, time limits, fee, telephones; it prints well."""
    items = ServiceItem.objects.visible_to(request.user).select_related("department").distinct()
    item = get_object_or_404(items.prefetch_related("materials__supplied_by", "steps__department"), code=code)
    context = {
        "item": item,
        "item_type": pick(codes.ITEM_TYPES.get(item.item_type, {})),
        "case_type": pick(codes.CASE_TYPES.get(item.case_type, {})),
        "targets": [pick(codes.TARGETS[each]) for each in item.targets if each in codes.TARGETS],
        "handling_forms": [
            pick(codes.HANDLING_FORMS[each]) for each in item.handling_forms if each in codes.HANDLING_FORMS
        ],
    }
    return render(request, "catalogue/service_item.html", context)


@require_safe
def interfaces(request: HttpRequest) -> HttpResponse:
    """List the interfaces that departments have opened."""
    listed = Interface.objects.open().select_related("department")
    versions = Prefetch("versions", queryset=InterfaceVersion.objects.published().defer("document"))
    return render(request, "catalogue/interfaces.html", {"interfaces": listed.prefetch_related(versions)})


@require_safe
def interface(request: HttpRequest, code: str) -> HttpResponse:
    """Show one interface and its versions."""
    found = get_object_or_404(Interface.objects.visible_to(request.user).select_related("department"), code=code)
    versions = InterfaceVersion.objects.visible_to(request.user).filter(interface=found).defer("document").distinct()
    may_upload = Interface.objects.editable_by(request.user).filter(pk=found.pk).exists()
    context = {"interface": found, "versions": versions, "may_upload": may_upload}
    return render(request, "catalogue/interface.html", context)
