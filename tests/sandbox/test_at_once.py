"""Many workers at the same moment on a real PostgreSQL: no run is taken twice, and no limit is passed."""

import threading
from collections import Counter

import pytest
from django.db import connection

from sandbox.models import SandboxRun
from sandbox.runs import claiming
from sandbox.workers import readiness
from tests import factory as people_factory
from tests.sandbox import factory

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
CLAIMERS = 12


def runs_of(cast, now, *, vendors, each):
    for _ in range(vendors):
        owner = people_factory.person("owner")
        vendor = people_factory.vendor(now=now, owner=owner)
        people = people_factory.Cast(**{**cast.__dict__, "vendor": vendor, "developer": owner})
        for _ in range(each):
            factory.queued_run(people, now=now)


def claim_together(names, now):
    """Every worker claims until it gets nothing; all begin at the same moment."""
    desks = [readiness.open_desk(name) for name in names]
    taken, start = [], threading.Barrier(len(desks))

    def work(desk):
        start.wait()
        try:
            while (run := claiming.claim(desk, now=now)) is not None:
                taken.append((desk.worker, run.pk))
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(desk,)) for desk in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken


def test_no_run_is_taken_twice_and_none_is_left(cast, engine, now, settings):
    settings.SANDBOX_RUNS_AT_ONCE, settings.SANDBOX_RUNS_PER_VENDOR = 9, 99
    runs_of(cast, now, vendors=4, each=6)
    taken = claim_together([f"w{number}" for number in range(CLAIMERS)], now)
    assert Counter(pk for _, pk in taken) == Counter(SandboxRun.objects.values_list("pk", flat=True))
    assert set(SandboxRun.objects.values_list("state", "attempts")) == {("running", 1)}


def test_no_vendor_has_more_than_its_limit(cast, engine, now, settings):
    settings.SANDBOX_RUNS_AT_ONCE, settings.SANDBOX_RUNS_PER_VENDOR = 9, 2
    runs_of(cast, now, vendors=3, each=8)
    claim_together([f"w{number}" for number in range(CLAIMERS)], now)
    running = SandboxRun.objects.filter(state="running")
    assert sorted(Counter(running.values_list("version__app__vendor", flat=True)).values()) == [2, 2, 2]


def test_one_worker_of_many_processes_has_no_more_than_its_slots(cast, engine, now, settings):
    settings.SANDBOX_RUNS_AT_ONCE, settings.SANDBOX_RUNS_PER_VENDOR = 3, 99
    runs_of(cast, now, vendors=2, each=8)
    assert len(claim_together(["same"] * CLAIMERS, now)) == 3
