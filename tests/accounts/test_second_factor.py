"""Staff and owners of vendors are led to set up a second factor before anything else."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import reverse

ACTIVATE = "/zh-hans/sign-in/2fa/totp/activate/"


@pytest.fixture(autouse=True)
def _required(settings):
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.mark.parametrize("who", ["editor", "publisher", "developer", "maker", "checker", "operator"])
def test_led_to_set_it_up(client, cast, who):
    client.force_login(getattr(cast, who))
    assert client.get("/zh-hans/account/").url == ACTIVATE
    assert client.get("/zh-hans/account/profile/").url == ACTIVATE


@pytest.mark.parametrize("who", ["citizen", "stranger"])
def test_citizens_are_not(client, cast, who):
    client.force_login(getattr(cast, who))
    assert client.get("/zh-hans/account/profile/").status_code == 200


def test_administrators_are(client, cast):
    cast.stranger.is_staff = True
    cast.stranger.save()
    client.force_login(cast.stranger)
    assert client.get("/zh-hans/account/profile/").url == ACTIVATE


def test_signing_out_stays_possible(client, cast):
    client.force_login(cast.operator)
    assert client.get(reverse("account_logout")).status_code == 200


def test_with_a_second_factor_the_desk_opens(client, cast):
    TOTP.activate(cast.operator, generate_totp_secret())
    client.force_login(cast.operator)
    assert client.get("/zh-hans/account/").status_code == 200


def test_nobody_is_led_there_where_it_is_not_required(client, cast, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    client.force_login(cast.operator)
    assert client.get("/zh-hans/account/").status_code == 200


def test_the_public_api_is_untouched(client, db):
    assert client.get("/health").status_code == 200
