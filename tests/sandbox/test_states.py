"""Every state of a run against every verb, and what the database itself refuses."""

import itertools
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from marketplace.core.errors import MoveRefused
from marketplace.core.models import AuditEvent
from sandbox.models import SandboxRun
from sandbox.queue import queueing
from sandbox.workers.pulse import beat
from tests.sandbox import factory

pytestmark = pytest.mark.django_db

VERBS = {
    "take_up": ("running", {"worker": "w1", "beat": beat()}),
    "requeue": ("queued", {}),
    "succeed": ("passed", {"score": Decimal(90), "verdict_digest": "d" * 64}),
    "fail": ("failed", {"score": Decimal(10), "verdict_digest": "d" * 64}),
    "break_off": ("broken", {"code": "engine"}),
    "cancel": ("cancelled", {"by": "system:test", "reason": "because"}),
}
ALLOWED = {
    "queued": {"running", "cancelled"},
    "running": {"passed", "failed", "broken", "cancelled", "queued"},
}


@pytest.fixture
def run(cast, engine, now):
    return factory.queued_run(cast, now=now)


def put(run, state):
    verdict = {"score": Decimal(1), "verdict_digest": "d" * 64} if state in ("passed", "failed") else {}
    SandboxRun.objects.filter(pk=run.pk).update(state=state, **verdict)
    run.refresh_from_db()


@pytest.mark.parametrize(("state", "verb"), itertools.product(SandboxRun.State.values, VERBS))
def test_each_verb_from_each_state(run, now, state, verb):
    put(run, state)
    to, arguments = VERBS[verb]
    events = AuditEvent.objects.count()
    if to in ALLOWED.get(state, set()):
        getattr(run, verb)(now=now, **arguments)
        run.refresh_from_db()
        assert run.state == to
        assert AuditEvent.objects.count() == events + 1
    else:
        with pytest.raises(MoveRefused):
            getattr(run, verb)(now=now, **arguments)
        run.refresh_from_db()
        assert run.state == state
        assert AuditEvent.objects.count() == events


def test_a_version_has_one_active_run(run, now):
    assert queueing.queue_certification(version=run.version, now=now) is None
    assert SandboxRun.objects.count() == 1


def test_a_third_attempt_is_impossible(run, now):
    SandboxRun.objects.filter(pk=run.pk).update(attempts=2)
    run.refresh_from_db()
    with pytest.raises(IntegrityError), transaction.atomic():
        run.take_up(worker="w1", beat=beat(), now=now)


@pytest.mark.parametrize(
    "change",
    [
        {"state": "passed"},
        {"kind": "rehearsal"},
        {"version": None},
    ],
)
def test_what_must_never_be_false(run, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        SandboxRun.objects.filter(pk=run.pk).update(**change)
