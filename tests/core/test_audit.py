"""The audit chain holds, and shows where it was tampered with."""

import pytest
from django.db import transaction

from marketplace.core import audit
from marketplace.core.models import AuditEvent
from tests import factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def events(now):
    body = factory.department()
    with transaction.atomic():
        return [audit.record(f"verb-{n}", body, by="system:test", now=now, after={"n": n}) for n in range(3)]


def test_an_untouched_chain_verifies(events):
    assert list(audit.verify()) == []


def test_a_changed_event_is_named(events):
    AuditEvent.objects.filter(pk=events[1].pk).update(actor="user:999")
    assert list(audit.verify()) == [audit.Break("accounts.department", 2, "content changed")]


def test_a_removed_event_is_named(events):
    AuditEvent.objects.filter(pk=events[1].pk).delete()
    assert list(audit.verify()) == [audit.Break("accounts.department", 2, "missing event")]


def test_a_cut_tail_is_named(events):
    AuditEvent.objects.filter(pk=events[2].pk).delete()
    assert list(audit.verify()) == [audit.Break("accounts.department", 3, "events cut off at the end")]


@pytest.mark.django_db(transaction=True)
def test_recording_outside_a_transaction_is_refused(now):
    with pytest.raises(RuntimeError, match="transaction"):
        audit.record("verb", factory.department(), by="system:test", now=now)
