"""What a run and an order give to take home: the report in every form, the plan, and the test kit."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sandbox import kits, services
from sandbox.models import SandboxRun
from sandbox.reports.document import Document, sha256_of, to_bytes
from sandbox.reports.renderings.har import har_of
from sandbox.reports.renderings.junit import junit_of
from sandbox.runs import reporting


@require_safe
@never_cache
@login_required
def report_json(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the report itself: canonical JSON, whose SHA-256 the page shows."""
    run, document = _finished(request, pk)
    response = _file(to_bytes(document), "application/json", f"report-{run.pk}.json")
    response["X-Report-SHA256"] = sha256_of(document)
    return response


@require_safe
@never_cache
@login_required
def junit_xml(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the report as JUnit XML in the language of the page."""
    run, document = _finished(request, pk)
    return _file(_in_language(junit_of, document), "application/xml", f"junit-{run.pk}.xml")


@require_safe
@never_cache
@login_required
def report_har(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the exchanges of the report as an HTTP Archive."""
    run, document = _finished(request, pk)
    return _file(_in_language(har_of, document), "application/json", f"report-{run.pk}.har")


@require_safe
@never_cache
@login_required
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the plan whose hash the certificate carries."""
    run = get_object_or_404(SandboxRun.objects.visible_to(request.user), pk=pk)
    return _file(services.plan_bytes(run), "application/json", f"plan-{run.plan_sha256[:12]}.json")


@require_safe
@never_cache
@login_required
def run_kit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the test kit of a finished run: its plan, its seed, its manifest."""
    run = get_object_or_404(SandboxRun.objects.visible_to(request.user).finished(), pk=pk)
    return _file(kits.kit_of_run(run), "application/zip", f"minshi-kit-run-{run.pk}.zip")


@require_safe
def order_kit(request: HttpRequest, code: str) -> HttpResponse:
    """Hand out the test kit of an order to whoever sees the order: the plan is public, the code is ours."""
    order = get_object_or_404(kits.orders_with_a_kit(request.user), code=code)
    return _file(kits.kit_of_order(order), "application/zip", f"minshi-kit-{order.code}.zip")


def _finished(request: HttpRequest, pk: int) -> tuple[SandboxRun, Document]:
    related = ("version__app", "order")
    runs = SandboxRun.objects.visible_to(request.user).finished().select_related(*related)
    run = runs.filter(pk=pk).first()
    if run is None:
        raise Http404
    return run, reporting.document(run, run.results.all())


def _in_language(render: Callable[..., bytes], document: Document) -> bytes:
    return render(document, language="en" if (get_language() or "").startswith("en") else "zh")


def _file(content: bytes, media: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
