"""Listings: asked for by vendors, decided by operators, suspended at once with everybody told."""

from datetime import timedelta

import pytest
from django.urls import reverse

from marketplace.core.errors import Conflict, InvalidInput, MoveRefused, NotAllowed
from marketplace.store.models import Case, Listing
from marketplace.store.services import (
    approve_listing,
    delist_listing,
    launch_case,
    refuse_listing,
    request_listing,
    resume_listing,
    serve_version,
    suspend_listing,
)
from tests import factory
from vendors.models import AppVersion
from vendors.signals import vendor_suspended

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at(monkeypatch, now):
    monkeypatch.setattr("marketplace.core.clock._source", lambda: now)


@pytest.fixture
def version(cast, now):
    item = factory.service_item(cast.police)
    demand = factory.order(item, now=now)
    app = factory.app(cast.vendor, item, now=now)
    return factory.certified_version(app, demand, by=cast.developer, now=now)


@pytest.fixture
def listing(version, cast, now):
    made = request_listing(version=version, by=cast.developer, now=now)
    approve_listing(listing=made, by=cast.operator, now=now)
    return made


def newer(current, cast, now, **fields):
    later = {"uploaded_at": now + timedelta(days=1), "version": "1.1.0"} | fields
    return factory.certified_version(current.app, current.order, by=cast.developer, now=now, **later)


def test_from_request_to_the_square(listing, cast, now):
    assert (listing.state, listing.listed_at) == ("listed", now)
    assert cast.developer.notices.get().kind == "listing-approved"


def test_only_the_vendor_asks_and_only_once(version, cast, now):
    with pytest.raises(NotAllowed):
        request_listing(version=version, by=cast.stranger, now=now)
    request_listing(version=version, by=cast.developer, now=now)
    with pytest.raises(Conflict):
        request_listing(version=version, by=cast.developer, now=now)


@pytest.mark.parametrize("state", ["queued", "testing", "failed", "superseded", "revoked"])
def test_only_certified_versions_are_listed(version, cast, now, state):
    AppVersion.objects.update(state=state)
    version.refresh_from_db()
    with pytest.raises(Conflict):
        request_listing(version=version, by=cast.developer, now=now)


def test_an_app_without_an_address_is_not_listed(version, cast, now):
    version.app.address = ""
    with pytest.raises(InvalidInput):
        request_listing(version=version, by=cast.developer, now=now)


def test_a_version_revoked_meanwhile_is_not_approved(version, cast, now):
    made = request_listing(version=version, by=cast.developer, now=now)
    AppVersion.objects.update(state="revoked")
    with pytest.raises(Conflict):
        approve_listing(listing=made, by=cast.operator, now=now)


def test_only_operators_decide(version, cast, now):
    made = request_listing(version=version, by=cast.developer, now=now)
    for act in (approve_listing, resume_listing):
        with pytest.raises(NotAllowed):
            act(listing=made, by=cast.developer, now=now)
    for act in (refuse_listing, suspend_listing, delist_listing):
        with pytest.raises(NotAllowed):
            act(listing=made, by=cast.developer, now=now, reason="x")
        with pytest.raises(InvalidInput):
            act(listing=made, by=cast.operator, now=now, reason=" ")


def test_the_kill_switch_tells_everybody_with_an_open_case(listing, cast, now):
    launch_case(listing=listing, citizen=cast.citizen, now=now)
    submitted = launch_case(listing=listing, citizen=cast.stranger, now=now)[0]
    Case.objects.filter(pk=submitted.pk).update(state="accepted")
    done = launch_case(listing=listing, citizen=cast.maker, now=now)[0]
    done.withdraw(by=cast.maker, now=now)
    assert suspend_listing(listing=listing, by=cast.operator, now=now, reason="发现漏洞") == 2
    assert cast.citizen.notices.get().params["submitted"] is False
    assert cast.stranger.notices.get().params["submitted"] is True
    assert not cast.maker.notices.exists()
    resume_listing(listing=listing, by=cast.operator, now=now)
    assert (listing.state, listing.state_reason) == ("listed", "")


def test_a_suspended_vendors_listings_go_down(listing, cast, now):
    vendor_suspended.send(sender=type(cast.vendor), vendor=cast.vendor, now=now)
    listing.refresh_from_db()
    assert listing.state == "suspended"
    type(cast.vendor).objects.update(state="suspended")
    with pytest.raises(Conflict):
        resume_listing(listing=Listing.objects.get(), by=cast.operator, now=now)


def test_a_newer_version_takes_over(listing, version, cast, now):
    later = newer(version, cast, now)
    serve_version(listing=listing, version=later, by=cast.developer, now=now)
    listing.refresh_from_db()
    version.refresh_from_db()
    assert (listing.version, version.state) == (later, "superseded")
    assert launch_case(listing=listing, citizen=cast.citizen, now=now)[0].version == later


def test_what_does_not_take_over(listing, version, cast, now):
    older = newer(version, cast, now, uploaded_at=now - timedelta(days=1), version="0.9.0")
    other = factory.certified_version(
        factory.app(
            factory.vendor(now=now, owner=cast.stranger), version.app.service_item, now=now
        ), version.order, by=cast.stranger, now=now + timedelta(days=1),
    )  # fmt: skip
    for wrong in (older, other, version):
        with pytest.raises(InvalidInput):
            serve_version(listing=listing, version=wrong, by=cast.developer, now=now)
    with pytest.raises(NotAllowed):
        serve_version(listing=listing, version=newer(version, cast, now), by=cast.stranger, now=now)
    delist_listing(listing=listing, by=cast.operator, now=now, reason="厂商退出")
    with pytest.raises(Conflict):
        serve_version(listing=listing, version=older, by=cast.developer, now=now)


def test_a_delisted_app_may_be_listed_again(listing, version, cast, now):
    delist_listing(listing=listing, by=cast.operator, now=now, reason="厂商退出")
    again = request_listing(version=version, by=cast.developer, now=now)
    assert again.state == "pending"
    with pytest.raises(MoveRefused):
        approve_listing(listing=listing, by=cast.operator, now=now)


def test_the_operators_pages(client, version, cast, now):
    made = request_listing(version=version, by=cast.developer, now=now)
    client.force_login(cast.operator)
    address = reverse("store:approval", args=[made.pk])
    assert client.post(address, {"verb": "refuse", "reason": ""}).status_code == 200
    assert client.post(address, {"verb": "approve"}).status_code == 302
    assert client.post(address, {"verb": "approve"}).status_code == 409
    assert client.post(address, {"verb": "suspend", "reason": "发现漏洞"}).status_code == 302
    made.refresh_from_db()
    assert (made.state, made.state_reason) == ("suspended", "发现漏洞")
    assert client.get(address).status_code == 200


def test_the_vendors_page_asks_and_updates(client, version, cast, now):
    client.force_login(cast.developer)
    page = reverse("store:vendor-listings")
    assert reverse("store:ask", args=[version.pk]) in client.get(page).content.decode()
    client.post(reverse("store:ask", args=[version.pk]))
    made = Listing.objects.get()
    approve_listing(listing=made, by=cast.operator, now=now)
    later = newer(version, cast, now)
    assert reverse("store:ask", args=[later.pk]) in client.get(page).content.decode()
    client.post(reverse("store:ask", args=[later.pk]))
    made.refresh_from_db()
    assert made.version == later
