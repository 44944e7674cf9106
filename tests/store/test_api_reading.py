"""Everybody reads listings and reviews over the API, page by page, without names."""

import pytest

from marketplace.store.services import remove_review, submit_review
from tests import factory
from tests.store import factory as store

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at(monkeypatch, now):
    monkeypatch.setattr("marketplace.core.clock._source", lambda: now)


@pytest.fixture
def listing(cast, now):
    return factory.market(cast, now=now)


def test_listings_without_enough_reviews_have_no_score(client, listing):
    found = client.get("/api/v1/listings", {"service_item": listing.service_item.code}).json()
    assert [row["app"] for row in found["items"]] == [listing.app.code]
    assert found["items"][0]["citizens"] == {"mean": None, "lower": None, "upper": None, "reviews": 0}
    assert found["next"] is None
    assert client.get("/api/v1/listings", {"service_item": "none"}).json()["items"] == []


def test_reviews_come_in_pages_without_names_and_removed_ones_without_words(client, listing, cast, now):
    made = []
    for citizen in (cast.citizen, cast.stranger, cast.maker):
        case = store.decided_case(listing, citizen, now=now)
        made.append(submit_review(case=case, citizen=citizen, service_level=1, app_level=5, text="字", now=now))
    remove_review(review=made[0], by=cast.operator, reason="违法内容", now=now)
    address = f"/api/v1/listings/{listing.app.code}/reviews"
    first = client.get(address, {"limit": 2}).json()
    second = client.get(address, {"limit": 2, "cursor": first["next"]}).json()
    rows = first["items"] + second["items"]
    assert [row["id"] for row in rows] == [review.pk for review in made]
    assert (rows[0]["text"], rows[0]["app_level"], rows[0]["removal_reason"]) == ("", None, "违法内容")
    assert rows[1]["follow_up"]["state"] == "open"
    assert second["next"] is None
    assert cast.citizen.email not in str(rows)


def test_an_app_that_is_not_listed_has_no_reviews_to_read(client, listing):
    type(listing).objects.update(state="pending")
    assert client.get(f"/api/v1/listings/{listing.app.code}/reviews").status_code == 404
