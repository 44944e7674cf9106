"""Hands tasks to the workers once a transaction commits; what the broker doesn't take is found by the next sweep."""

import logging
from functools import partial

from celery import Task
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def enqueue_on_commit(task: Task, *args: object) -> None:
    """Enqueue the task when the transaction commits; a broker that is away is logged and never fails the request.

    The rows are committed by then and say what is due, so every task that comes here needs a sweep that finds them.
    """
    transaction.on_commit(partial(_enqueue, task, args))


def _enqueue(task: Task, args: tuple[object, ...]) -> None:
    try:
        task.delay(*args)
    except (OperationalError, OSError) as error:
        log.warning("The broker didn't take %s%s; the next sweep will find it: %s", task.name, args, error)
