"""The whole way through a real engine: upload, intake, pod, verdict, certificate."""

import pytest
from django.core.files.base import ContentFile

from marketplace.demo.hostile import write_sparse_archive
from sandbox import intake, services
from sandbox.engine import connect
from sandbox.engine.refusals import REFUSALS
from sandbox.intake_words import refusal_of
from sandbox.models import SandboxRun
from sandbox.runs import running
from sandbox.workers import readiness
from tests.sandbox import factory

pytestmark = [pytest.mark.engine, pytest.mark.slow, pytest.mark.django_db, pytest.mark.enable_socket]


@pytest.fixture
def real(engine_host, settings, monkeypatch):
    settings.DOCKER_HOST = engine_host
    settings.SANDBOX_BEAT_SECONDS = 3600
    monkeypatch.setenv("MINSHI_INSTALLATION", "sandbox-tests")
    engine = connect(engine_host)
    engine.ensure_images(lambda _line: None)
    return engine


def certify(version):
    run = intake.take_in(version_pk=version.pk, worker="w1")
    version.refresh_from_db()
    assert run is not None, version.refusal
    assert running.perform(run_pk=run.pk, worker="w1")
    run.refresh_from_db()
    version.refresh_from_db()
    assert containers_of(run) == 0
    return run


def containers_of(run):
    with connect().client() as client:
        return len(client.containers(all=True, filters={"label": [f"org.minshi.run={run.engine_run_id}"]}))


def told(run):
    return {row.code: (row.outcome, str(row.points), row.summary_en) for row in run.results.all()}


def test_the_reference_app_passes(real, cast, now, tmp_path):
    version = factory.reference_version(cast, folder=tmp_path, now=now)
    run = certify(version)
    assert run.state == "passed", told(run)
    assert version.state == "certified"
    assert run.score >= 95, told(run)
    assert run.certificate.image_digest == version.image_digest
    assert run.self_test["passed"]
    assert run.figures["seconds_to_first_answer"] > 0


def test_an_app_that_loses_submissions_fails_by_name(real, cast, now, tmp_path):
    version = factory.reference_version(cast, folder=tmp_path, now=now, variant="loses")
    run = certify(version)
    assert run.state == "failed", told(run)
    failed = version.certificate_summary["failed_checks"]
    assert any(code.startswith("fault.") for code in failed), told(run)
    assert all(code.startswith("fault.") for code in failed), told(run)


def test_a_layer_that_unpacks_to_gigabytes_is_refused_in_one_sentence(real, cast, now, tmp_path):
    archive = tmp_path / "hostile.tar"
    write_sparse_archive(archive, logical_bytes=3 * 1024**3)
    version = factory.uploaded(cast, now=now)
    version.archive.save("hostile.tar", ContentFile(archive.read_bytes()))
    assert intake.take_in(version_pk=version.pk, worker="w1") is None
    version.refresh_from_db()
    assert version.state == "refused"
    said = refusal_of(version.refusal)
    assert version.refusal["code"] in REFUSALS
    assert said.sentence
    assert said.remedy
    assert not SandboxRun.objects.exists()


def test_an_order_is_rehearsed_with_the_reference_app(real, cast, now):
    order = factory.residence_order(cast, now=now)
    run = services.rehearse(order=order, now=now)
    assert running.perform(run_pk=run.pk, worker=readiness.own_name())
    run.refresh_from_db()
    order.refresh_from_db()
    assert run.state == "passed", told(run)
    assert order.rehearsal_passed
    assert order.rehearsed_plan == run.plan_sha256
    assert SandboxRun.objects.count() == 1
