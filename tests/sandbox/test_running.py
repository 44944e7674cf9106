"""A queued run ends in a verdict, goes back to the queue, or is broken off; its version moves with it."""

from datetime import timedelta
from decimal import Decimal

import pytest

from marketplace.core import clock
from sandbox.certification.verification import verify
from sandbox.models import Certificate, RunEvent, SandboxRun
from sandbox.runs import running, sweeping
from sandbox.workers.pulse import beat
from tests.sandbox import factory
from tests.sandbox.fake_engine import IMAGE, result

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(cast, engine, now):
    return factory.queued_run(cast, now=now)


def perform(run, worker="w1"):
    done = running.perform(run_pk=run.pk, worker=worker)
    run.refresh_from_db()
    run.version.refresh_from_db()
    return done


def lines(**outcomes):
    codes = [check["id"] for check in factory.CHECKS]
    return [result(code, outcomes.get(code.replace(".", "_"), "passed")) for code in codes]


def test_a_good_app_is_certified(run, engine, cast):
    assert perform(run)
    assert (run.state, run.score, run.version.state, run.version.score) == ("passed", 100, "certified", 100)
    assert run.version.plan_sha256 == run.plan_sha256
    assert run.version.certificate_summary["groups"]["fault"] == "passed"
    assert verify(run.certificate, now=clock.now()).valid
    assert cast.developer.notices.get().kind == "sandbox-passed"
    assert run.results.count() == len(factory.CHECKS)


def test_the_pod_gets_the_checked_image_by_digest_and_nothing_else(run, engine):
    perform(run)
    asked = dict(engine.calls)["run_pod"]
    assert asked["image_id"] == IMAGE
    assert asked["job"]["manifest"]["scopes"] == ["person.identity"]
    assert asked["job"]["seed"] == run.seed
    assert asked["volumes"] == ["/data"]
    assert asked["run_id"] == f"{run.reference}.1"
    assert dict(engine.calls)["load"] == b"rebuilt"
    assert engine.images == set()


def test_a_mandatory_failure_fails_the_app_whatever_its_score(run, engine, cast):
    engine.lines = lines(fault_exactly_once="failed")
    perform(run)
    assert (run.state, run.version.state) == ("failed", "failed")
    assert run.score == Decimal("85.71")
    assert run.version.certificate_summary["failed_checks"] == ["fault.exactly_once"]
    assert not Certificate.objects.exists()
    assert cast.developer.notices.get().kind == "sandbox-failed"


def test_a_score_below_the_mark_fails(run, engine):
    engine.lines = lines(load_p95="failed")
    perform(run)
    assert (run.state, run.score) == ("failed", Decimal("57.14"))


def test_time_running_out_is_the_apps_failure_and_names_what_was_not_done(run, engine):
    engine.ended = "timeout"
    engine.lines = lines()[:2]
    perform(run)
    assert run.state == "failed"
    late = run.results.get(code="fault.exactly_once")
    assert (late.outcome, late.position) == ("skipped", 2)
    assert "时限" in late.summary_zh


def test_a_dead_probe_is_the_platforms_fault_and_the_version_gets_one_more_run(run, engine):
    engine.ended = "probe_died"
    perform(run)
    assert (run.state, run.fault["code"], run.version.state) == ("broken", "probe_died", "queued")
    again = SandboxRun.objects.get(version=run.version, state="queued")
    perform(again)
    assert again.state == "broken"
    assert not SandboxRun.objects.active().exists()
    assert run.version.state == "queued"


def test_an_engine_that_goes_away_during_the_run_breaks_it(run, engine):
    engine.run_fails = True
    perform(run)
    assert (run.state, run.fault["code"]) == ("broken", "engine")
    assert SandboxRun.objects.waiting().count() == 1


def test_an_error_of_ours_breaks_the_run_instead_of_leaving_it(run, engine):
    def explode():
        raise KeyError("ours")

    engine.during = explode
    perform(run)
    assert (run.state, run.fault["code"]) == ("broken", "internal")


