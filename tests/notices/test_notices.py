"""People are told once, in their language, on the site and by mail."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from marketplace.core import clock
from marketplace.notices.models import Notice
from marketplace.notices.rendering import letter_of, path_in
from marketplace.notices.services import notify
from marketplace.notices.tasks import mail_notice, mail_waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def notice(cast, now):
    params = {"order": "XQ-1"}
    return notify(users=[cast.editor], kind="order-sent-back", now=now, params=params, path="/orders/desk/XQ-1/")[0]


def test_a_notice_is_mailed_once(notice, cast):
    mail_notice(notice.pk)
    mail_notice(notice.pk)
    assert [letter.to for letter in mail.outbox] == [[cast.editor.email]]
    assert "XQ-1" in mail.outbox[0].subject
    assert "/zh-hans/orders/desk/XQ-1/" in mail.outbox[0].body


@pytest.mark.parametrize(("language", "words"), [("en", "came back"), ("zh-hans", "退回")])
def test_a_notice_speaks_the_persons_language(notice, language, words):
    assert words in letter_of(notice, language=language).subject


def test_who_left_gets_no_mail(notice, cast):
    cast.editor.is_active = False
    cast.editor.save()
    mail_notice(notice.pk)
    assert mail.outbox == []


def test_mail_that_nobody_sent_is_taken_up_again(notice, now, monkeypatch):
    sent = []
    monkeypatch.setattr(mail_notice, "delay", sent.append)
    found = {}
    for minutes in (5, 11, 3 * 24 * 60 + 1):
        monkeypatch.setattr(clock, "_source", lambda minutes=minutes: now + timedelta(minutes=minutes))
        mail_waiting()
        found[minutes], sent = list(sent), []
        monkeypatch.setattr(mail_notice, "delay", sent.append)
    assert found == {5: [], 11: [notice.pk], 3 * 24 * 60 + 1: []}


@pytest.mark.parametrize(
    ("error", "tried_again"), [(ConnectionRefusedError(), True), (smtplib.SMTPRecipientsRefused({}), False)]
)
def test_a_mail_server_that_is_away_is_asked_again_one_that_refuses_is_not(notice, monkeypatch, error, tried_again):
    def refuse(*_args):
        raise error

    monkeypatch.setattr("marketplace.notices.tasks.send_mail", refuse)
    with pytest.raises(type(error)):
        mail_notice(notice.pk)
    assert Notice.objects.to_mail().filter(pk=notice.pk).exists() is tried_again


def test_nobody_without_an_address_is_mailed(notice, cast):
    type(cast.editor).objects.filter(pk=cast.editor.pk).update(email=None, phone="13900000000")
    assert not Notice.objects.to_mail().exists()


def test_a_kind_without_a_template_still_says_something(cast, now):
    strange = notify(users=[cast.editor], kind="never-heard-of", now=now, path="/en/orders/")[0]
    letter = letter_of(strange, language="en")
    assert letter.subject == "There is news for you"
    assert letter.url.endswith("/en/orders/")


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/orders/", "/en/orders/"), ("/zh-hans/orders/", "/en/orders/"), ("/en/orders/", "/en/orders/"), ("", "")],
)
def test_addresses_carry_the_readers_language(path, expected):
    assert path_in(path, language="en") == expected


class TestPages:
    """The in-site notices."""

    def test_they_are_the_persons_own(self, client, cast, notice):
        url = reverse("notices:index")
        assert client.get(url).status_code == 302
        client.force_login(cast.stranger)
        assert "XQ-1" not in client.get(url).content.decode()
        client.force_login(cast.editor)
        assert "XQ-1" in client.get(url).content.decode()

    def test_reading_marks_and_leads_on(self, client, cast, notice, settings):
        client.force_login(cast.editor)
        answer = client.post(reverse("notices:read", args=[notice.pk]))
        assert answer["Location"].endswith("/orders/desk/XQ-1/")
        assert Notice.objects.get().read_at is not None

    def test_nobody_marks_anothers_notice(self, client, cast, notice):
        client.force_login(cast.stranger)
        assert client.post(reverse("notices:read", args=[notice.pk])).status_code == 404
        assert Notice.objects.get().read_at is None

    def test_a_get_marks_nothing(self, client, cast, notice):
        client.force_login(cast.editor)
        assert client.get(reverse("notices:read", args=[notice.pk])).status_code == 405
        assert client.get(reverse("notices:read_all")).status_code == 405
        assert Notice.objects.unread().count() == 1

    def test_all_are_marked_at_once(self, client, cast, now, notice):
        notify(users=[cast.editor], kind="order-sent-back", now=now, params={"order": "XQ-2"})
        client.force_login(cast.editor)
        client.post(reverse("notices:read_all"))
        assert not Notice.objects.unread().exists()
