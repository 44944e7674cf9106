"""What everybody sees: the order board and each order with all that apps are measured by."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from marketplace.catalogue import openapi
from marketplace.orders import defaults
from marketplace.orders.forms import THRESHOLD_LABELS, check_label
from marketplace.orders.models import DemandOrder
from marketplace.orders.plan import canonical_bytes, plan_of, sha256_of

ORDERS_A_PAGE = 20


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """List the orders that vendors may take, and those that were closed."""
    orders = DemandOrder.objects.public().select_related("department", "service_item").board_order()
    page = Paginator(orders, ORDERS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "orders/board.html", {"page": page})


@require_safe
def order(request: HttpRequest, code: str) -> HttpResponse:
    """Show an order: contract, scenarios, thresholds, weights, tariff, dates, questions, amendments."""
    found = _order(request, code)
    context = {
        "order": found,
        "operations": list(openapi.described(found.contract)) if found.contract else [],
        "scenarios": found.scenarios.defer("arazzo"),
        "versions": found.interface_versions.select_related("interface__department").defer("document"),
        "thresholds": [(THRESHOLD_LABELS[name], found.thresholds.get(name)) for name in defaults.THRESHOLDS],
        "checks": [(check_label(each["id"]), each) for each in found.checks],
        "questions": found.questions.order_by("asked_at"),
        "amendments": found.amendments.all(),
    }
    return render(request, "orders/order.html", context)


@require_safe
def contract(request: HttpRequest, code: str) -> HttpResponse:
    """Send the app contract."""
    return _document(_order(request, code).contract, f"{code}.openapi.json")


@require_safe
def scenario(request: HttpRequest, code: str, scenario_code: str) -> HttpResponse:
    """Send one acceptance scenario."""
    found = get_object_or_404(_order(request, code).scenarios, code=scenario_code)
    return _document(found.arazzo, f"{code}-{scenario_code}.arazzo.json")


@require_safe
def plan(request: HttpRequest, code: str) -> HttpResponse:
    """Send the canonical plan, byte for byte what its SHA-256 covers."""
    found = plan_of(_order(request, code))
    answer = HttpResponse(canonical_bytes(found), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{code}.plan.json"'
    answer["X-Plan-SHA256"] = sha256_of(found)
    return answer


def _document(value: object, name: str) -> HttpResponse:
    answer = JsonResponse(value, json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _order(request: HttpRequest, code: str) -> DemandOrder:
    visible = DemandOrder.objects.visible_to(request.user).select_related("department", "service_item").distinct()
    return get_object_or_404(visible, code=code)
