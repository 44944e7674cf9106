"""Documents and orders for the tests of orders."""

import copy
from datetime import datetime
from pathlib import Path
from typing import Any

from marketplace.catalogue.models import InterfaceVersion
from marketplace.orders import services
from marketplace.orders.models import DemandOrder
from marketplace.orders.plan import plan_of, sha256_of
from tests import factory

CONTENT = Path(__file__).resolve().parents[2] / "marketplace" / "demo" / "content"


def contract() -> dict[str, Any]:
    """Return an app contract with two operations."""
    answer = {"200": {"description": "ok", "content": {"application/json": {"schema": {"type": "object"}}}}}
    return copy.deepcopy(
        {
            "openapi": "3.1.0",
            "info": {"title": "应用", "version": "1.0.0"},
            "paths": {
                "/api/draft": {"get": {"operationId": "getDraft", "responses": answer}},
                "/api/applications": {"post": {"operationId": "submit", "responses": answer}},
            },
        }
    )


def scenario() -> dict[str, Any]:
    """Return an acceptance scenario of two steps over the contract."""
    return copy.deepcopy(
        {
            "arazzo": "1.0.1",
            "info": {"title": "顺利提交", "version": "1.0.0"},
            "sourceDescriptions": [{"name": "app", "url": "contract", "type": "openapi"}],
            "workflows": [
                {
                    "workflowId": "received",
                    "steps": [
                        {
                            "stepId": "draft",
                            "operationId": "getDraft",
                            "successCriteria": [{"condition": "$statusCode == 200"}],
                            "outputs": {"name": "$response.body#/name"},
                        },
                        {
                            "stepId": "submit",
                            "operationId": "submit",
                            "requestBody": {"payload": {"name": "$steps.draft.outputs.name"}},
                        },
                    ],
                }
            ],
        }
    )


def draft(people: factory.Cast, *, now: datetime, **fields: Any) -> DemandOrder:
    """Return a complete draft."""
    version = factory.interface_version(people.police)
    given = {"title_zh": "应用", "title_en": "App", "contract": contract(), "tariff_code": "T-1"} | fields
    order = services.create_order(
        service_item=factory.service_item(people.police),
        code=f"DO-{InterfaceVersion.objects.count():04d}",
        by=people.editor,
        now=now,
        interface_versions=[version],
        **given,
    )
    services.put_scenario(
        order=order, code="received", title_zh="提交", title_en="Submit", content=scenario(), by=people.editor, now=now
    )
    return order


def rehearsed(order: DemandOrder, *, now: datetime) -> DemandOrder:
    """Return the order after its plan passed."""
    services.record_rehearsal(
        order=order, plan_sha256=sha256_of(plan_of(order)), passed=True, message="100 / 80", now=now
    )
    return order


def opened(people: factory.Cast, *, now: datetime, **fields: Any) -> DemandOrder:
    """Return an order on the board."""
    order = draft(people, now=now, **fields)
    services.submit_order(order=order, by=people.editor, now=now)
    rehearsed(order, now=now)
    services.open_order(order=order, by=people.publisher, now=now)
    return order
