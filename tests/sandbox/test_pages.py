"""Who sees which page of the sandbox, and that nothing an app wrote is ever active there."""

import hashlib
import io
import json
import uuid
import zipfile
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from marketplace.accounts.services import grant_department_role
from marketplace.orders.models import DemandOrder
from sandbox.engine import IntakeRefused
from sandbox.kits import SEED_OF_ORDERS
from sandbox.models import CheckResult, SandboxRun, Worker
from sandbox.runs import running, sweeping
from sandbox.workers.pulse import beat
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


@pytest.mark.parametrize("name", ["report", "progress", "report_json", "junit_xml", "report_har", "run_kit", "plan"])
@pytest.mark.parametrize(
    ("who", "status"), [("developer", 200), ("operator", 200), ("stranger", 404), ("citizen", 404), ("editor", 404)]
)
def test_reports_are_for_the_vendor_and_the_operators(client, cast, failed, name, who, status):
    assert page(client, getattr(cast, who), f"sandbox:{name}", failed.pk).status_code == status


def test_an_auditor_of_the_department_reads_finished_runs_and_no_others(client, cast, failed, now):
    auditor, elsewhere = people_factory.person("auditor"), people_factory.person("elsewhere")
    for person, department in ((auditor, cast.police), (elsewhere, cast.housing)):
        grant_department_role(department=department, user=person, role="auditor", by="system:test", now=now)
    for name in ("report", "report_json"):
        assert page(client, auditor, f"sandbox:{name}", failed.pk).status_code == 200
        assert page(client, elsewhere, f"sandbox:{name}", failed.pk).status_code == 404
    assert page(client, auditor, "sandbox:app_runs", failed.version.app.code).status_code == 200
    SandboxRun.objects.filter(pk=failed.pk).update(state="running")
    assert page(client, auditor, "sandbox:report", failed.pk).status_code == 404


def test_the_history_of_an_app_is_for_its_vendor(client, cast, failed):
    code = failed.version.app.code
    html = page(client, cast.developer, "sandbox:app_runs", code).content.decode()
    assert f"/runs/{failed.pk}/" in html
    assert str(failed.score) in html
    for who in (cast.stranger, cast.editor, cast.citizen):
        assert page(client, who, "sandbox:app_runs", code).status_code == 404
    assert page(client, cast.developer, "sandbox:app_runs", "no-such-app").status_code == 404


def test_downloads_are_files_that_nothing_runs_and_say_their_hash(client, cast, failed):
    html = page(client, cast.developer, "sandbox:report", failed.pk).content.decode()
    for name, media in (
        ("report_json", "application/json"),
        ("junit_xml", "application/xml"),
        ("report_har", "application/json"),
        ("run_kit", "application/zip"),
    ):
        assert reverse(f"sandbox:{name}", args=[failed.pk]).partition("/sandbox/")[2] in html
        response = page(client, cast.developer, f"sandbox:{name}", failed.pk)
        assert response["Content-Type"] == media
        assert response["Content-Disposition"].startswith("attachment; filename=")
        assert response["X-Content-Type-Options"] == "nosniff"
    raw = page(client, cast.developer, "sandbox:report_json", failed.pk)
    assert hashlib.sha256(raw.content).hexdigest() == raw["X-Report-SHA256"]
    assert raw["X-Report-SHA256"] in html


def test_the_kit_of_a_run_holds_its_plan_and_its_seed(client, cast, failed):
    raw = page(client, cast.developer, "sandbox:run_kit", failed.pk).content
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        about = json.loads(archive.read("minshi-kit/kit.json"))
        assert hashlib.sha256(archive.read("minshi-kit/plan.json")).hexdigest() == failed.plan_sha256
    assert (about["seed"], about["run"], about["plan_sha256"]) == (
        failed.seed,
        str(failed.reference),
        failed.plan_sha256,
    )
    SandboxRun.objects.filter(pk=failed.pk).update(state="running")
    assert page(client, cast.developer, "sandbox:run_kit", failed.pk).status_code == 404


