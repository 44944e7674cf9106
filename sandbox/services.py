"""What people and the layers below ask of the sandbox."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.catalogue.models import InterfaceVersion
from marketplace.core.dispatch import enqueue_on_commit
from marketplace.core.errors import Conflict, InvalidInput, NotAllowed
from marketplace.orders.models import DemandOrder
from marketplace.orders.plan import canonical_bytes
from sandbox import retests, tasks
from sandbox.certification import certificates
from sandbox.models import Certificate, Intake, Retest, SandboxRun, Worker
from sandbox.news import tell_members
from sandbox.queue.queueing import queue_certification, queue_rehearsal
from vendors.models import AppVersion
from vendors.services.access import require_platform_role


def take_in(*, version: AppVersion) -> None:
    """Hand an uploaded version to a sandbox worker once the transaction commits."""
    enqueue_on_commit(tasks.take_in, version.pk)


def rehearse(*, order: DemandOrder, now: datetime) -> SandboxRun | None:
    """Queue the rehearsal of an order's own plan; asking again for the same plan changes nothing."""
    run = queue_rehearsal(order=order, now=now)
    if run is not None:
        enqueue_on_commit(tasks.run, run.pk)
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
            enqueue_on_commit(tasks.run, run.pk)
    return run


def plan_bytes(run: SandboxRun) -> bytes:
    """Return the run's plan byte for byte as its hash was taken."""
    return canonical_bytes(run.plan)


def retest_for(*, interface_version: InterfaceVersion, now: datetime) -> None:
    """Ask for re-tests of the apps that use the interface; they start once the transaction commits."""
    if retests.ask_for_interface(interface_version=interface_version, now=now):
        enqueue_on_commit(tasks.retest)


def retest_version(*, version: AppVersion, by: User, now: datetime) -> Retest:
    """Ask for a re-test of a certified version at an operator's wish; raises Conflict when one is on its way."""
    require_platform_role(by, "sandbox.operate")
    asked = retests.ask(version=version, by=by, now=now)
    if asked is None:
        raise Conflict(_("This version is being tested again already, or it is certified no more."))
    enqueue_on_commit(tasks.retest)
    return asked


def keep_certificate(*, retest: Retest, by: User, now: datetime, reason: str) -> None:
    """Let the certificate stand in spite of a failed re-test, once the vendor's time is over."""
    _require_decision(retest, by=by, now=now)
    reason = _need_reason(reason)
    with transaction.atomic():
        retest.keep(by=by, now=now, reason=reason)
        tell_members(retest.version, kind="sandbox-retest-kept", now=now, reason=reason)


def revoke_after_retest(*, retest: Retest, by: User, now: datetime, reason: str) -> None:
    """Revoke the certificate because of a failed re-test, once the vendor's time is over."""
    _require_decision(retest, by=by, now=now)
    reason = _need_reason(reason)
    with transaction.atomic():
        retest.end_in_revocation(by=by, now=now, reason=reason)
        for certificate in Certificate.objects.valid().filter(version=retest.version):
            certificates.revoke(certificate=certificate, by=by, now=now, reason=reason)


def revoke_certificate(*, certificate: Certificate, by: User, now: datetime, reason: str) -> None:
    """Revoke a certificate at once, as for an app that does harm; its version and its listing end with it."""
    _require_uninvolved(certificate.version, by)
    reason = _need_reason(reason)
    if not certificates.revoke(certificate=certificate, by=by, now=now, reason=reason):
        raise Conflict(_("This certificate has ended already."))


def drain(*, worker: Worker, by: User, now: datetime) -> None:
    """Let a worker finish what it has and take nothing more, for maintenance."""
    require_platform_role(by, "sandbox.operate")
    worker.drain(by=by, now=now)


def resume(*, worker: Worker, by: User, now: datetime) -> None:
    """Let a drained worker take work again."""
    require_platform_role(by, "sandbox.operate")
    worker.resume(by=by, now=now)
    enqueue_on_commit(tasks.sweep)


def prioritise(*, run: SandboxRun, priority: int, by: User, now: datetime) -> None:
    """Move a waiting run forward or back."""
    require_platform_role(by, "sandbox.operate")
    if priority not in SandboxRun.Priority.values:
        raise InvalidInput(_("There is no such priority."), field="priority")
    run.prioritise(priority, by=by, now=now)


def cancel(*, run: SandboxRun, by: object, now: datetime) -> None:
    """Stop a run: a waiting one at once, a running one as soon as its worker notices."""
    with transaction.atomic():
        found = SandboxRun.objects.select_for_update().get(pk=run.pk)
        if found.state == SandboxRun.State.RUNNING:
            SandboxRun.objects.filter(pk=found.pk).update(cancel_requested=True)
            return
        found.cancel(by=by, now=now, reason="asked by the operator")
        retests.give_up(found, now=now)


def _require_decision(retest: Retest, *, by: User, now: datetime) -> None:
    _require_uninvolved(retest.version, by)
    if retest.answer_by is None or now < retest.answer_by:
        raise Conflict(_("The vendor's time to answer isn't over yet."), code="too-early")


def _require_uninvolved(version: AppVersion, by: User) -> None:
    require_platform_role(by, "sandbox.operate")
    if version.app.vendor.members.filter(user=by).exists():
        raise NotAllowed(_("You are a member of this company, so another operator has to decide."), code="own-company")


def _need_reason(reason: str) -> str:
    if not reason.strip():
        raise InvalidInput(_("Say why: the vendor and the public will read it."), field="reason")
    return reason.strip()[:300]
