"""The pages of re-tests: who sees them, who decides on them and when."""

import pytest
from django.urls import reverse
from django.utils import translation

pytestmark = pytest.mark.django_db


def page(client, user, name, *args, language="en"):
    client.force_login(user)
    with translation.override(language):
        return client.get(reverse(f"sandbox:{name}", args=args))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_desk_and_the_pages(client, failed, cast, now, monkeypatch, language):
    monkeypatch.setattr("sandbox.views.retests.clock.now", lambda: now)
    assert page(client, cast.operator, "retests", language=language).status_code == 200
    early = page(client, cast.operator, "retest", failed.pk, language=language).content.decode()
    assert 'name="decision"' not in early
    monkeypatch.setattr("sandbox.views.retests.clock.now", lambda: failed.answer_by)
    assert 'name="decision"' in page(client, cast.operator, "retest", failed.pk, language=language).content.decode()
    vendors = page(client, cast.developer, "retest", failed.pk, language=language).content.decode()
    assert 'name="decision"' not in vendors
    assert "notice--warn" in vendors


@pytest.mark.parametrize("who", ["stranger", "citizen", "editor"])
def test_nobody_else_sees_or_decides(client, failed, version, cast, who):
    user = getattr(cast, who)
    assert page(client, user, "retests").status_code == 404
    assert page(client, user, "retest", failed.pk).status_code == 404
    decision = {"decision": "revoke", "reason": "x"}
    assert client.post(reverse("sandbox:retest", args=[failed.pk]), decision).status_code == 404
    assert client.post(reverse("sandbox:retest_version", args=[version.pk])).status_code == 404


def test_operators_decide_on_the_page_once_it_is_time(client, failed, cast, now, monkeypatch):
    client.force_login(cast.operator)
    path = reverse("sandbox:retest", args=[failed.pk])
    monkeypatch.setattr("sandbox.views.retests.clock.now", lambda: now)
    assert client.post(path, {"decision": "revoke", "reason": "x"}).status_code == 200
    failed.refresh_from_db()
    assert failed.state == "failed"
    monkeypatch.setattr("sandbox.views.retests.clock.now", lambda: failed.answer_by)
    for wrong in ({}, {"decision": "x", "reason": "x"}, {"decision": "keep"}):
        assert client.post(path, wrong).status_code == 200
    client.force_login(cast.developer)
    assert client.post(path, {"decision": "keep", "reason": "x"}).status_code == 404
    client.force_login(cast.operator)
    assert client.post(path, {"decision": "revoke", "reason": "It harms."}).status_code == 302
    failed.refresh_from_db()
    assert (failed.state, failed.decision_reason) == ("revoked", "It harms.")
    assert client.post(path, {"decision": "keep", "reason": "x"}).status_code == 404
