"""A worker takes the run whose turn it is, within its slots and memory, and none while it is drained."""

from datetime import timedelta

import pytest
from django.urls import reverse

from marketplace.core import signing, signing_keys
from marketplace.core.models import AuditEvent
from sandbox import intake, operations_desk
from sandbox.models import SandboxRun, Worker
from sandbox.queue import turns
from sandbox.queue.queueing import queue_certification
from sandbox.runs import claiming, running
from sandbox.workers import readiness
from sandbox.workers.pulse import beat
from tests import factory as people_factory
from tests.sandbox import factory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _engine(engine, settings):
    settings.SANDBOX_RUNS_AT_ONCE = 3


def desk(name="w1"):
    opened = readiness.open_desk(name)
    assert opened is not None
    return opened


def claim(name="w1", **fields):
    return claiming.claim(desk(name), **fields)


def another_vendors_run(cast, now):
    rival = people_factory.person("rival")
    vendor = people_factory.vendor(now=now, owner=rival)
    people = people_factory.Cast(**{**cast.__dict__, "vendor": vendor, "developer": rival})
    return factory.queued_run(people, now=now)


def test_vendors_take_turns_and_none_has_more_than_its_limit(cast, now, settings):
    settings.SANDBOX_RUNS_PER_VENDOR = 2
    crowd = [factory.queued_run(cast, now=now) for _ in range(4)]
    late = another_vendors_run(cast, now + timedelta(minutes=5))
    taken = [claim(now=now) for _ in range(3)]
    assert taken == [crowd[0], late, crowd[1]]
    settings.SANDBOX_RUNS_AT_ONCE = 9
    assert claim(now=now) is None, "the crowd's vendor has its two"
    crowd[0].refresh_from_db()
    crowd[0].break_off(now=now, code="engine")
    assert claim(now=now) == crowd[2]


def test_a_worker_takes_no_more_than_its_slots(cast, now, settings):
    settings.SANDBOX_RUNS_PER_VENDOR = 9
    for _ in range(5):
        factory.queued_run(cast, now=now)
    assert [bool(claim(now=now)) for _ in range(4)] == [True, True, True, False]
    assert claim("w2", now=now) is not None
    lost = SandboxRun.objects.filter(worker="w1").first()
    SandboxRun.objects.filter(pk=lost.pk).update(heartbeat_at=beat() - timedelta(hours=1))
    assert claim(now=now) is not None, "a run that nobody keeps alive takes no slot"


def test_memory_bounds_a_worker_that_counts_it(cast, now, settings):
    settings.SANDBOX_RUNS_PER_VENDOR = 9
    factory.queued_run(cast, now=now)
    one = turns.pod_mb({"memory_mb": 256})
    factory.queued_run(cast, now=now)
    settings.SANDBOX_MEMORY_MB = one * 2 - 1
    assert claim(now=now) is not None
    assert claim(now=now) is None
    settings.SANDBOX_MEMORY_MB = one * 2
    assert claim(now=now) is not None


def test_a_run_whose_archive_nobody_has_checked_is_nobodys_turn(cast, now, engine):
    engine.available = False
    version = factory.uploaded(cast, now=now)
    version.queue(now=now)
    assert queue_certification(version=version, now=now) is not None
    engine.available = True
    assert claim(now=now) is None
    place = operations_desk.line(now=now)[0]
    assert place.place is None


def test_a_drained_worker_takes_nothing_and_finishes_what_it_has(cast, now, client, engine):
    runs = [factory.queued_run(cast, now=now), factory.queued_run(cast, now=now)]

    def drain():
        worker = Worker.objects.get(name="w1")
        client.force_login(cast.operator)
        assert client.post(reverse("sandbox:drain", args=[worker.pk])).status_code == 302
        assert operations_desk.workers()[0].state == "draining"

    engine.during = drain
    assert running.perform(worker="w1")
    runs[0].refresh_from_db()
    assert runs[0].state == "passed"
    assert operations_desk.workers()[0].state == "drained"
    assert not running.perform(worker="w1")
    assert claiming.claim(desk(), now=now) is None
    version = factory.uploaded(cast, now=now)
    assert intake.take_in(version_pk=version.pk, worker="w1") is None
    version.refresh_from_db()
    assert version.state == "uploaded"
    engine.during = lambda: None
    assert running.perform(worker="w2")
    worker = Worker.objects.get(name="w1")
    client.post(reverse("sandbox:resume", args=[worker.pk]))
    client.post(reverse("sandbox:resume", args=[worker.pk]))
    assert claiming.claim(desk(), now=now) is None
    assert list(AuditEvent.objects.filter(stream="sandbox.worker").values_list("verb", flat=True)) == [
        *("drained", "resumed")
    ]
    factory.queued_run(cast, now=now)
    assert claim(now=now) is not None


def test_a_worker_with_a_key_of_its_own_takes_nothing_and_says_why(cast, now, settings, tmp_path):
    signing.signing_key()
    assert signing_keys.is_known(now=now)
    settings.SIGNING_KEY_FILE = tmp_path / "own.pem"
    assert readiness.open_desk("w1") is None
    worker = Worker.objects.get(name="w1")
    assert "isn't the platform's" in worker.reason
    assert not worker.available


def test_operators_move_runs_and_see_the_line(cast, now, client):
    first, second = factory.queued_run(cast, now=now), factory.queued_run(cast, now=now + timedelta(minutes=1))
    desk()
    client.force_login(cast.operator)
    path = reverse("sandbox:prioritise", args=[second.pk])
    assert client.post(path, {"priority": 0}).status_code == 302
    assert [each.run for each in operations_desk.line(now=now)] == [second, first]
    for wrong in ({"priority": 9}, {"priority": "x"}, {}):
        assert client.post(path, wrong).status_code == 404
    second.refresh_from_db()
    assert AuditEvent.objects.get(verb="prioritised").after == {"priority": 0}
    assert claim(now=now) == second
    client.post(path, {"priority": 3})
    second.refresh_from_db()
    assert (second.state, second.priority) == ("running", 0), "a run that was taken up is moved no more"


@pytest.mark.parametrize("who", ["developer", "stranger", "citizen"])
def test_nobody_else_moves_drains_or_resumes(cast, now, client, who):
    run = factory.queued_run(cast, now=now)
    desk()
    worker = Worker.objects.get()
    client.force_login(getattr(cast, who))
    for name, pk in (("prioritise", run.pk), ("drain", worker.pk), ("resume", worker.pk)):
        assert client.post(reverse(f"sandbox:{name}", args=[pk]), {"priority": 0}).status_code == 404
    worker.refresh_from_db()
    run.refresh_from_db()
    assert (worker.draining_since, run.priority) == (None, 2)


def test_the_line_guesses_how_long_it_takes(cast, now, settings):
    settings.SANDBOX_RUNS_AT_ONCE = 1
    done = factory.queued_run(cast, now=now)
    assert running.perform(worker="w1", run_pk=done.pk)
    SandboxRun.objects.filter(pk=done.pk).update(seconds=30)
    waiting = [factory.queued_run(cast, now=now) for _ in range(3)]
    places = turns.places(now)
    assert [(places[run.pk].number, places[run.pk].seconds) for run in waiting] == [(1, 30), (2, 60), (3, 90)]
