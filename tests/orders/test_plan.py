"""The plan of an order: canonical, complete, and the same for the same order."""

import json

import pytest

from marketplace.orders.plan import build_plan, canonical_bytes, plan_of, sha256_of
from marketplace.orders.services import put_scenario
from tests.orders import factory

PARTS = {
    "order": "XQ-1",
    "service_item": {"code": "A", "name_zh": "居住证", "name_en": "Permit"},
    "contract": {"openapi": "3.1.0"},
    "interfaces": [
        {"code": "residence", "version": "1.0.0", "department": "psb", "openapi": {}},
        {"code": "population", "version": "1.0.0", "department": "psb", "openapi": {}},
    ],
    "scenarios": [{"code": "b", "title_zh": "乙", "title_en": "B", "arazzo": {}}],
    "thresholds": {"pass_mark": 80},
    "checks": [
        {"id": "scenario.*", "mandatory": True, "weight": 10},
        {"id": "load.p95", "mandatory": False, "weight": 1},
    ],
}


def test_its_parts():
    plan = build_plan(**PARTS)
    assert set(plan) == {
        "plan_version",
        "order",
        "service_item",
        "contract",
        "interfaces",
        "scenarios",
        "thresholds",
        "checks",
        "world",
    }
    assert [each["code"] for each in plan["interfaces"]] == ["population", "residence"]
    assert [each["id"] for each in plan["checks"]] == ["scenario.b", "load.p95"]
    assert plan["world"] == {"people": 1000}


def test_its_bytes_are_canonical():
    one, other = build_plan(**PARTS), build_plan(**dict(reversed(PARTS.items())))
    assert canonical_bytes(one) == canonical_bytes(other)
    assert "居住证".encode() in canonical_bytes(one)
    assert b": " not in canonical_bytes(one)
    assert sha256_of(json.loads(canonical_bytes(one))) == sha256_of(one)


def test_anything_that_matters_changes_its_hash():
    hashes = {sha256_of(build_plan(**PARTS))}
    for name, value in {
        "contract": {"openapi": "3.1.1"},
        "thresholds": {"pass_mark": 81},
        "scenarios": [],
        "interfaces": PARTS["interfaces"][:1],
        "checks": PARTS["checks"][:1],
    }.items():
        hashes.add(sha256_of(build_plan(**PARTS | {name: value})))
    assert len(hashes) == 6


@pytest.mark.django_db
def test_the_plan_of_an_order_follows_it(cast, now):
    order = factory.draft(cast, now=now)
    before = plan_of(order)
    assert [each["id"] for each in before["checks"] if each["id"].startswith("scenario.")] == ["scenario.received"]
    assert before["interfaces"][0]["department"] == "psb"
    put_scenario(
        order=order, code="second", title_zh="二", title_en="2", content=factory.scenario(), by=cast.editor, now=now
    )
    after = plan_of(order)
    assert [each["code"] for each in after["scenarios"]] == ["received", "second"]
    assert sha256_of(after) != sha256_of(before)
