"""What people and the layers below ask of the sandbox."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from marketplace.core.errors import Conflict
from marketplace.orders.models import DemandOrder
from marketplace.orders.plan import canonical_bytes
from sandbox import tasks
from sandbox.models import Intake, SandboxRun
from sandbox.queueing import queue_certification, queue_rehearsal
from vendors.models import AppVersion


def take_in(*, version: AppVersion) -> None:
    """Hand an uploaded version to a sandbox worker once the transaction commits."""
    transaction.on_commit(lambda: tasks.take_in.delay(version.pk))


def rehearse(*, order: DemandOrder, now: datetime) -> SandboxRun | None:
    """Queue the rehearsal of an order's own plan; asking again for the same plan changes nothing."""
    run = queue_rehearsal(order=order, now=now)
    if run is not None:
        transaction.on_commit(lambda: tasks.run.delay(run.pk))
    return run


def run_again(*, version: AppVersion, by: object, now: datetime) -> SandboxRun | None:
    """Queue a version that a fault of the platform left without a run; the operator's way out."""
    with transaction.atomic():
        found = AppVersion.objects.select_for_update().get(pk=version.pk)
        if found.state not in (AppVersion.State.UPLOADED, AppVersion.State.QUEUED):
            raise Conflict(_("Only a waiting version can be started again."))
        if not found.image_digest:
            Intake.objects.filter(version=found, done_at=None).update(attempts=0, worker="", heartbeat_at=None)
            take_in(version=found)
            return None
        run = queue_certification(version=found, now=now)
        if run is not None:
            transaction.on_commit(lambda: tasks.run.delay(run.pk))
    return run


def plan_bytes(run: SandboxRun) -> bytes:
    """Return the run's plan byte for byte as its hash was taken."""
    return canonical_bytes(run.plan)


def cancel(*, run: SandboxRun, by: object, now: datetime) -> None:
    """Stop a run: a waiting one at once, a running one as soon as its worker notices."""
    with transaction.atomic():
        found = SandboxRun.objects.select_for_update().get(pk=run.pk)
        if found.state == SandboxRun.State.RUNNING:
            SandboxRun.objects.filter(pk=found.pk).update(cancel_requested=True)
            return
        found.cancel(by=by, now=now, reason="asked by the operator")
