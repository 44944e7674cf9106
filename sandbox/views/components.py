"""Pages of a version's bill of materials: the list for people, the document for programs."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sandbox import materials
from sandbox.models import Intake
from vendors.models import AppVersion

ROWS = 100
LONGEST_QUERY = 100


@require_safe
@never_cache
@login_required
def components(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a version's image consists of."""
    intake = _intake(request, pk)
    query = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    try:
        bill = materials.bill_of(intake, query=query)
    except FileNotFoundError as error:
        raise Http404 from error
    page = Paginator(bill.rows, ROWS).get_page(request.GET.get("page"))
    context = {"version": intake.version, "bill": bill, "page": page, "query": query}
    return render(request, "sandbox/components.html", context)


@require_safe
@never_cache
@login_required
def sbom(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the bill of materials as a file."""
    try:
        content = materials.stored(_intake(request, pk))
    except FileNotFoundError as error:
        raise Http404 from error
    response = HttpResponse(content, content_type="application/vnd.cyclonedx+json; version=1.6")
    response["Content-Disposition"] = f'attachment; filename="components-{pk}.cdx.json"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _intake(request: HttpRequest, pk: int) -> Intake:
    versions = AppVersion.objects.visible_to(request.user)
    return get_object_or_404(
        Intake.objects.select_related("version__app", "version__order"), version__in=versions, version=pk
    )
