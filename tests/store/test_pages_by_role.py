"""Every page of the store: the right role is let in, the wrong one finds nothing, a visitor is asked to sign in."""

from datetime import timedelta

import pytest
from django.urls import reverse

from marketplace.store.models import Case
from marketplace.store.services import submit_review
from marketplace.store.services.cases import launch_case
from marketplace.store.urls import urlpatterns
from tests import factory
from tests.store import factory as store

pytestmark = pytest.mark.django_db

PUBLIC = {"service", "listing", "standards"}
ROLES = {
    "start": {"citizen", "stranger", "editor", "publisher", "developer", "operator", "maker"},
    "cases": {"citizen", "stranger", "editor", "publisher", "developer", "operator", "maker"},
    "reviews": {"citizen", "stranger", "editor", "publisher", "developer", "operator", "maker"},
    "case": {"citizen"},
    "withdraw": {"citizen"},
    "rate": {"citizen"},
    "rated": {"citizen"},
    "addition": {"citizen"},
    "clerk": {"editor", "publisher"},
    "clerk-case": {"editor", "publisher"},
    "decisions": {"editor", "publisher"},
    "keys": {"publisher"},
    "waiting": {"editor", "publisher"},
    "follow-ups": {"publisher"},
    "follow-up": {"publisher"},
    "approvals": {"operator"},
    "approval": {"operator"},
    "moderation": {"operator"},
    "moderate": {"operator"},
    "vendor-listings": {"citizen", "stranger", "editor", "publisher", "developer", "operator", "maker"},
    "vendor-reviews": {"citizen", "stranger", "editor", "publisher", "developer", "operator", "maker"},
    "reply": {"developer"},
}
BUTTONS = {
    "launch": {"citizen", "stranger", "editor", "publisher", "developer", "operator", "maker"},
    "enter": {"citizen"},
    "answer": {"citizen"},
    "resolve": {"editor", "publisher"},
    "release": {"operator"},
    "ask": {"developer"},
}
PEOPLE = ("citizen", "stranger", "editor", "publisher", "developer", "operator", "maker")


@pytest.fixture(autouse=True)
def _at(monkeypatch, now):
    monkeypatch.setattr("marketplace.core.clock._source", lambda: now)


@pytest.fixture
def world(cast, now):
    """A listing, an open case, and a badly reviewed one with its follow-up."""
    listing = factory.market(cast, now=now)
    open_case = launch_case(listing=listing, citizen=cast.citizen, now=now)[0]
    done = store.decided_case(listing, cast.citizen, now=now)
    rated = store.decided_case(listing, cast.citizen, now=now - timedelta(hours=1))
    review = submit_review(case=rated, citizen=cast.citizen, service_level=1, app_level=4, text="太慢", now=now)
    token = store.token(cast.police, cast.editor, now=now)[0]
    disputed = launch_case(listing=listing, citizen=cast.stranger, now=now)[0]
    store.send(token, disputed, "completed", now, now=now)
    waiting = store.send(token, disputed, "denied", now, now=now).event
    return {
        "service": [listing.service_item.code],
        "listing": [listing.app.code],
        "start": [listing.app.code],
        "launch": [listing.app.code],
        "case": [open_case.number],
        "enter": [open_case.number],
        "withdraw": [open_case.number],
        "rate": [done.number],
        "rated": [rated.number],
        "addition": [review.pk],
        "answer": [review.follow_up.pk],
        "clerk-case": [open_case.number],
        "resolve": [waiting.pk],
        "follow-up": [review.follow_up.pk],
        "approval": [listing.pk],
        "moderate": [review.pk],
        "release": [disputed.number],
        "ask": [listing.version.pk],
        "reply": [review.pk],
    }


def test_every_page_is_in_this_table():
    assert {each.name for each in urlpatterns} == PUBLIC | set(ROLES) | set(BUTTONS)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", sorted(PUBLIC | set(ROLES)))
def test_pages_open_for_the_right_people_only(client, cast, world, name, language):
    address = reverse(f"store:{name}", args=world.get(name, [])).replace("/zh-hans/", f"/{language}/", 1)
    answer = client.get(address)
    if name in PUBLIC:
        assert answer.status_code == 200
        return
    assert answer.status_code == 302
    assert "/sign-in/" in answer["Location"]
    for role in PEOPLE:
        client.force_login(getattr(cast, role))
        expected = 200 if role in ROLES[name] else 404
        assert client.get(address).status_code == expected, role


@pytest.mark.parametrize("name", sorted(BUTTONS))
def test_buttons_are_posts_and_refuse_the_wrong_people(client, cast, world, name):
    address = reverse(f"store:{name}", args=world.get(name, []))
    assert client.post(address).status_code == 302
    client.force_login(cast.citizen)
    assert client.get(address).status_code == 405
    for role in set(PEOPLE) - BUTTONS[name]:
        client.force_login(getattr(cast, role))
        assert client.post(address).status_code in {403, 404}, role
    assert not Case.objects.filter(state="withdrawn").exists()


def test_desks_are_offered_by_role(client, cast, world):
    shown = {}
    for role in PEOPLE:
        client.force_login(getattr(cast, role))
        html = client.get(reverse("accounts:start"), follow=True).content.decode()
        shown[role] = {name for name in ROLES if name not in world and f'href="{reverse(f"store:{name}")}"' in html}
    assert {"clerk", "decisions", "waiting", "follow-ups"} <= shown["publisher"]
    assert "follow-ups" not in shown["editor"]
    assert {"approvals", "moderation"} <= shown["operator"]
    assert {"vendor-listings", "vendor-reviews"} <= shown["developer"]
    assert shown["stranger"] == {"cases", "reviews"}
