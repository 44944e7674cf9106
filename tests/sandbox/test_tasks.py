"""Tasks may be lost, repeated and doubled: the rows say what is due, and the sweep finds it again."""

import pytest
from celery import current_app

from sandbox import tasks
from sandbox.models import SandboxRun, Worker
from tests.sandbox import factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(monkeypatch):
    """What the tasks put into the queue."""
    found = []
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

    class Sender:
        hostname = worker.name

    tasks.announce(sender=Sender())
    worker.refresh_from_db()
    assert worker.self_tested_at is None
    assert sent == [("sweep",)]
