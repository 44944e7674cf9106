"""Problem details: in the language that the caller asks for, with a stable type whatever the language."""

import json

import pytest

from marketplace.accounts.services import issue_token
from tests import factory

LANGUAGES = [("en", "en"), ("en-GB,en;q=0.9", "en"), ("zh-CN,zh;q=0.9", "zh-hans"), ("fr", "zh-hans"), ("", "zh-hans")]


@pytest.mark.django_db
@pytest.mark.parametrize(("asked", "answered"), LANGUAGES)
def test_problems_speak_the_callers_language(client, asked, answered):
    answer = client.get("/api/v1/service-items/NOTHING", headers={"Accept-Language": asked} if asked else {})
    said = answer.json()
    assert (answer["Content-Language"], said["title"]) == (answered, {"en": "Not found", "zh-hans": "未找到"}[answered])
    assert said["type"].endswith("/problems/not-found")
    assert "Accept-Language" in answer["Vary"]


def send(client, token, language, body, kind="application/cloudevents+json"):
    return client.post(
        "/api/v1/events",
        data=json.dumps(body),
        content_type=kind,
        headers={"Authorization": f"Bearer {token}", "Accept-Language": language},
    ).json()


@pytest.mark.django_db
def test_every_refusal_of_an_event_is_translated(client, cast, now):
    named = {"user": cast.editor, "now": now, "department": cast.police, "source": "/psb"}
    good = issue_token(name="system", scopes=["events:write"], **named)[1]
    narrow = issue_token(name="reader", scopes=["events:read"], **named)[1]
    for token, body, kind in (
        ("mst.nobody", {}, "application/cloudevents+json"),
        (narrow, {}, "application/cloudevents+json"),
        (good, {}, "text/plain"),
        (good, [], "application/cloudevents+json"),
        (good, {}, "application/cloudevents-batch+json"),
        (good, {"specversion": "1.0"}, "application/cloudevents+json"),
    ):
        chinese, english = (send(client, token, language, body, kind) for language in ("zh-CN", "en"))
        assert chinese["type"] == english["type"]
        assert chinese["detail"] != english["detail"]
        assert chinese["title"] != english["title"]


@pytest.mark.django_db
def test_a_language_chosen_on_the_pages_is_not_the_programs(client, cast):
    factory.service_item(cast.police)
    client.get("/en/catalogue/interfaces/")
    answer = client.get("/api/v1/service-items/NOTHING", headers={"Accept-Language": "zh-CN"})
    assert answer["Content-Language"] == "zh-hans"
