"""Two at the same moment: one event, one review, one launch each count once."""

import threading

import pytest
from django.db import connection

from marketplace.core.errors import Conflict
from marketplace.store.models import Case, IncomingEvent, Review
from marketplace.store.services import launch_case, receive_event, submit_review
from marketplace.store.signals import case_decided
from tests import factory
from tests.conftest import NOW
from tests.store import factory as store

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def together(act, times=2):
    """Run `act` in so many threads at once and return what each returned or raised."""
    barrier, results = threading.Barrier(times), []

    def run():
        barrier.wait()
        try:
            results.append(act())
        except Conflict as refusal:
            results.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _each in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture
def people():
    return factory.cast(now=NOW)


@pytest.fixture
def listing(people):
    return factory.market(people, now=NOW)


def test_the_same_event(people, listing):
    case = factory.case(listing, people.citizen, now=NOW)
    token = store.token(people.police, people.editor, now=NOW)[0]
    event, heard = store.event(case, "completed", NOW), []
    case_decided.connect(lambda sender, **kwargs: heard.append(kwargs), weak=False, dispatch_uid="test")
    try:
        receipts = together(lambda: receive_event(token=token, event=event, now=NOW), times=3)
    finally:
        case_decided.disconnect(dispatch_uid="test")
    assert sorted(receipt.duplicate for receipt in receipts) == [False, True, True]
    assert len(heard) == 1
    assert IncomingEvent.objects.get().duplicates == 2
    assert Case.objects.get().state == "completed"


def test_two_reviews_of_one_case(people, listing):
    case = store.decided_case(listing, people.citizen, now=NOW)
    results = together(lambda: submit_review(case=case, citizen=people.citizen, service_level=1, app_level=1, now=NOW))
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "Review"]
    assert Review.objects.count() == 1


def test_two_presses_of_the_launch_button(people, listing):
    results = together(lambda: launch_case(listing=listing, citizen=people.citizen, now=NOW)[0])
    assert len({case.number for case in results}) == 1
