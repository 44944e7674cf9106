"""Puts runs into the queue."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from marketplace.core import audit
from marketplace.orders.models import DemandOrder
from marketplace.orders.plan import plan_of, sha256_of
from sandbox.engine import limits
from sandbox.models import SandboxRun
from sandbox.plans import fresh_seed, manifest_of, reference_manifest
from vendors.models import AppVersion


def queue_certification(*, version: AppVersion, now: datetime) -> SandboxRun | None:
    """Return a new queued run of the version, None when one is already on its way."""
    return _queue_version(version, plan_of(version.order), now=now, kind=SandboxRun.Kind.CERTIFICATION)


def queue_rehearsal(*, order: DemandOrder, now: datetime) -> SandboxRun | None:
    """Return a new queued rehearsal of the order's own plan, None when one of the same plan is on its way."""
    plan = plan_of(order)
    plan_sha256 = sha256_of(plan)
    with transaction.atomic():
        for earlier in SandboxRun.objects.active().filter(order=order, kind=SandboxRun.Kind.REHEARSAL):
            if earlier.plan_sha256 == plan_sha256:
                return None
            _withdraw(earlier, now=now)
        return _queue(
            now=now,
            kind=SandboxRun.Kind.REHEARSAL,
            priority=SandboxRun.Priority.REHEARSAL,
            order=order,
            plan=plan,
            plan_sha256=plan_sha256,
            manifest=reference_manifest(plan),
        )


def queue_retest(*, version: AppVersion, plan: dict[str, Any], now: datetime) -> SandboxRun | None:
    """Return a new queued run of a certified version under the plan, None when the version is being tested already."""
    kind, priority = SandboxRun.Kind.RETEST, SandboxRun.Priority.RETEST
    return _queue_version(version, plan, now=now, kind=kind, priority=priority)


def _withdraw(run: SandboxRun, *, now: datetime) -> None:
    run.cancel(by="system:sandbox", now=now, reason="the order changed")


def _queue_version(version: AppVersion, plan: dict[str, Any], *, now: datetime, **how: object) -> SandboxRun | None:
    return _queue(
        now=now,
        version=version,
        order=version.order,
        plan=plan,
        plan_sha256=sha256_of(plan),
        manifest=manifest_of(version.manifest),
        image_id=version.image_digest,
        **how,
    )


def _queue(*, now: datetime, **fields: object) -> SandboxRun | None:
    try:
        with transaction.atomic():
            run = SandboxRun.objects.create(queued_at=now, seed=fresh_seed(), limits=limits.as_data(), **fields)
            after = {"kind": run.kind, "plan_sha256": run.plan_sha256}
            audit.record("queued", run, by="system:sandbox", now=now, after=after)
    except IntegrityError:
        return None
    return run
