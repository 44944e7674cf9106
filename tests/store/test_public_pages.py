"""Citizens compare apps: same rows beside each other, figures only when there are enough, few queries."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.store.models import Case, Review
from marketplace.store.services import submit_review
from marketplace.store.services.tallies import rebuild
from tests import factory
from tests.store import factory as store

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


@pytest.fixture
def listing(cast, now):
    return factory.market(cast, now=now)


@pytest.fixture(autouse=True)
def _at(monkeypatch, now):
    monkeypatch.setattr("marketplace.core.clock._source", lambda: now)


def crowd(listing, now, number):
    """Let so many citizens get it done and review it."""
    people = User.objects.bulk_create([User(phone=f"9{n:010d}", name=f"王{n}") for n in range(number)])
    decided = [
        Case(
            number=f"MS{n:015d}", citizen=person, listing=listing, version=listing.version,
            service_item=listing.service_item, department=listing.service_item.department, pseudonym=f"{n:064x}",
            launched_at=now - timedelta(days=3), state="completed", decided_at=now, recorded_at=now,
            confirmed_by="api", handling_seconds=60 + n,
        )
        for n, person in enumerate(people)
    ]  # fmt: skip
    decided = Case.objects.bulk_create(decided)
    Review.objects.bulk_create(
        Review(
            case=case, citizen=case.citizen, app=listing.app, version=listing.version,
            service_item=listing.service_item, service_level=4, app_level=5, submitted_at=now, text="很好",
            tags=["fast"],
        )
        for case in decided
    )  # fmt: skip
    rebuild()


def addresses(listing):
    return [
        reverse("store:service", args=[listing.service_item.code]),
        reverse("store:listing", args=[listing.app.code]),
        reverse("store:standards"),
    ]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_service_page_shows_every_app_with_too_few_to_say(client, listing, language):
    html = client.get(f"/{language}/services/{listing.service_item.code}/").content.decode()
    assert listing.app.code in html
    assert ("评价太少" if language == "zh-hans" else "Too few to say") in html


@pytest.mark.parametrize("number", [0, 500])
def test_public_pages_need_few_queries_whatever_the_rows(client, listing, now, number):
    crowd(listing, now, number)
    for address in addresses(listing):
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = client.get(address)
        assert answer.status_code == 200
        assert len(queries) <= MOST_QUERIES, "\n".join(query["sql"][:160] for query in queries)


def test_enough_reviews_show_mean_interval_and_times(client, listing, now):
    crowd(listing, now, 20)
    html = client.get(f"/en/services/{listing.service_item.code}/").content.decode()
    assert "20 reviews of finished cases" in html
    assert re.search(r"very likely between \d\.\d and \d\.\d", html)
    assert "1 min 9 s" in html
    assert "1 min 17 s" in html


def test_every_sort_lists_every_app(client, listing, cast, now):
    other = factory.app(factory.vendor(now=now, owner=cast.stranger), listing.service_item, now=now)
    version = factory.certified_version(other, listing.version.order, by=cast.stranger, now=now, score=81)
    factory.listing(version, now=now)
    address = reverse("store:service", args=[listing.service_item.code])
    for sort in ("default", "score", "time", "test", "data", "bought"):
        html = client.get(address, {"sort": sort}).content.decode()
        assert {listing.app.code, other.code} <= set(re.findall(r"apps/([\w-]+)/start/", html))
    order = re.findall(r"apps/([\w-]+)/start/", client.get(address, {"sort": "test"}).content.decode())
    assert order == [listing.app.code, other.code]


def test_a_service_that_is_not_public_is_not_there(client, cast):
    item = factory.service_item(cast.police, state="draft")
    assert client.get(reverse("store:service", args=[item.code])).status_code == 404


def test_a_pending_listing_is_seen_by_its_vendor_only(client, listing, cast):
    type(listing).objects.update(state="pending")
    address = reverse("store:listing", args=[listing.app.code])
    assert client.get(address).status_code == 404
    client.force_login(cast.developer)
    assert client.get(address).status_code == 200


def test_names_are_masked_and_removed_reviews_show_why(client, listing, cast, now):
    case = store.decided_case(listing, cast.citizen, now=now)
    type(cast.citizen).objects.filter(pk=cast.citizen.pk).update(name="赵小明")
    review = submit_review(case=case, citizen=cast.citizen, service_level=5, app_level=5, text="隐藏的话", now=now)
    html = client.get(reverse("store:listing", args=[listing.app.code])).content.decode()
    assert "赵**" in html
    assert "赵小明" not in html
    assert "隐藏的话" in html
    type(review).objects.update(removed_at=now, removal_reason="含他人身份证号")
    html = client.get(reverse("store:listing", args=[listing.app.code])).content.decode()
    assert "隐藏的话" not in html
    assert "含他人身份证号" in html
