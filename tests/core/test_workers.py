"""Tasks travel over a real Redis to a real worker that writes to a real PostgreSQL."""

import os
import time

import pytest
from celery.contrib.testing.worker import start_worker

from marketplace.config.celery import app
from marketplace.core.models import AuditHead
from marketplace.core.tasks import publish_audit_heads

WAIT_SECONDS = 20


@pytest.mark.services
@pytest.mark.enable_socket
@pytest.mark.django_db(transaction=True)
def test_a_task_is_done_once_however_often_it_is_sent():
    assert app.conf.broker_url == os.environ["MINSHI_BROKER_URL"]
    with start_worker(app, perform_ping_check=False, pool="threads", queues=["default"]):
        publish_audit_heads.delay()
        publish_audit_heads.delay()
        deadline = time.monotonic() + WAIT_SECONDS
        while not AuditHead.objects.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
    assert AuditHead.objects.count() == 1
