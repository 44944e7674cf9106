"""Launching: a case number, a name for this vendor only, and a token that the app can verify by our published keys."""

from datetime import timedelta

import pytest
from django.urls import reverse
from joserfc import jwt
from joserfc.jwk import KeySet

from marketplace.core.errors import Conflict, NotAllowed
from marketplace.store import numbers
from marketplace.store.models import Case, LaunchToken
from marketplace.store.services import launch_case, suspend_listing, withdraw_case
from marketplace.store.services.cases import enter_again
from tests import factory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at(monkeypatch, now):
    monkeypatch.setattr("marketplace.core.clock._source", lambda: now)


@pytest.fixture
def listing(cast, now):
    return factory.market(cast, now=now)


def second_listing(listing, owner, now):
    """Return another vendor's listing for the same service."""
    app = factory.app(factory.vendor(now=now, owner=owner), listing.service_item, now=now)
    version = factory.certified_version(app, listing.version.order, by=owner, now=now)
    return factory.listing(version, now=now)


def test_the_token_verifies_by_the_published_keys(client, listing, cast, now):
    case, token = launch_case(listing=listing, citizen=cast.citizen, now=now, language="en", elder=True)
    keys = KeySet.import_key_set(client.get("/.well-known/jwks.json").json())
    found = jwt.decode(token, keys, algorithms=["EdDSA"])
    assert found.header["typ"] == "minshi-launch+jwt"
    assert found.claims | {"jti": "", "sub": ""} == {
        "iss": "http://127.0.0.1:8000",
        "aud": listing.app.code,
        "sub": "",
        "jti": "",
        "iat": int(now.timestamp()),
        "exp": int(now.timestamp()) + 300,
        "case": case.number,
        "service_item": listing.service_item.code,
        "language": "en",
        "elder": True,
    }
    assert LaunchToken.objects.get().jti == found.claims["jti"]
    assert found.claims["sub"] == case.pseudonym


def test_vendors_know_a_citizen_by_different_names(listing, cast, now):
    other = second_listing(listing, cast.stranger, now)
    here = launch_case(listing=listing, citizen=cast.citizen, now=now)[0]
    again = launch_case(listing=listing, citizen=cast.citizen, now=now + timedelta(days=1))[0]
    there = launch_case(listing=other, citizen=cast.citizen, now=now)[0]
    assert here.pseudonym == again.pseudonym
    assert here.pseudonym != there.pseudonym
    assert str(cast.citizen.pk) not in (here.pseudonym, there.pseudonym)


def test_a_second_press_enters_the_same_case_with_a_fresh_token(listing, cast, now):
    first, token = launch_case(listing=listing, citizen=cast.citizen, now=now)
    second, other = launch_case(listing=listing, citizen=cast.citizen, now=now + timedelta(minutes=1))
    assert first == second
    assert token != other
    assert Case.objects.count() == 1


def test_after_a_while_it_is_a_new_case(listing, cast, now):
    first, _token = launch_case(listing=listing, citizen=cast.citizen, now=now)
    second, _token = launch_case(listing=listing, citizen=cast.citizen, now=now + timedelta(hours=1))
    assert first != second


def test_the_vendors_own_people_are_marked(listing, cast, now):
    assert launch_case(listing=listing, citizen=cast.developer, now=now)[0].own_people
    assert not launch_case(listing=listing, citizen=cast.citizen, now=now)[0].own_people


def test_a_suspended_listing_launches_nothing(listing, cast, now):
    case = launch_case(listing=listing, citizen=cast.citizen, now=now)[0]
    suspend_listing(listing=listing, by=cast.operator, now=now, reason="漏洞")
    with pytest.raises(Conflict):
        launch_case(listing=listing, citizen=cast.stranger, now=now)
    with pytest.raises(Conflict):
        enter_again(case=case, citizen=cast.citizen, now=now)


def test_nobody_enters_or_withdraws_somebody_elses_case(listing, cast, now):
    case = launch_case(listing=listing, citizen=cast.citizen, now=now)[0]
    for act in (enter_again, withdraw_case):
        with pytest.raises(NotAllowed):
            act(case=case, citizen=cast.stranger, now=now)


def test_a_finished_case_is_not_entered_again(listing, cast, now):
    case = launch_case(listing=listing, citizen=cast.citizen, now=now)[0]
    withdraw_case(case=case, citizen=cast.citizen, now=now)
    with pytest.raises(Conflict):
        enter_again(case=case, citizen=cast.citizen, now=now)


def test_the_button_leads_to_the_app_and_the_page_allows_its_origin(client, listing, cast):
    client.force_login(cast.citizen)
    page = client.get(reverse("store:start", args=[listing.app.code]))
    assert f"form-action 'self' {listing.app.address}" in page["Content-Security-Policy"]
    answer = client.post(reverse("store:launch", args=[listing.app.code]))
    assert answer.status_code == 302
    assert answer["Location"].startswith(f"{listing.app.address}/launch?token=ey")
    case = Case.objects.get()
    page = client.get(reverse("store:case", args=[case.number]))
    assert f"form-action 'self' {listing.app.address}" in page["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["launch", "enter"])
def test_elder_mode_goes_along_to_the_app(client, listing, cast, now, name):
    client.force_login(cast.citizen)
    argument = listing.app.code
    if name == "enter":
        argument = launch_case(listing=listing, citizen=cast.citizen, now=now)[0].number
    keys = KeySet.import_key_set(client.get("/.well-known/jwks.json").json())
    for cookie, wanted in (("1", True), ("0", False)):
        client.cookies["minshi_elder"] = cookie
        answer = client.post(reverse(f"store:{name}", args=[argument]))
        token = answer["Location"].partition("token=")[2]
        assert jwt.decode(token, keys, algorithms=["EdDSA"]).claims["elder"] is wanted


def test_launching_too_often_is_slowed_down(client, listing, cast):
    client.force_login(cast.citizen)
    address = reverse("store:launch", args=[listing.app.code])
    answers = [client.post(address).status_code for _press in range(21)]
    assert answers == [302] * 20 + [429]


def test_withdrawing_asks_once_more(client, listing, cast, now):
    case = launch_case(listing=listing, citizen=cast.citizen, now=now)[0]
    client.force_login(cast.citizen)
    address = reverse("store:withdraw", args=[case.number])
    assert case.service_item.name_zh in client.get(address).content.decode()
    assert client.post(address).status_code == 302
    case.refresh_from_db()
    assert (case.state, case.withdrawn_at) == ("withdrawn", now)
    assert client.post(address).status_code == 409


def test_case_numbers_tell_a_slip_of_the_finger(now):
    number = numbers.fresh(now.date())
    assert numbers.is_plausible(number)
    for place in range(2, len(number)):
        wrong = number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]
        assert not numbers.is_plausible(wrong)
    assert numbers.tidy(f" {number[:8].lower()}-{number[8:]} ") == number
    assert not numbers.is_plausible("MS12")
