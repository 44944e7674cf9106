"""Things of the sandbox for the tests."""

import base64
import hashlib
import json
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile, File

from marketplace.orders.defaults import default_checks
from marketplace.orders.models import DemandOrder, Scenario
from sandbox.models import Intake, SandboxRun
from sandbox.queue import queueing
from sandbox.reference_image import write_reference_archive
from tests import factory
from tests.sandbox.fake_engine import IMAGE, result
from vendors.models import AppVersion

CHECKS = [
    {"id": "start.healthy", "mandatory": True, "weight": 0},
    {"id": "contract.conforms", "mandatory": False, "weight": 20},
    {"id": "fault.exactly_once", "mandatory": True, "weight": 10},
    {"id": "page.axe_390", "mandatory": False, "weight": 10},
    {"id": "load.p95", "mandatory": False, "weight": 30},
]


def order(people: factory.Cast, *, now: datetime, **fields: Any) -> DemandOrder:
    """Return an open order with a few checks."""
    item = factory.service_item(people.police)
    fields = {"checks": CHECKS, "thresholds": {"pass_mark": 80, "p95_ms": 800}} | fields
    return factory.order(item, now=now, **fields)


def uploaded(people: factory.Cast, *, now: datetime, **fields: Any) -> AppVersion:
    """Return a version whose archive nobody has checked."""
    demand = order(people, now=now)
    factory.claim(demand, people.vendor, by=people.developer, now=now)
    version = AppVersion(
        app=factory.app(people.vendor, demand.service_item, now=now),
        order=demand,
        version="1.0.0",
        archive_sha256="0" * 64,
        archive_bytes=7,
        manifest={"memory_mb": 256, "scopes": ["person.identity"]},
        uploaded_by=people.developer,
        uploaded_at=now,
    )
    for name, value in fields.items():
        setattr(version, name, value)
    version.archive.save("app.tar", ContentFile(b"archive"), save=False)
    version.save()
    return version


def queued_run(people: factory.Cast, *, now: datetime) -> SandboxRun:
    """Return a queued run of a version that intake has accepted."""
    version = uploaded(people, now=now)
    intake = Intake(version=version, done_at=now, image_id=IMAGE, volumes=["/data"])
    intake.rebuilt.save("image.tar", ContentFile(b"rebuilt"), save=False)
    intake.save()
    version.queue(now=now, image_digest=IMAGE)
    run = queueing.queue_certification(version=version, now=now)
    assert run is not None
    return run


EVIL = "\x1b[31m<script>alert(1)</script>\u202e{{ 7|add:7 }}"
PIXEL = base64.b64encode(
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDAT"
    b"x\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
).decode()


def hostile_lines() -> list[dict[str, Any]]:
    """Return the lines of a run that fails, with evidence of every kind from an app that tries to be active."""
    exchange = {
        "request": {"method": "POST", "target": "/applications", "headers": {"X-A": EVIL}, "body": EVIL},
        "response": {"status": 500, "headers": {}, "body": EVIL, "seconds": 0.1, "error": ""},
    }
    call = {"number": 1, "method": "POST", "target": EVIL, "status": 201, "outcome": "accepted", "problems": [EVIL]}
    both = {"zh": EVIL, "en": EVIL}
    evidence = [
        {"kind": "exchange", "title": both, "data": exchange},
        {"kind": "department_calls", "title": both, "data": {"calls": [call], "more": 0}},
        {"kind": "text", "title": both, "data": {"lines": [EVIL]}},
        {"kind": "axe", "title": both, "data": {"violations": [{"help": EVIL}]}},
        {"kind": "screenshot", "title": both, "data": {"base64": PIXEL}},
    ]
    return [
        result("start.healthy"),
        result("fault.exactly_once", "failed", summary=both, evidence=evidence),
        result("load.p95", measurements={"share": 0.5, "p95_ms": 612.0}),
    ]


CONTENT = Path(__file__).resolve().parents[2] / "marketplace" / "demo" / "content"
INTERFACES = {"population": "police", "residence": "police", "rental": "housing"}


def residence_order(people: factory.Cast, *, now: datetime) -> DemandOrder:
    """Return the story's order with its interfaces, contract, scenarios, thresholds and all checks."""
    demand = order(
        people,
        now=now,
        contract=_content("residence_permit.contract.openapi.json"),
        thresholds=_content("thresholds.json"),
        checks=default_checks(),
    )
    for code, owner in INTERFACES.items():
        document = _content(f"interfaces/{code}.openapi.json")
        version = factory.interface_version(getattr(people, owner), code=code, document=document)
        demand.interface_versions.add(version)
    for position, path in enumerate(sorted((CONTENT / "scenarios").glob("*.arazzo.json"))):
        code = path.name.partition(".")[0]
        Scenario.objects.create(
            order=demand,
            position=position,
            code=code,
            title_zh=code,
            title_en=code,
            arazzo=json.loads(path.read_text()),
        )
    return demand


def reference_version(people: factory.Cast, *, folder: Path, now: datetime, variant: str = "good") -> AppVersion:
    """Return an uploaded version of the reference app, or of a variant of it."""
    demand = residence_order(people, now=now)
    factory.claim(demand, people.vendor, by=people.developer, now=now)
    archive = write_reference_archive(folder / f"{variant}.tar", APP_VARIANT=variant)
    scopes = ["person.identity", "person.contact", "residence.read", "permit.apply", "permit.read", "rental.read"]
    version = AppVersion(
        app=factory.app(people.vendor, demand.service_item, now=now),
        order=demand,
        version="1.0.0",
        archive_sha256=hashlib.sha256(archive.read_bytes()).hexdigest(),
        archive_bytes=archive.stat().st_size,
        manifest={"port": 8080, "memory_mb": 256, "interfaces": sorted(INTERFACES), "scopes": scopes},
        uploaded_by=people.developer,
        uploaded_at=now,
    )
    with archive.open("rb") as content:
        version.archive.save(archive.name, File(content), save=False)
    version.save()
    return version


def _content(name: str) -> Any:
    return json.loads((CONTENT / name).read_text())
