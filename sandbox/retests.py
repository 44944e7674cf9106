"""Re-tests of certified versions: asked for by a new interface version or by the calendar, and never silent.

A re-test makes a new run and leaves the version as it is. When it fails the vendor is told, with the report and a
deadline, and only after that an operator decides.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from marketplace.catalogue.models import InterfaceVersion
from marketplace.core import audit, calendar
from marketplace.orders.plan import plan_of
from sandbox.certification import certificates
from sandbox.models import Certificate, Retest, SandboxRun
from sandbox.news import tell_members
from sandbox.plans import with_interface
from sandbox.queue.queueing import queue_retest
from sandbox.reports.verdict import Verdict
from vendors.models import AppVersion
from vendors.services import renew_certificate

MOST_IN_THE_QUEUE = 20
BROKEN_BEFORE_A_PAUSE = 2
PAUSE = timedelta(days=1)
CERTIFIED = AppVersion.State.CERTIFIED
RELATED = ("version__app__vendor", "version__order", "interface_version__interface")


def ask_for_interface(*, interface_version: InterfaceVersion, now: datetime) -> list[Retest]:
    """Ask for a re-test of every certified version that uses the interface; earlier ones that wait become moot.

    Against a new major version the run is a look ahead: the app may go on with the old one until that is retired.
    """
    interface = interface_version.interface
    waiting = Retest.objects.filter(interface_version__interface=interface, state=Retest.State.DUE)
    for earlier in waiting.exclude(interface_version=interface_version):
        earlier.drop(now=now, reason="a later version of the interface")
    asked = []
    pinned = AppVersion.objects.filter(state=CERTIFIED, order__interface_versions__interface=interface).distinct()
    for version in pinned.select_related("order"):
        if interface.code not in version.manifest.get("interfaces", [interface.code]):
            continue
        known = list(version.order.interface_versions.filter(interface=interface))
        if interface_version in known:
            continue
        binding = interface_version.major in {each.major for each in known}
        cause = Retest.Cause.INTERFACE
        asked.append(_ask(version, cause, by="system:sandbox", now=now, interface=interface_version, binding=binding))
    return [each for each in asked if each is not None]


def ask_yearly(*, now: datetime) -> list[Retest]:
    """Ask for a re-test of every version whose certificate expires soon, so that no valid app runs out of its year."""
    soon = now + timedelta(days=settings.RETEST_AHEAD_DAYS)
    ending = Certificate.objects.valid().filter(version__state=CERTIFIED, expires_at__lte=soon, expires_at__gt=now)
    answered = Retest.objects.exclude(cause=Retest.Cause.INTERFACE).filter(asked_at__gte=now - (soon - now))
    due = ending.exclude(version__in=answered.values("version")).select_related("version__order")
    asked = [_ask(each.version, Retest.Cause.YEARLY, by="system:beat", now=now) for each in due]
    return [each for each in asked if each is not None]


def ask(*, version: AppVersion, by: object, now: datetime) -> Retest | None:
    """Ask for a re-test at an operator's wish; None when one is open or the version isn't certified."""
    return _ask(version, Retest.Cause.OPERATOR, by=by, now=now) if version.state == CERTIFIED else None


def start_due(*, now: datetime) -> list[SandboxRun]:
    """Put what is due into the queue, a bounded number at a time, and tell the vendors that their app is tested."""
    room = MOST_IN_THE_QUEUE - SandboxRun.objects.active().filter(kind=SandboxRun.Kind.RETEST).count()
    started = []
    for retest in Retest.objects.due(now).select_related(*RELATED)[: max(room, 0)]:
        run = _start(retest, now=now)
        if run is not None:
            started.append(run)
    return started


def tidy(*, now: datetime) -> None:
    """End re-tests of versions that are certified no more: there is nothing to test or decide about them."""
    for retest in Retest.objects.exclude(version__state=CERTIFIED).filter(state=Retest.State.FAILED):
        retest.settle(now=now)
    for retest in Retest.objects.open().exclude(version__state=CERTIFIED).select_related("run"):
        with transaction.atomic():
            if retest.run is not None and retest.run.state == SandboxRun.State.RUNNING:
                continue
            if retest.run is not None and retest.run.state == SandboxRun.State.QUEUED:
                retest.run.cancel(by="system:sandbox", now=now, reason="the version is certified no more")
            retest.drop(now=now, reason="the version is certified no more")


def conclude(run: SandboxRun, verdict: Verdict, *, now: datetime) -> None:
    """Write down what came of a re-test, in the transaction of its verdict; the version stays as it is."""
    retest = Retest.objects.select_related(*RELATED).get(run=run)
    version = retest.version
    if version.state != CERTIFIED:
        retest.drop(now=now, reason="the version is certified no more")
        return
    told = _about(retest) | {"score": str(verdict.score), "path": reverse("sandbox:report", args=[run.pk])}
    if verdict.passed:
        if retest.binding:
            made = certificates.issue(run=run, version=version, verdict=verdict, now=now)
            renew_certificate(version=version, code=made.code, by="system:sandbox", now=now)
        retest.succeed(now=now)
        tell_members(version, kind="sandbox-retest-passed", now=now, binding=retest.binding, **told)
    elif retest.binding:
        answer_by = calendar.deadline(now, settings.RETEST_ANSWER_WORKING_DAYS)
        retest.fail(now=now, answer_by=answer_by)
        told["days"] = settings.RETEST_ANSWER_WORKING_DAYS
        tell_members(version, kind="sandbox-retest-failed", now=now, **told)
    else:
        retest.note(now=now)
        tell_members(version, kind="sandbox-retest-ahead", now=now, **told)


def lost(run: SandboxRun, *, now: datetime) -> None:
    """The platform spoilt the run: it is due again, after a pause when that happened before."""
    broken = SandboxRun.objects.filter(
        version=run.version_id, plan_sha256=run.plan_sha256, kind=run.kind, state=SandboxRun.State.BROKEN
    )
    until = now if broken.count() < BROKEN_BEFORE_A_PAUSE else now + PAUSE
    for retest in Retest.objects.filter(run=run, state=Retest.State.TESTING):
        retest.postpone(now=now, until=until)


def give_up(run: SandboxRun, *, now: datetime) -> None:
    """An operator cancelled the run: its re-test ends with it and may be asked for again."""
    for retest in Retest.objects.filter(run=run, state=Retest.State.TESTING):
        retest.drop(now=now, reason="cancelled by an operator")


def plan_for(retest: Retest) -> dict[str, Any]:
    """Return the order's plan as it stands, with the new interface version where that is why the app is tested."""
    plan = plan_of(retest.version.order)
    changed = retest.interface_version
    if changed is None:
        return plan
    code = changed.interface.code
    return with_interface(plan, code=code, version=changed.version, document=changed.document)