def test_the_kit_of_an_order_is_as_public_as_its_plan(client, cast, failed, now):
    code = failed.order.code
    assert page(client, cast.developer, "sandbox:order_kit", code).status_code == 404
    DemandOrder.objects.filter(pk=failed.order_id).update(contract={"openapi": "3.1.0", "paths": {}})
    client.logout()
    mine = page(client, None, "sandbox:order_kit", code)
    assert mine.content == page(client, cast.developer, "sandbox:order_kit", code).content
    with zipfile.ZipFile(io.BytesIO(mine.content)) as archive:
        assert archive.read("minshi-kit/plan.json") == client.get(reverse("orders:plan", args=[code])).content
        about = json.loads(archive.read("minshi-kit/kit.json"))
    assert (about["seed"], about["run"]) == (SEED_OF_ORDERS, "")
    DemandOrder.objects.filter(pk=failed.order_id).update(state="draft")
    assert page(client, cast.stranger, "sandbox:order_kit", code).status_code == 404
    assert page(client, cast.editor, "sandbox:order_kit", code).status_code == 200


def test_the_report_can_be_cut_down_to_what_fails(client, cast, failed):
    client.force_login(cast.developer)
    whole = client.get(f"/en/sandbox/runs/{failed.pk}/").content.decode()
    failures = client.get(f"/en/sandbox/runs/{failed.pk}/?show=failures").content.decode()
    assert 'id="check-start-healthy"' in whole
    assert 'id="check-start-healthy"' not in failures
    assert 'id="check-fault-exactly-once"' in failures
    assert "--only fault.exactly_once --seed" in failures


def test_the_report_says_what_changed_since_the_version_before(client, cast, failed, engine, now):
    before = failed.version
    before.pk, before.version = None, "0.9.0"
    before.save(force_insert=True)
    old = SandboxRun.objects.get(pk=failed.pk)
    old.pk, old.reference, old.version, old.state, old.score = None, uuid.uuid4(), before, "passed", 100
    old.queued_at -= timedelta(days=1)
    old.save(force_insert=True)
    for code, outcome in (("fault.exactly_once", "passed"), ("start.healthy", "failed"), ("page.axe_390", "failed")):
        CheckResult.objects.create(
            run=old,
            position=0,
            code=code,
            group=code.partition(".")[0],
            outcome=outcome,
            mandatory=False,
            weight=10,
            at=now,
        )
    CheckResult.objects.create(
        run=old, position=9, code="load.p95", group="load", outcome="passed", mandatory=False, weight=30, at=now,
        measurements={"p95_ms": 306.0},
    )  # fmt: skip
    html = page(client, cast.developer, "sandbox:report", failed.pk).content.decode()
    compared = html[html.index("Compared with version 0.9.0") : html.index("How the score comes about")]
    newly, mended = compared.index("Newly failing"), compared.index("Newly passing")
    assert newly < compared.index("Exactly one submission") < mended
    assert mended < compared.index("Starts in time") < compared.index("Still failing")
    assert "+100%" in compared


def test_a_poll_of_a_visitor_is_never_answered_with_a_sign_in_page(client, queued):
    assert client.get(reverse("sandbox:progress", args=[queued.pk])).status_code == 404


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
    assert "␛[31m" in html
    assert "⟨U+202E⟩" in html
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
    assert "HX-Retarget" not in running_part
    queued.break_off(now=now, code="probe_died")
    whole = page(client, cast.developer, "sandbox:progress", queued.pk)
    assert whole["HX-Retarget"] == "#run"
    assert "Broken off: our fault" in whole.content.decode()
    assert "hx-trigger" not in whole.content.decode()


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
    with django_assert_max_num_queries(36):
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
        expires_at=valid.expires_at,
        revoked_at=now,
        revocation_reason="replaced",
    )
    html = page(client, None, "sandbox:certificate", valid.image_digest).content.decode()
    assert valid.code in html
    assert "panel--ok" in html
