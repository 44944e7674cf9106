"""Tasks may be lost, repeated and doubled: the rows say what is due, and the sweep finds it again."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from celery import current_app

from sandbox import tasks
from sandbox.models import Certificate, Retest, SandboxRun, Worker
from sandbox.presence import Presence
from tests.sandbox import factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(monkeypatch):
    """What the tasks put into the queue."""
    found = []
    monkeypatch.setattr(tasks, "Presence", lambda name: SimpleNamespace(start=lambda: found.append(("presence", name))))
    for name in ("take_in", "run", "sweep"):
        monkeypatch.setattr(getattr(tasks, name), "delay", lambda *args, name=name: found.append((name, *args)))
    return found


def test_the_names_and_the_queue_are_as_agreed():
    names = {"sandbox.take_in", "sandbox.run", "sandbox.sweep"}
    assert names <= set(current_app.tasks)
    assert {current_app.amqp.router.route({}, name)["queue"].name for name in names} == {"sandbox"}


def test_from_upload_to_verdict_by_tasks_alone(cast, engine, now, sent):
    version = factory.uploaded(cast, now=now)
    tasks.take_in(version.pk)
    run = SandboxRun.objects.get()
    assert sent == [("run", run.pk)]
    tasks.run(run.pk)
    version.refresh_from_db()
    assert version.state == "certified"
    tasks.run(run.pk)
    tasks.take_in(version.pk)
    assert SandboxRun.objects.get().state == "passed"


def test_the_sweep_finds_what_was_lost(cast, engine, now, sent):
    lost = factory.uploaded(cast, now=now)
    tasks.sweep()
    assert sent == [("take_in", lost.pk)]
    tasks.take_in(lost.pk)
    sent.clear()
    tasks.sweep()
    assert sent == [("run", SandboxRun.objects.get().pk)]


def test_without_an_engine_the_sweep_wakes_no_runs_but_the_version_is_queued(cast, engine, now, sent):
    engine.available = False
    version = factory.uploaded(cast, now=now)
    tasks.sweep()
    assert sent == [("take_in", version.pk)]
    tasks.take_in(version.pk)
    tasks.run(SandboxRun.objects.get().pk)
    version.refresh_from_db()
    assert (version.state, SandboxRun.objects.get().state) == ("queued", "queued")


def test_a_finished_run_starts_the_one_that_waits_longest(cast, engine, now, sent):
    first = factory.queued_run(cast, now=now)
    second = factory.queued_run(cast, now=now)
    tasks.run(first.pk)
    assert sent == [("run", second.pk)]


def test_a_run_left_in_the_queue_starts_no_other(cast, engine, now, sent):
    engine.available = False
    first = factory.queued_run(cast, now=now)
    factory.queued_run(cast, now=now)
    tasks.run(first.pk)
    assert sent == []


def test_a_run_whose_archive_was_never_checked_is_checked_first(cast, engine, now, sent):
    engine.available = False
    version = factory.uploaded(cast, now=now)
    tasks.take_in(version.pk)
    engine.available = True
    tasks.run(SandboxRun.objects.get().pk)
    version.refresh_from_db()
    assert version.state == "certified"


def test_a_worker_that_starts_tests_its_engine_anew_and_looks_for_work(cast, engine, sent):
    tasks.sweep()
    worker = Worker.objects.get()
    sent.clear()

    tasks.announce(sender=consumer(worker.name, "sandbox"))
    worker.refresh_from_db()
    assert worker.self_tested_at is None
    assert sent == [("presence", worker.name), ("sweep",)]


def test_a_worker_for_other_tasks_does_nothing_for_the_sandbox(cast, engine, sent):
    tasks.announce(sender=consumer("other", "default"))
    assert sent == []


def consumer(name, queue):
    """What Celery hands over when a worker is ready, as far as it is looked at."""
    queues = SimpleNamespace(consume_from={queue: None})
    return SimpleNamespace(hostname=name, app=SimpleNamespace(amqp=SimpleNamespace(queues=queues)))


def test_an_idle_worker_keeps_saying_that_it_lives_and_clears_its_engine(cast, engine, settings):
    settings.SANDBOX_SILENT_SECONDS = 3600
    presence = Presence("w9")
    presence.once()
    worker = Worker.objects.get(name="w9")
    assert (worker.available, worker.slots) == (True, settings.SANDBOX_RUNS_AT_ONCE)
    assert [name for name, _ in engine.calls] == ["self_test", "reap"]
    presence.once()
    assert Worker.objects.get(name="w9").heartbeat_at > worker.heartbeat_at
    assert [name for name, _ in engine.calls] == ["self_test", "reap"]


def test_the_calendar_asks_for_re_tests_by_tasks_alone(cast, engine, now, sent, monkeypatch):
    run = factory.queued_run(cast, now=now)
    tasks.run(run.pk)
    sent.clear()
    monkeypatch.setattr("sandbox.tasks.clock.now", lambda: now + timedelta(days=3650))
    tasks.retest()
    assert sent == []
    monkeypatch.undo()
    monkeypatch.setattr("sandbox.tasks.clock.now", lambda: Certificate.objects.get().expires_at - timedelta(days=1))
    tasks.retest()
    tasks.retest()
    assert Retest.objects.get().state == "testing"