def test_without_an_engine_the_run_stays_queued(run, engine):
    engine.available = False
    assert not perform(run)
    assert (run.state, run.attempts, run.version.state) == ("queued", 0, "queued")


def test_a_failed_self_test_leaves_the_run_queued(run, engine):
    engine.self_test_passes = False
    assert not perform(run)
    assert run.state == "queued"


def test_two_workers_cannot_take_the_same_run(run, engine):
    engine.during = lambda: pytest.fail("a second worker ran it") if perform(run, "w2") else None
    assert perform(run)
    assert (run.state, run.attempts, run.worker) == ("passed", 1, "w1")


def test_a_run_whose_worker_died_goes_back_once_and_is_broken_the_second_time(run, engine, now):
    long_ago = beat() - timedelta(hours=1)
    for attempt in (1, 2):
        SandboxRun.objects.get(pk=run.pk).take_up(worker="dead", beat=long_ago, now=now)
        run.version.start_testing(now=now)
        assert sweeping.bury_dead_runs(now=now) == 1
        run.refresh_from_db()
        run.version.refresh_from_db()
        assert (run.attempts, run.version.state) == (attempt, "queued")
        assert run.state == ("queued" if attempt == 1 else "broken")
    assert run.fault["code"] == "worker_died"
    assert sweeping.bury_dead_runs(now=now) == 0


def test_the_second_attempt_starts_from_nothing(run, engine, now):
    long_ago = beat() - timedelta(hours=1)
    run.take_up(worker="dead", beat=long_ago, now=now)
    run.version.start_testing(now=now)
    run.results.create(
        position=0, code="start.healthy", group="start", outcome="failed", mandatory=True, weight=0, at=now
    )
    sweeping.bury_dead_runs(now=now)
    perform(run)
    assert (run.state, run.attempts, run.score) == ("passed", 2, 100)


def test_a_worker_that_was_given_up_cannot_write_a_verdict(run, engine, now):
    def lose():
        SandboxRun.objects.filter(pk=run.pk).update(heartbeat_at=beat() - timedelta(hours=1))
        sweeping.bury_dead_runs(now=now)

    engine.during = lose
    perform(run)
    assert (run.state, run.score, run.version.state) == ("queued", None, "queued")


def test_forged_lines_are_refused_and_noted(run, engine):
    good = lines(fault_exactly_once="failed")
    forged = [
        result("fault.exactly_once", "passed"),
        result("fault.made_up", "passed"),
        result("load.p95", "passed", group="page"),
        {"type": "verdict", "passed": True},
        {"type": "progress", "check": "../../etc", "state": "done", "done": 1, "total": 1},
    ]
    engine.lines = good + forged
    perform(run)
    assert run.state == "failed"
    assert run.results.get(code="fault.exactly_once").outcome == "failed"
    assert run.events.filter(kind=RunEvent.Kind.REFUSED).count() == len(forged)


def test_escapes_and_direction_marks_of_an_app_are_stored_as_signs(run, engine):
    evil = {"zh": "\x1b[31m红\u202e<script>alert(1)</script>", "en": "a\x00b"}
    exchange = {"kind": "exchange", "title": evil, "data": {"body": "\x1b]0;title\x07\u2066x"}}
    engine.lines = [result("start.healthy", summary=evil, evidence=[exchange])]
    perform(run)
    stored = run.results.get(code="start.healthy")
    assert (stored.summary_zh, stored.summary_en) == ("␛[31m红⟨U+202E⟩<script>alert(1)</script>", "a␀b")
    assert stored.evidence[0]["data"] == {"body": "␛]0;title␇⟨U+2066⟩x"}


def test_the_sweep_keeps_live_containers_and_needed_images(run, engine, now):
    due = sweeping.sweep(worker="w1", now=now)
    assert due.runs == [run.pk]
    assert dict(engine.calls)["reap"] == (set(), {IMAGE})


def test_a_cancelled_run_leaves_the_version_waiting(run, engine):
    engine.during = lambda: SandboxRun.objects.filter(pk=run.pk).update(cancel_requested=True)
    perform(run)
    assert (run.state, run.version.state) == ("cancelled", "queued")
