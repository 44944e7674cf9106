"""API of the orders: the board, each order with its contract, scenarios, plan and amendments."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from marketplace.core.pagination import LIMIT, Page, page_of
from marketplace.orders.models import DemandOrder
from marketplace.orders.plan import plan_of, sha256_of

router = Router(tags=["orders"])


class OrderOut(Schema):
    """A demand order on the board."""

    code: str
    department: str
    service_item: str
    title_zh: str
    title_en: str
    state: str
    tariff_code: str
    framework_number: str
    opened_at: datetime | None
    questions_close_on: date | None
    submissions_close_on: date | None

    @staticmethod
    def resolve_department(row: Any) -> str:
        """Return the code of the department."""
        return row.department.code

    @staticmethod
    def resolve_service_item(row: Any) -> str:
        """Return the code of the service item."""
        return row.service_item.code


class ScenarioOut(Schema):
    """One acceptance scenario; `arazzo` is the Arazzo 1.0 document."""

    code: str
    title_zh: str
    title_en: str
    arazzo: dict[str, Any]


class AmendmentOut(Schema):
    """A change after opening; `changes` maps a place to [before, after]."""

    number: int
    reason: str
    at: datetime
    changes: dict[str, Any]


class QuestionOut(Schema):
    """A question and its answer, without the asker's name."""

    text: str
    asked_at: datetime
    due_at: datetime
    answer: str
    answered_at: datetime | None


class OrderDetail(OrderOut):
    """A demand order with all that apps are measured by."""

    description_zh: str
    description_en: str
    interfaces: list[str]
    thresholds: dict[str, int]
    checks: list[dict[str, Any]]
    contract: dict[str, Any]
    scenarios: list[ScenarioOut]
    questions: list[QuestionOut]
    amendments: list[AmendmentOut]
    plan_sha256: str

    @staticmethod
    def resolve_interfaces(row: Any) -> list[str]:
        """Return `code version` of each pinned interface version."""
        return [str(each) for each in row.interface_versions.select_related("interface")]

    @staticmethod
    def resolve_plan_sha256(row: Any) -> str:
        """Return the SHA-256 of the plan as it stands now."""
        return sha256_of(plan_of(row))


def _public() -> Any:
    return DemandOrder.objects.public().select_related("department", "service_item")


@router.get("/orders", response=Page[OrderOut], auth=None, summary="The order board")
def list_orders(request: HttpRequest, cursor: str = "", limit: int = LIMIT) -> dict[str, Any]:
    """List open, suspended and closed orders."""
    return page_of(_public(), cursor=cursor, limit=limit)


@router.get("/orders/{code}", response=OrderDetail, auth=None, summary="One order")
def get_order(request: HttpRequest, code: str) -> DemandOrder:
    """Return an order with contract, scenarios, thresholds, checks, questions and amendments."""
    return get_object_or_404(_public(), code=code)


@router.get("/orders/{code}/plan", auth=None, summary="The test plan of an order")
def get_plan(request: HttpRequest, code: str) -> dict[str, Any]:
    """Return the plan that every app of the order is tested by."""
    return plan_of(get_object_or_404(_public(), code=code))
