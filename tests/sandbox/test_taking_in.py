"""An uploaded archive is checked, refused with one sentence, or queued; without an engine it waits."""

from datetime import timedelta

import pytest

from sandbox import intake
from sandbox.engine import IntakeRefused
from sandbox.models import Intake, SandboxRun, Worker
from sandbox.runs import running, sweeping
from sandbox.workers import standing
from sandbox.workers.pulse import beat
from tests.sandbox import factory
from tests.sandbox.fake_engine import IMAGE
from vendors.signals import version_submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(cast, engine, now):
    return factory.uploaded(cast, now=now)


def take_in(version):
    run = intake.take_in(version_pk=version.pk, worker="w1")
    version.refresh_from_db()
    return run


def test_an_accepted_archive_is_pinned_to_the_digest_that_was_checked(version, engine):
    run = take_in(version)
    assert (version.state, version.image_digest) == ("queued", IMAGE)
    assert (run.state, run.image_id, run.plan["order"]) == ("queued", IMAGE, version.order.code)
    with version.intake.rebuilt.open() as rebuilt:
        assert rebuilt.read() == b"rebuilt"
    assert engine.calls[-1] == ("intake", b"archive")


def test_what_failed_long_ago_is_forgotten_and_nothing_else(version, cast, now):
    take_in(version)
    name = version.intake.rebuilt.name
    later = version.uploaded_at + timedelta(days=31)
    assert sweeping.forget_images(now=later) == 0
    type(version).objects.filter(pk=version.pk).update(state="failed")
    assert sweeping.forget_images(now=version.uploaded_at + timedelta(days=29)) == 0
    assert sweeping.forget_images(now=later) == 1
    assert not version.intake.rebuilt.storage.exists(name)
    assert sweeping.forget_images(now=later) == 0


@pytest.mark.parametrize(("state", "kept"), [("certified", True), ("superseded", False), ("revoked", False)])
def test_the_image_of_a_certified_version_stays_for_as_long_as_it_is_one(version, now, state, kept):
    take_in(version)
    image = version.intake.rebuilt
    name = image.name
    type(version).objects.filter(pk=version.pk).update(state=state, score=90, certified_at=now)
    sweeping.forget_images(now=version.uploaded_at + timedelta(days=400))
    assert image.storage.exists(name) is kept


def test_a_revoked_image_is_kept_for_the_quarrel_about_it(version):
    take_in(version)
    running.perform(worker="w1")
    certificate = version.certificates.get()
    revoked_at = certificate.issued_at + timedelta(days=200)
    certificate.revoke(by="system:test", now=revoked_at, reason="it stored names")
    type(version).objects.filter(pk=version.pk).update(state="revoked")
    assert sweeping.forget_images(now=revoked_at + timedelta(days=29)) == 0
    assert sweeping.forget_images(now=revoked_at + timedelta(days=31)) == 1


def test_a_second_delivery_of_the_same_task_changes_nothing(version, engine):
    first = take_in(version)
    assert take_in(version) is None
    assert SandboxRun.objects.get() == first
    assert [name for name, _ in engine.calls].count("intake") == 1


def test_a_refused_archive_says_where_and_tells_the_members(version, engine, cast):
    engine.refusal = IntakeRefused("sparse-entry", "layer 1: big\x1b[31m", {"name": "big\u202e"})
    assert take_in(version) is None
    assert version.state == "refused"
    shown = {"code": "sparse-entry", "place": "layer 1: big␛[31m", "params": {"name": "big⟨U+202E⟩"}}
    assert version.refusal == shown
    assert not SandboxRun.objects.exists()
    assert cast.developer.notices.get().kind == "sandbox-refused"
    assert not version.archive


def test_without_an_engine_it_waits_in_the_queue_with_the_reason(version, engine):
    engine.available = False
    assert take_in(version) is None
    assert (version.state, version.image_digest) == ("queued", "")
    assert SandboxRun.objects.get().state == "queued"
    said = standing.engine_status()
    assert not said.available
    assert said.reason
    assert said.remedy


def test_when_the_engine_comes_back_the_waiting_version_is_taken_in(version, engine):
    engine.available = False
    take_in(version)
    engine.available = True
    assert sweeping.due() == sweeping.Due(versions=[version.pk], runs=[])
    run = take_in(version)
    assert (version.state, version.image_digest, run.image_id) == ("queued", IMAGE, IMAGE)
    assert sweeping.due() == sweeping.Due(versions=[], runs=[run.pk])


def test_a_waiting_version_can_still_be_refused(version, engine):
    engine.available = False
    take_in(version)
    engine.available = True
    engine.refusal = IntakeRefused("no-image")
    take_in(version)
    assert version.state == "refused"
    assert SandboxRun.objects.get().state == "cancelled"


def test_an_engine_that_fails_half_way_costs_no_attempt(version, engine):
    engine.intake_fails = True
    assert take_in(version) is None
    assert (version.state, version.intake.attempts, version.intake.worker) == ("queued", 0, "")


def test_another_worker_leaves_a_claimed_archive_alone_until_the_first_falls_silent(version):
    row = Intake.objects.create(version=version, worker="w0", attempts=1, heartbeat_at=beat())
    assert take_in(version) is None
    assert sweeping.due().versions == []
    Intake.objects.filter(pk=row.pk).update(heartbeat_at=beat() - timedelta(hours=1))
    assert sweeping.due().versions == [version.pk]
    assert take_in(version) is not None


def test_an_archive_that_kills_its_workers_is_left_to_the_operator(version):
    silent = beat() - timedelta(hours=1)
    Intake.objects.create(version=version, worker="w0", attempts=intake.MOST_INTAKES, heartbeat_at=silent)
    assert sweeping.due().versions == []
    assert take_in(version) is None
    assert version.state == "uploaded"


def test_a_failed_self_test_closes_the_worker(version, engine):
    engine.self_test_passes = False
    assert take_in(version) is None
    worker = Worker.objects.get(name="w1")
    assert not worker.available
    assert worker.self_test["findings"][0]["forbidden_succeeded"]
    assert "intake" not in [name for name, _ in engine.calls]


def test_the_news_of_a_submission_reaches_the_queue(version, now, monkeypatch, django_capture_on_commit_callbacks):
    sent = []
    monkeypatch.setattr("sandbox.tasks.take_in.delay", sent.append)
    with django_capture_on_commit_callbacks(execute=True):
        version_submitted.send(sender=type(version), version=version, now=now)
    assert sent == [version.pk]
