"""A broker that is away costs nobody their request: what it doesn't take, a sweep finds."""

import logging

import pytest
from django.db import transaction
from kombu.exceptions import OperationalError

from marketplace.core.dispatch import enqueue_on_commit
from marketplace.core.tasks import publish_audit_heads

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("error", [OperationalError("away"), PermissionError("the folder"), OSError("no space left")])
def test_a_broker_that_is_away_is_logged(monkeypatch, caplog, django_capture_on_commit_callbacks, error):
    def delay(*_args):
        raise error

    monkeypatch.setattr(publish_audit_heads, "delay", delay)
    with caplog.at_level(logging.WARNING), django_capture_on_commit_callbacks(execute=True):
        enqueue_on_commit(publish_audit_heads)
    assert "core.publish_audit_heads" in caplog.text
    assert str(error) in caplog.text


def test_nothing_is_enqueued_before_the_commit_or_without_it(monkeypatch, django_capture_on_commit_callbacks):
    sent = []
    monkeypatch.setattr(publish_audit_heads, "delay", lambda *args: sent.append(args))
    with transaction.atomic():
        enqueue_on_commit(publish_audit_heads, 1)
        transaction.set_rollback(True)
    with django_capture_on_commit_callbacks(execute=True):
        enqueue_on_commit(publish_audit_heads, 2)
        assert sent == []
    assert sent == [(2,)]


def test_a_mistake_of_ours_is_no_absent_broker(monkeypatch, django_capture_on_commit_callbacks):
    def delay(*_args):
        raise TypeError

    monkeypatch.setattr(publish_audit_heads, "delay", delay)
    with pytest.raises(TypeError), django_capture_on_commit_callbacks(execute=True):
        enqueue_on_commit(publish_audit_heads)
