"""Who sees which page of the sandbox, and that nothing an app wrote is ever active there."""

import uuid

import pytest
from django.urls import reverse
from django.utils import translation

from sandbox import running, sweeping
from sandbox.engine import IntakeRefused
from sandbox.models import SandboxRun, Worker
from sandbox.pulse import beat
from tests import factory as people_factory
from tests.sandbox import factory
from tests.sandbox.test_taking_in import take_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def queued(cast, engine, now):
    return factory.queued_run(cast, now=now)


@pytest.fixture
def failed(queued, engine):
    engine.lines = factory.hostile_lines()
    running.perform(run_pk=queued.pk, worker="w1")
    queued.refresh_from_db()
    return queued


def page(client, user, name, *args, language="en"):
    if user is not None:
        client.force_login(user)
    with translation.override(language):
        return client.get(reverse(name, args=args))


@pytest.mark.parametrize("name", ["report", "progress", "report_json", "plan"])
@pytest.mark.parametrize(
    ("who", "status"), [("developer", 200), ("operator", 200), ("stranger", 404), ("citizen", 404), ("editor", 404)]
)
def test_reports_are_for_the_vendor_and_the_operators(client, cast, failed, name, who, status):
    assert page(client, getattr(cast, who), f"sandbox:{name}", failed.pk).status_code == status


def test_another_vendor_sees_nothing(client, cast, failed, now):
    rival = people_factory.person("rival")
    people_factory.vendor(now=now, owner=rival)
    assert page(client, rival, "sandbox:report", failed.pk).status_code == 404
    assert page(client, rival, "sandbox:version", failed.version_id).status_code == 404


def test_a_visitor_is_asked_to_sign_in(client, failed):
    assert page(client, None, "sandbox:report", failed.pk).status_code == 302


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_report_names_what_to_mend_and_shows_it_as_text_only(client, cast, failed, language):
    response = page(client, cast.developer, "sandbox:report", failed.pk, language=language)
    html = response.content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "\x1b" not in html
    assert "\u202e" not in html
    assert "{{ 7|add:7 }}" in html
    assert f"data:image/png;base64,{factory.PIXEL}" in html
    assert 'href="#check-fault-exactly-once"' in html
    assert failed.plan_sha256 in html
    assert str(failed.seed) in html


def test_the_verdict_comes_before_everything_else(client, cast, failed):
    html = page(client, cast.developer, "sandbox:report", failed.pk).content.decode()
    assert (
        html.index("One mandatory check failed") < html.index("What to mend") < html.index("How the score comes about")
    )


def test_a_waiting_run_says_why_in_the_same_words_everywhere(client, cast, queued, engine, now):
    engine.available = False
    sweeping.sweep(worker="w1", now=now)
    sentence = "No container engine answers on this machine."
    for user, name, pk in (
        (cast.developer, "report", [queued.pk]),
        (cast.developer, "version", [queued.version_id]),
        (cast.operator, "operations", []),
    ):
        assert sentence in page(client, user, f"sandbox:{name}", *pk).content.decode()


def test_the_seed_stays_hidden_until_the_run_is_over(client, cast, queued):
    SandboxRun.objects.filter(pk=queued.pk).update(seed=987654321)
    html = page(client, cast.developer, "sandbox:report", queued.pk).content.decode()
    assert "987654321" not in html
    assert page(client, cast.developer, "sandbox:report_json", queued.pk).status_code == 404


def test_progress_is_polled_without_script_of_ours_and_ends_by_itself(client, cast, queued, now, engine):
    html = page(client, cast.developer, "sandbox:report", queued.pk).content.decode()
    assert 'hx-trigger="every 2s"' in html
    queued.take_up(worker="w1", beat=beat(), now=now)
    running_part = page(client, cast.developer, "sandbox:progress", queued.pk)
    assert "0 of 5 checks done" in running_part.content.decode()
    assert "HX-Refresh" not in running_part
    queued.break_off(now=now, code="probe_died")
    assert page(client, cast.developer, "sandbox:progress", queued.pk)["HX-Refresh"] == "true"


def test_a_refused_version_says_what_to_do(client, cast, engine, now):
    engine.refusal = IntakeRefused("not_an_archive", factory.EVIL)
    version = factory.uploaded(cast, now=now)
    take_in(version)
    html = page(client, cast.developer, "sandbox:version", version.pk).content.decode()
    assert "The uploaded file is not a tar archive of an image." in html
    assert "<script>alert" not in html


