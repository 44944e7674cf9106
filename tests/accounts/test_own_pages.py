"""A person's own pages: who is led where, what is remembered, who may issue tokens."""

import pytest
from django.urls import reverse

from marketplace.accounts.desks import desks_of
from marketplace.accounts.models import ApiToken
from marketplace.accounts.services import find_token, issue_token
from tests import factory


def test_start_needs_a_person(client, db):
    response = client.get("/zh-hans/account/")
    assert response.status_code == 302
    assert response.url.startswith("/zh-hans/sign-in/login/")


def test_a_citizen_is_led_to_their_cases(client, cast):
    client.force_login(cast.citizen)
    assert client.get("/zh-hans/account/").url == reverse("store:cases")


@pytest.mark.parametrize(
    ("who", "there", "not_there"),
    [
        ("publisher", "orders:desk", "billing:desk"),
        ("editor", "catalogue:desk", "store:follow-ups"),
        ("developer", "vendors:console", "orders:desk"),
        ("maker", "billing:desk", "store:approvals"),
        ("operator", "store:approvals", "billing:desk"),
    ],
)
def test_start_lists_the_desks_of_the_roles(client, cast, who, there, not_there):
    client.force_login(getattr(cast, who))
    page = client.get("/zh-hans/account/").content.decode()
    assert f'href="{reverse(there)}"' in page
    assert f'href="{reverse(not_there)}"' not in page


@pytest.mark.parametrize("who", ["publisher", "editor", "developer", "operator", "maker", "checker"])
def test_every_desk_opens(client, cast, who):
    person = getattr(cast, who)
    client.force_login(person)
    desks = desks_of(person)
    assert len(desks) > 1
    for desk in desks:
        assert client.get(desk.url).status_code == 200, desk.url


def test_start_speaks_the_persons_language(client, cast):
    cast.publisher.language = "en"
    cast.publisher.save()
    client.force_login(cast.publisher)
    assert client.get("/zh-hans/account/").url == "/en/account/"


def test_profile_is_saved_and_remembered(client, cast):
    client.force_login(cast.citizen)
    response = client.post("/zh-hans/account/profile/", {"name": "王秀英", "language": "en", "elder_mode": "on"})
    assert response.url == "/en/account/profile/"
    assert response.cookies["django_language"].value == "en"
    cast.citizen.refresh_from_db()
    assert (cast.citizen.name, cast.citizen.language, cast.citizen.elder_mode) == ("王秀英", "en", True)
    assert 'class="elder"' in client.get("/en/account/profile/").content.decode()


def test_profile_refuses_an_unknown_language(client, cast):
    client.force_login(cast.citizen)
    response = client.post("/zh-hans/account/profile/", {"name": "x", "language": "tlh"})
    assert response.status_code == 200
    assert "error-summary" in response.content.decode()


def test_elder_mode_is_remembered_for_a_visitor(client, db):
    response = client.post("/zh-hans/account/large-text/", {"on": "1", "next": "/zh-hans/sign-in/login/"})
    assert response.url == "/zh-hans/sign-in/login/"
    assert 'class="elder"' in client.get("/zh-hans/sign-in/login/").content.decode()
    client.post("/zh-hans/account/large-text/", {"on": "0", "next": "/"})
    assert 'class="elder"' not in client.get("/zh-hans/sign-in/login/").content.decode()


def test_elder_mode_follows_the_person_to_another_browser(client, cast):
    client.force_login(cast.citizen)
    client.post("/zh-hans/account/large-text/", {"on": "1", "next": "/"})
    client.cookies.clear()
    client.force_login(cast.citizen)
    assert 'class="elder"' in client.get("/zh-hans/account/profile/").content.decode()


@pytest.mark.parametrize("bad", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
@pytest.mark.parametrize("switch", ["large-text", "language"])
def test_switches_return_only_to_this_site(client, db, switch, bad):
    response = client.post(f"/zh-hans/account/{switch}/", {"on": "1", "language": "en", "next": bad})
    assert response.url == "/"


@pytest.mark.parametrize("switch", ["large-text", "language"])
def test_switches_are_never_a_get(client, db, switch):
    assert client.get(f"/zh-hans/account/{switch}/").status_code == 405


def test_language_switch_keeps_the_page_and_is_remembered(client, cast):
    client.force_login(cast.citizen)
    response = client.post("/zh-hans/account/language/", {"language": "en", "next": "/zh-hans/account/profile/?a=1"})
    assert response.url == "/en/account/profile/?a=1"
    cast.citizen.refresh_from_db()
    assert cast.citizen.language == "en"


def test_each_page_links_to_itself_in_the_other_language(client, db):
    page = client.get("/zh-hans/sign-in/signup/?next=/zh-hans/").content.decode()
    assert 'href="/en/sign-in/signup/?next=/zh-hans/"' in page


def test_a_token_is_shown_once_and_works(client, cast, now):
    client.force_login(cast.publisher)
    form = {"name": "居住证系统", "department": cast.police.pk, "source": "urn:x", "scopes": "events:write", "days": 90}
    response = client.post("/zh-hans/account/tokens/", form)
    assert response["Cache-Control"] == "no-store"
    secret = response.context["secret"]
    assert secret in response.content.decode()
    token = ApiToken.objects.get()
    assert token.sha256 not in (secret, "")
    assert find_token(secret=secret, now=token.created_at) == token
    assert secret not in client.get("/zh-hans/account/tokens/").content.decode()


def test_only_publishers_issue_tokens(client, cast):
    for who in (cast.editor, cast.citizen, cast.developer):
        client.force_login(who)
        assert client.get("/zh-hans/account/tokens/").status_code == 404


def test_a_token_is_never_issued_for_another_department(client, cast):
    other = factory.department("transport")
    client.force_login(cast.publisher)
    form = {"name": "x", "department": other.pk, "source": "urn:x", "scopes": "events:write", "days": 90}
    assert "error-summary" in client.post("/zh-hans/account/tokens/", form).content.decode()
    assert not ApiToken.objects.exists()


def test_a_revoked_token_is_refused_at_once(client, cast, now):
    token, secret = issue_token(name="x", user=cast.publisher, scopes=[], now=now, department=cast.police)
    client.force_login(cast.stranger)
    assert client.post(f"/zh-hans/account/tokens/{token.pk}/revoke/").status_code == 404
    client.force_login(cast.publisher)
    client.post(f"/zh-hans/account/tokens/{token.pk}/revoke/")
    assert find_token(secret=secret, now=now) is None
