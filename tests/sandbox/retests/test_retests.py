"""Re-tests: asked for by interfaces and the calendar; they never change the version, and the vendor is told first."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from marketplace.core.errors import Conflict, InvalidInput, MoveRefused, NotAllowed
from marketplace.notices.models import Notice
from marketplace.notices.rendering import letter_of
from marketplace.orders.plan import plan_of, sha256_of
from sandbox import retests, services
from sandbox.certification.verification import Status, verify
from sandbox.models import Certificate, Retest, SandboxRun
from sandbox.runs import running
from tests import factory as people_factory
from tests.sandbox.retests.steps import publish, start_and_run, told
from vendors.models import AppVersion, Member

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=365)


def test_a_new_stable_version_queues_a_run_against_it(version, interface, cast, now):
    new = publish(interface, "1.1.0", cast, now)
    retest = Retest.objects.get()
    assert (retest.version, retest.cause, retest.interface_version, retest.binding) == (version, "interface", new, True)
    (run,) = retests.start_due(now=now)
    assert (run.kind, run.priority, run.version, run.image_id) == ("retest", 3, version, version.image_digest)
    (planned,) = run.plan["interfaces"]
    assert (planned["version"], planned["openapi"]) == ("1.1.0", new.document)
    before = plan_of(version.order)
    assert {name for name in before if before[name] != run.plan[name]} == {"interfaces"}
    assert run.plan_sha256 == sha256_of(run.plan) != version.plan_sha256
    assert told() == ["sandbox-retest"]
    assert retests.start_due(now=now) == []


@pytest.mark.parametrize("state", ["alpha", "beta"])
def test_drafts_of_the_future_test_nobody(version, interface, cast, now, state):
    publish(interface, "1.1.0", cast, now, state=state)
    assert not Retest.objects.exists()


def test_only_apps_that_use_the_interface_and_are_certified_are_tested(version, interface, cast, now):
    other = people_factory.interface_version(cast.police, code="other").interface
    publish(other, "1.1.0", cast, now)
    AppVersion.objects.filter(pk=version.pk).update(manifest={"interfaces": ["other"]})
    publish(interface, "1.1.0", cast, now)
    AppVersion.objects.filter(pk=version.pk).update(manifest={"interfaces": ["population"]}, state="superseded")
    publish(interface, "1.2.0", cast, now)
    assert not Retest.objects.exists()


def test_a_later_version_makes_one_that_waits_moot(version, interface, cast, now):
    publish(interface, "1.1.0", cast, now)
    publish(interface, "1.2.0", cast, now)
    assert set(Retest.objects.values_list("interface_version__version", "state")) == {
        *(("1.1.0", "dropped"), ("1.2.0", "due"))
    }


def test_a_pass_renews_the_certificate_and_leaves_the_version_alone(version, interface, cast, now, engine, monkeypatch):
    first = Certificate.objects.get()
    listing = version.listings.get()
    before = AppVersion.objects.values().get(pk=version.pk)
    publish(interface, "1.1.0", cast, now)
    later = now + timedelta(days=30)
    monkeypatch.setattr("sandbox.runs.running.clock.now", lambda: later)
    run = start_and_run(engine, later)
    assert (run.state, Retest.objects.get().state) == ("passed", "passed")
    second = Certificate.objects.valid().get()
    assert (second.run, second.expires_at, second.plan_sha256) == (run, later + YEAR, run.plan_sha256)
    assert second.claims["interfaces"] == {"population": "1.1.0"}
    first.refresh_from_db()
    found = verify(first, now=later)
    assert (found.status, found.successor) == (Status.SUPERSEDED, second)
    after = AppVersion.objects.values().get(pk=version.pk)
    summaries = before.pop("certificate_summary"), after.pop("certificate_summary")
    assert before == after
    assert summaries[0] | {"certificate": second.code} == summaries[1]
    listing.refresh_from_db()
    assert listing.state == "listed"
    assert told() == ["sandbox-retest", "sandbox-retest-passed"]


def test_a_failure_only_tells_the_vendor_with_report_and_deadline(failed, version, now, cast):
    version.refresh_from_db()
    assert (failed.state, failed.told_at, version.state) == ("failed", now, "certified")
    assert version.listings.get().state == "listed"
    assert Certificate.objects.valid().get().version == version
    notice = Notice.objects.get(kind="sandbox-retest-failed")
    assert notice.user == cast.developer
    assert notice.path.endswith(reverse("sandbox:report", args=[failed.run_id]).split("/", 2)[2])
    letter = letter_of(notice, language="en")
    assert "you have 10 working days" in letter.subject
    assert "version 1.1.0 of the interface" in letter.body
    assert "10 个工作日" in letter_of(notice, language="zh-hans").body
    assert (failed.answer_by - now).days in (13, 14)


@pytest.mark.parametrize("decide", [services.keep_certificate, services.revoke_after_retest])
def test_nobody_decides_before_the_deadline_without_a_reason_or_being_involved(failed, cast, now, decide):
    early = failed.answer_by - timedelta(seconds=1)
    with pytest.raises(Conflict):
        decide(retest=failed, by=cast.operator, now=early, reason="x")
    ripe = {"retest": failed, "now": failed.answer_by}
    with pytest.raises(InvalidInput):
        decide(**ripe, by=cast.operator, reason=" ")
    with pytest.raises(NotAllowed):
        decide(**ripe, by=cast.developer, reason="x")
    Member.objects.create(vendor=failed.version.app.vendor, user=cast.operator, role="viewer")
    with pytest.raises(NotAllowed):
        decide(**ripe, by=cast.operator, reason="x")
    failed.refresh_from_db()
    assert failed.state == "failed"


def test_the_database_itself_refuses_an_early_decision(failed, now):
    for change in (
        {"state": "revoked", "decided_at": now, "decision_reason": "x"},
        {"state": "revoked", "decision_reason": "x"},
        {"state": "kept", "decided_at": failed.answer_by},
        {"told_at": None},
        {"state": "testing", "run": None},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Retest.objects.filter(pk=failed.pk).update(**change)


def test_an_operator_keeps_the_certificate(failed, version, cast):
    services.keep_certificate(retest=failed, by=cast.operator, now=failed.answer_by, reason="A fault of the interface.")
    assert Certificate.objects.valid().exists()
    assert version.listings.get().state == "listed"
    assert told()[-1] == "sandbox-retest-kept"
    with pytest.raises(MoveRefused):
        services.keep_certificate(retest=failed, by=cast.operator, now=failed.answer_by, reason="again")


def test_an_operator_revokes_and_the_listing_goes_with_it(failed, version, cast):
    at = failed.answer_by
    services.revoke_after_retest(retest=failed, by=cast.operator, now=at, reason="It loses submissions.")
    version.refresh_from_db()
    listing = version.listings.get()
    assert (version.state, listing.state, listing.state_reason) == ("revoked", "suspended", "It loses submissions.")
    assert not Certificate.objects.valid().exists()
    assert told()[-1] == "sandbox-revoked"
    with pytest.raises(MoveRefused):
        services.revoke_after_retest(retest=failed, by=cast.operator, now=at, reason="again")


def test_a_newer_version_settles_it(failed, version, cast, now):
    version.supersede(by=cast.developer, now=now)
    retests.tidy(now=now)
    failed.refresh_from_db()
    assert failed.state == "settled"


def test_a_new_major_version_is_a_look_ahead_without_consequences(version, interface, cast, now, engine):
    publish(interface, "2.0.0", cast, now)
    start_and_run(engine, now, passes=False)
    retest = Retest.objects.get()
    assert (retest.binding, retest.state, retest.answer_by) == (False, "noted", None)
    assert told() == ["sandbox-retest", "sandbox-retest-ahead"]
    assert not Retest.objects.decidable_by(cast.operator).exists()
    assert Certificate.objects.valid().count() == 1


def test_a_pass_ahead_of_time_gives_no_new_certificate(version, interface, cast, now, engine):
    publish(interface, "2.0.0", cast, now)
    start_and_run(engine, now)
    assert Retest.objects.get().state == "passed"
    assert Certificate.objects.count() == 1


def test_once_a_year_before_the_certificate_expires(version, now, engine, settings, monkeypatch):
    expires = Certificate.objects.get().expires_at
    ahead = timedelta(days=settings.RETEST_AHEAD_DAYS)
    assert retests.ask_yearly(now=expires - ahead - timedelta(minutes=1)) == []
    soon = expires - ahead
    monkeypatch.setattr("sandbox.runs.running.clock.now", lambda: soon)
    (asked,) = retests.ask_yearly(now=soon)
    assert retests.ask_yearly(now=soon) == []
    assert asked.cause == "yearly"
    run = start_and_run(engine, soon)
    assert run.plan == plan_of(version.order)
    assert retests.ask_yearly(now=soon + timedelta(hours=1)) == []
    assert Certificate.objects.valid().get().expires_at == soon + YEAR


def test_a_failed_yearly_one_is_not_asked_for_every_ten_minutes(version, now, engine, settings, monkeypatch):
    soon = Certificate.objects.get().expires_at - timedelta(days=20)
    monkeypatch.setattr("sandbox.runs.running.clock.now", lambda: soon)
    retests.ask_yearly(now=soon)
    start_and_run(engine, soon, passes=False)
    assert retests.ask_yearly(now=soon + timedelta(minutes=10)) == []
    assert Retest.objects.get().state == "failed"


def test_a_fault_of_the_platform_postpones_it_and_blames_nobody(version, interface, cast, now, engine):
    publish(interface, "1.1.0", cast, now)
    engine.run_fails = True
    for due in (now, now + retests.PAUSE):
        (run,) = retests.start_due(now=now)
        running.perform(run_pk=run.pk, worker="w1")
        retest = Retest.objects.get()
        assert (retest.state, retest.due_at) == ("due", due)
    assert retests.start_due(now=now) == []
    assert len(retests.start_due(now=now + retests.PAUSE)) == 1
    version.refresh_from_db()
    assert version.state == "certified"


@pytest.mark.parametrize("waiting", [True, False])
def test_a_cancelled_one_ends(version, interface, cast, now, engine, waiting):
    publish(interface, "1.1.0", cast, now)
    (run,) = retests.start_due(now=now)
    if waiting:
        services.cancel(run=run, by=cast.operator, now=now)
    else:
        engine.during = lambda: services.cancel(run=run, by=cast.operator, now=now)
        running.perform(run_pk=run.pk, worker="w1")
    run.refresh_from_db()
    assert (run.state, Retest.objects.get().state) == ("cancelled", "dropped")
    assert services.retest_version(version=version, by=cast.operator, now=now).state == "due"


def test_a_version_that_ends_while_it_is_tested_is_left_alone(version, interface, cast, now, engine):
    publish(interface, "1.1.0", cast, now)
    engine.during = lambda: AppVersion.objects.get(pk=version.pk).supersede(by=cast.developer, now=now)
    start_and_run(engine, now, passes=True)
    assert Retest.objects.get().state == "dropped"
    assert Certificate.objects.count() == 1


def test_what_waits_for_a_version_that_ended_is_dropped_with_its_run(version, interface, cast, now):
    publish(interface, "1.1.0", cast, now)
    (run,) = retests.start_due(now=now)
    version.supersede(by=cast.developer, now=now)
    retests.tidy(now=now)
    run.refresh_from_db()
    assert (run.state, Retest.objects.get().state) == ("cancelled", "dropped")


def test_one_at_a_time_for_one_version_and_one_open_wish(version, interface, cast, now):
    publish(interface, "1.1.0", cast, now)
    services.retest_version(version=version, by=cast.operator, now=now)
    with pytest.raises(Conflict):
        services.retest_version(version=version, by=cast.operator, now=now)
    with pytest.raises(NotAllowed):
        services.retest_version(version=version, by=cast.developer, now=now)
    assert len(retests.start_due(now=now)) == 1
    assert retests.start_due(now=now) == []
    assert SandboxRun.objects.active().count() == 1


def test_a_popular_interface_fills_the_queue_bit_by_bit(version, interface, cast, now, monkeypatch):
    monkeypatch.setattr(retests, "MOST_IN_THE_QUEUE", 0)
    publish(interface, "1.1.0", cast, now)
    assert retests.start_due(now=now) == []
    assert Retest.objects.get().state == "due"


def test_the_score_of_the_run_is_told_not_written_to_the_version(failed, version):
    version.refresh_from_db()
    assert version.score == Decimal(100)
    assert failed.run.score == 0