def test_the_certificate_is_public_by_code_and_by_digest(client, cast, queued):
    running.perform(run_pk=queued.pk, worker="w1")
    queued.refresh_from_db()
    certificate = queued.certificate
    for name in (certificate.code, certificate.image_digest, certificate.image_digest.removeprefix("sha256:")):
        html = page(client, None, "sandbox:certificate", name).content.decode()
        assert "panel--ok" in html
        assert certificate.image_digest in html
    assert page(client, None, "sandbox:certificate_jws", certificate.code).content.decode() == certificate.jws
    assert page(client, None, "sandbox:certificate", "NONE").status_code == 404


def test_the_certificate_of_a_revoked_version_no_longer_counts(client, cast, queued, now):
    running.perform(run_pk=queued.pk, worker="w1")
    queued.refresh_from_db()
    queued.version.refresh_from_db()
    queued.version.revoke(by=cast.operator, now=now, reason="harm")
    html = page(client, None, "sandbox:certificate", queued.certificate.code).content.decode()
    assert "Revoked" in html
    assert "panel--ok" not in html


def test_the_certificate_page_is_cheap(client, cast, queued, django_assert_max_num_queries):
    running.perform(run_pk=queued.pk, worker="w1")
    queued.refresh_from_db()
    with django_assert_max_num_queries(12):
        page(client, None, "sandbox:certificate", queued.certificate.code)


@pytest.mark.parametrize(
    ("name", "who"), [("report", "developer"), ("version", "developer"), ("operations", "operator")]
)
def test_pages_stay_cheap_however_many_runs_there_were(
    client, cast, failed, now, name, who, django_assert_max_num_queries
):
    for _ in range(15):
        failed.pk, failed.reference = None, uuid.uuid4()
        failed.save(force_insert=True)
    number = SandboxRun.objects.order_by("pk").first()
    arguments = {"report": [number.pk], "version": [number.version_id], "operations": []}[name]
    with django_assert_max_num_queries(30):
        assert page(client, getattr(cast, who), f"sandbox:{name}", *arguments).status_code == 200


def test_a_certificate_whose_row_was_changed_is_not_valid(client, queued):
    running.perform(run_pk=queued.pk, worker="w1")
    queued.refresh_from_db()
    certificate = queued.certificate
    type(certificate).objects.filter(pk=certificate.pk).update(image_digest="sha256:" + "c" * 64)
    html = page(client, None, "sandbox:certificate", certificate.code).content.decode()
    assert "Not valid" in html
    assert "panel--ok" not in html


@pytest.mark.parametrize(("who", "status"), [("operator", 200), ("developer", 404), ("citizen", 404)])
def test_the_operators_page_is_theirs(client, cast, queued, who, status):
    assert page(client, getattr(cast, who), "sandbox:operations").status_code == status


def test_operators_stop_a_run_and_start_its_version_again(client, cast, queued, engine):
    client.force_login(cast.operator)
    assert client.post(reverse("sandbox:cancel", args=[queued.pk])).status_code == 302
    queued.refresh_from_db()
    assert queued.state == "cancelled"
    html = page(client, cast.operator, "sandbox:operations").content.decode()
    assert "Waiting for you" in html
    assert client.post(reverse("sandbox:run_again", args=[queued.version_id])).status_code == 302
    assert SandboxRun.objects.waiting().filter(version=queued.version_id).count() == 1


@pytest.mark.parametrize("who", ["developer", "stranger"])
def test_nobody_else_stops_or_starts_runs(client, cast, queued, who):
    client.force_login(getattr(cast, who))
    assert client.post(reverse("sandbox:cancel", args=[queued.pk])).status_code == 404
    assert client.post(reverse("sandbox:run_again", args=[queued.version_id])).status_code == 404
    queued.refresh_from_db()
    assert queued.state == "queued"


def test_a_worker_that_fell_silent_no_longer_counts(client, cast, queued):
    Worker.objects.create(name="w1", heartbeat_at=beat().replace(year=2020), available=True)
    html = page(client, cast.operator, "sandbox:operations").content.decode()
    assert "No sandbox worker is running." in html
    assert "silent" in html


def test_a_digest_leads_to_the_certificate_that_counts(client, cast, queued, now):
    running.perform(run_pk=queued.pk, worker="w1")
    queued.refresh_from_db()
    valid = queued.certificate
    queued.pk, queued.reference = None, uuid.uuid4()
    queued.save(force_insert=True)
    type(valid).objects.create(
        code="OLD",
        version=valid.version,
        run=queued,
        image_digest=valid.image_digest,
        plan_sha256=valid.plan_sha256,
        score=valid.score,
        claims=valid.claims,
        jws=valid.jws,
        issued_at=now,
        revoked_at=now,
        revocation_reason="replaced",
    )
    html = page(client, None, "sandbox:certificate", valid.image_digest).content.decode()
    assert valid.code in html
    assert "panel--ok" in html
