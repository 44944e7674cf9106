"""What the store holds doesn't count for money until it is released; the vendor's own cases never do."""

from datetime import timedelta

import pytest

from billing.models import UsageFact
from marketplace.store.models import IncomingEvent
from marketplace.store.services import launch_case, release_case, resolve_event
from tests import factory
from tests.store import factory as store

pytestmark = pytest.mark.django_db


@pytest.fixture
def listing(cast, now):
    return factory.market(cast, now=now)


@pytest.fixture
def token(cast, now):
    return store.token(cast.police, cast.editor, now=now)[0]


def test_contradicting_reports_hold_the_fact_until_a_person_has_looked(listing, token, cast, now):
    case = launch_case(listing=listing, citizen=cast.citizen, now=now)[0]
    store.send(token, case, "completed", now, now=now)
    assert UsageFact.objects.get().held is False
    store.send(token, case, "denied", now, now=now)
    assert UsageFact.objects.get().held is True
    waiting = IncomingEvent.objects.waiting().get()
    resolve_event(event=waiting, resolution="kept", by=cast.publisher, now=now + timedelta(hours=1))
    assert UsageFact.objects.get().held is False


def test_a_case_held_before_its_decision_is_held_from_the_beginning(listing, token, cast, now):
    case = launch_case(listing=listing, citizen=cast.citizen, now=now)[0]
    store.send(token, case, "accepted", now, now=now)
    store.send(token, case, "not_accepted", now, now=now)
    store.send(token, case, "completed", now, now=now)
    assert UsageFact.objects.get().held is True
    case.refresh_from_db()
    release_case(case=case, by=cast.operator, now=now)
    assert UsageFact.objects.get().held is False


def test_cases_of_the_vendors_own_people_never_count(listing, token, cast, now):
    case = launch_case(listing=listing, citizen=cast.developer, now=now)[0]
    store.send(token, case, "completed", now, now=now)
    fact = UsageFact.objects.get()
    assert (fact.held, fact.held_reason) == (True, "own-people")
    store.send(token, case, "denied", now, now=now)
    case.refresh_from_db()
    release_case(case=case, by=cast.operator, now=now)
    assert UsageFact.objects.get().held is True
