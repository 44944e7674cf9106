"""A certified, listed version whose order pins an interface, and a re-test of it that failed."""

import pytest

from marketplace.notices.models import Notice
from sandbox.models import Retest
from sandbox.runs import running
from tests import factory as people_factory
from tests.sandbox import factory
from tests.sandbox.retests.steps import publish, start_and_run
from vendors.models import AppVersion


@pytest.fixture
def interface(cast):
    return people_factory.interface_version(cast.police, code="population").interface


@pytest.fixture
def version(cast, engine, now, interface, monkeypatch):
    """A certified, listed version whose order pins version 1.0.0 of the interface."""
    monkeypatch.setattr("sandbox.runs.running.clock.now", lambda: now)
    run = factory.queued_run(cast, now=now)
    run.order.interface_versions.add(interface.versions.get())
    AppVersion.objects.filter(pk=run.version_id).update(manifest={"interfaces": ["population"]})
    running.perform(run_pk=run.pk, worker="w1")
    found = AppVersion.objects.get(pk=run.version_id)
    people_factory.listing(found, now=now)
    Notice.objects.all().delete()
    return found


@pytest.fixture
def failed(version, interface, cast, now, engine):
    publish(interface, "1.1.0", cast, now)
    start_and_run(engine, now, passes=False)
    return Retest.objects.get()
