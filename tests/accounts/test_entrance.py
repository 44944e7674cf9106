"""Signing up, in and out."""

import pytest
from django.core import mail
from django.core.cache import cache

from marketplace.accounts.models import User


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


def test_sign_up_then_in(client, db):
    form = {"email": "new@example.org", "password1": "a-long-word-77"}
    response = client.post("/zh-hans/sign-in/signup/", form)
    assert response.status_code == 302
    assert User.objects.filter(email="new@example.org").exists()
    client.post("/zh-hans/sign-in/logout/")
    response = client.post("/zh-hans/sign-in/login/", {"login": "new@example.org", "password": "a-long-word-77"})
    assert response.url == "/zh-hans/account/"


def test_a_wrong_password_says_so_without_naming_which_part(client, cast):
    form = {"login": cast.citizen.email, "password": "wrong-word-9"}
    known = client.post("/zh-hans/sign-in/login/", form).content.decode()
    unknown = client.post("/zh-hans/sign-in/login/", form | {"login": "no@example.org"}).content.decode()
    assert "error-summary" in known
    assert _complaint(known) == _complaint(unknown)


def _complaint(text: str) -> str:
    start = text.index("error-summary")
    return text[start : text.index("</div>", start)]


def test_guessing_passwords_is_slowed_down(client, cast):
    form = {"login": cast.citizen.email, "password": "wrong-word-9"}
    for _ in range(12):
        client.post("/zh-hans/sign-in/login/", form)
    response = client.post("/zh-hans/sign-in/login/", form | {"password": "pass-word-1"})
    assert "_auth_user_id" not in client.session
    assert response.status_code in (200, 429)


def test_a_forgotten_password_is_reset_by_mail(client, cast):
    client.post("/zh-hans/sign-in/password/reset/", {"email": cast.citizen.email})
    assert [message.to for message in mail.outbox] == [[cast.citizen.email]]


def test_signing_out_needs_a_post(client, cast):
    client.force_login(cast.citizen)
    client.get("/zh-hans/sign-in/logout/")
    assert "_auth_user_id" in client.session
    client.post("/zh-hans/sign-in/logout/")
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("page", ["login", "signup", "password/reset", "password/change", "logout", "2fa", "email"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_of_the_entrance_has_our_frame(client, cast, language, page):
    if page not in ("login", "signup", "password/reset"):
        client.force_login(cast.citizen)
    text = client.get(f"/{language}/sign-in/{page}/", follow=True).content.decode()
    assert 'class="skip"' in text
    assert f'<html lang="{language}"' in text
