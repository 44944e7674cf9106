"""Things of the sandbox for the tests."""

from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile

from marketplace.orders.models import DemandOrder
from sandbox import queueing
from sandbox.models import Intake, SandboxRun
from tests import factory
from tests.sandbox.fake_engine import IMAGE
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