def _ask(
    version: AppVersion,
    cause: str,
    *,
    by: object,
    now: datetime,
    interface: InterfaceVersion | None = None,
    binding: bool = True,
) -> Retest | None:
    try:
        with transaction.atomic():
            retest = Retest.objects.create(
                version=version, cause=cause, interface_version=interface, binding=binding, asked_at=now, due_at=now
            )
            after = {"version": version.pk, "cause": str(cause)}
            audit.record("asked", retest, by=by, now=now, after=after)
    except IntegrityError:
        return None
    return retest


def _start(retest: Retest, *, now: datetime) -> SandboxRun | None:
    version = retest.version
    if version.state != CERTIFIED:
        return None
    plan = plan_for(retest)
    with transaction.atomic():
        run = queue_retest(version=version, plan=plan, now=now)
        if run is None:
            return None
        retest.start(run=run, now=now)
        path = reverse("sandbox:report", args=[run.pk])
        tell_members(version, kind="sandbox-retest", now=now, path=path, **_about(retest))
    return run


def _about(retest: Retest) -> dict[str, Any]:
    """Return what a notice says of the reason: {"cause", "interface": {"zh", "en"} or None, "interface_version"}."""
    changed = retest.interface_version
    if changed is None:
        return {"cause": retest.cause, "interface": None, "interface_version": ""}
    interface = changed.interface
    names = {"zh": interface.name_zh, "en": interface.name_en}
    return {"cause": retest.cause, "interface": names, "interface_version": changed.version}
