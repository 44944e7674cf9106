"""Builds the plan of an order: everything a black-box test needs to know, as canonical JSON (pure).

Same plan, same image, same seed: same verdict. The seed and the app's manifest aren't part of it.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

PLAN_VERSION = 1
PEOPLE = 1000
PLAN_MB = 12  # the sandbox hands a plan over in one piece
ALL_SCENARIOS = "scenario.*"


def build_plan(
    *,
    order: str,
    service_item: Mapping[str, str],
    contract: Mapping[str, Any],
    interfaces: Iterable[Mapping[str, Any]],
    scenarios: Iterable[Mapping[str, Any]],
    thresholds: Mapping[str, int],
    checks: Iterable[Mapping[str, Any]],
) -> dict[str, Any]:
    """Return the plan.

    `service_item`: code, name_zh, name_en. `interfaces`: code, version, department, openapi. `scenarios`: code,
    title_zh, title_en, arazzo, in the order's order. `checks`: id, mandatory, weight; `scenario.*` stands for one
    check for each scenario.
    """
    listed = list(scenarios)
    return {
        "plan_version": PLAN_VERSION,
        "order": order,
        "service_item": dict(service_item),
        "contract": contract,
        "interfaces": sorted((dict(each) for each in interfaces), key=lambda each: each["code"]),
        "scenarios": [dict(each) for each in listed],
        "thresholds": dict(thresholds),
        "checks": _expanded(checks, [each["code"] for each in listed]),
        "world": {"people": PEOPLE},
    }


def canonical_bytes(plan: Mapping[str, Any]) -> bytes:
    """Return the plan as canonical JSON: sorted keys, no spaces, UTF-8."""
    return json.dumps(plan, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def megabytes(plan: Mapping[str, Any]) -> float:
    """Return the size of the canonical plan in units of 2**20 bytes."""
    return len(canonical_bytes(plan)) / 2**20


def sha256_of(plan: Mapping[str, Any]) -> str:
    """Return the SHA-256 (hex) of the canonical plan."""
    return hashlib.sha256(canonical_bytes(plan)).hexdigest()


def plan_of(order: Any) -> dict[str, Any]:
    """Return the plan of a DemandOrder as it stands now."""
    item = order.service_item
    versions = order.interface_versions.select_related("interface__department").all()
    return build_plan(
        order=order.code,
        service_item={"code": item.code, "name_zh": item.name_zh, "name_en": item.name_en},
        contract=order.contract,
        interfaces=[
            {
                "code": each.interface.code,
                "version": each.version,
                "department": each.interface.department.code,
                "openapi": each.document,
            }
            for each in versions
        ],
        scenarios=[
            {"code": each.code, "title_zh": each.title_zh, "title_en": each.title_en, "arazzo": each.arazzo}
            for each in order.scenarios.all()
        ],
        thresholds=order.thresholds,
        checks=order.checks,
    )


def _expanded(checks: Iterable[Mapping[str, Any]], codes: list[str]) -> list[dict[str, Any]]:
    expanded = []
    for check in checks:
        ids = [f"scenario.{code}" for code in codes] if check["id"] == ALL_SCENARIOS else [check["id"]]
        expanded += [{"id": each, "mandatory": check["mandatory"], "weight": check["weight"]} for each in ids]
    return expanded
