"""A build system uploads versions and reads how they fare."""

import io
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.test.client import MULTIPART_CONTENT

from marketplace.accounts.services import issue_token
from marketplace.core import clock
from tests import factory as people_factory
from tests.vendors import factory
from tests.vendors.conftest import Answering
from vendors.models import AppVersion, Member


@pytest.fixture(autouse=True)
def _own_storage(settings: object, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def bearer(user: object, *, scopes: tuple[str, ...] = ("apps:upload",), ago: timedelta = timedelta()) -> dict[str, str]:
    """Return the header of a fresh token."""
    _token, secret = issue_token(name="CI", user=user, scopes=list(scopes), now=clock.now() - ago)
    return {"authorization": f"Bearer {secret}"}


def fields(answering: Answering, **changes: object) -> dict[str, object]:
    """Return the multipart fields of an upload."""
    content, sha256 = factory.archive()
    content.name = "app.tar"
    usual = {
        "app": answering.app.code,
        "order": answering.order.code,
        "version": "1.0.0",
        "sha256": sha256,
        "manifest": json.dumps(factory.manifest(answering.order)),
        "archive": content,
    }
    return usual | changes


def test_upload_and_read_back(client: Client, answering: Answering) -> None:
    headers = bearer(answering.developer)
    made = client.post("/api/v1/versions", fields(answering), headers=headers)
    assert made.status_code == 201, made.content
    body = made.json()
    assert (body["app"], body["version"], body["bytes"]) == (answering.app.code, "1.0.0", 16)
    again = client.post("/api/v1/versions", fields(answering), headers=headers)
    assert (again.status_code, again.json()["id"]) == (200, body["id"])
    assert client.get(f"/api/v1/versions/{body['id']}", headers=headers).json() == body
    assert client.get(f"/api/v1/apps/{answering.app.code}/versions", headers=headers).json()["results"] == [body]
    assert [app["code"] for app in client.get("/api/v1/apps", headers=headers).json()["results"]] == [
        answering.app.code
    ]


def test_a_refusal_is_a_problem_with_its_place(client: Client, answering: Answering) -> None:
    headers = bearer(answering.developer)
    wrong = client.post("/api/v1/versions", fields(answering, sha256="0" * 64), headers=headers)
    assert wrong.status_code == 422
    assert wrong["Content-Type"] == "application/problem+json"
    assert wrong.json()["type"].endswith("/problems/archive-digest")
    assert wrong.json()["field"] == "sha256"
    garbage = client.post("/api/v1/versions", fields(answering, manifest="{"), headers=headers)
    assert (garbage.status_code, garbage.json()["field"]) == (422, "manifest")
    assert "1:2" in garbage.json()["detail"]
    deep = client.post("/api/v1/versions", fields(answering, manifest="[" * 9000), headers=headers)
    assert deep.status_code == 422
    assert AppVersion.objects.count() == 0


def test_another_archive_under_the_same_number_conflicts(client: Client, answering: Answering) -> None:
    headers = bearer(answering.developer)
    client.post("/api/v1/versions", fields(answering), headers=headers)
    other, sha256 = factory.archive(b"other")
    other.name = "app.tar"
    answer = client.post("/api/v1/versions", fields(answering, archive=other, sha256=sha256), headers=headers)
    assert answer.status_code == 409
    assert answer.json()["type"].endswith("/problems/version-taken")


def test_a_body_over_the_limit_is_refused_unread(client: Client, answering: Answering, settings: object) -> None:
    settings.APP_ARCHIVE_MAX_BYTES = 1000

    class Unread(io.BytesIO):
        def read(self, *_size: int) -> bytes:
            raise AssertionError("the body was read")

    answer = client.generic(
        "POST",
        "/api/v1/versions",
        b"",
        content_type=MULTIPART_CONTENT,
        headers=bearer(answering.developer),
        CONTENT_LENGTH=str(10**9),
        **{"wsgi.input": Unread()},
    )
    assert answer.status_code == 413
    assert answer.json()["type"].endswith("/problems/archive-too-large")


def test_a_body_cut_off_leaves_nothing(client: Client, answering: Answering) -> None:
    content, sha256 = factory.archive(b"layer" * 200_000)
    content.name = "app.tar"
    body = client._encode_data(fields(answering, archive=content, sha256=sha256), MULTIPART_CONTENT)
    half = body[: len(body) // 2]
    answer = client.generic("POST", "/api/v1/versions", half, MULTIPART_CONTENT, headers=bearer(answering.developer))
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("/problems/archive-cut-off")
    assert AppVersion.objects.count() == 0


@pytest.mark.parametrize("path", ["/api/v1/versions/1", "/api/v1/apps", "/api/v1/apps/x/versions"])
def test_tokens_are_asked_for(client: Client, answering: Answering, path: str) -> None:
    assert client.get(path).status_code == 401
    assert client.get(path, headers={"authorization": "Bearer mst.wrong"}).status_code == 401
    stale = bearer(answering.developer, ago=timedelta(days=400))
    assert client.get(path, headers=stale).status_code == 401
    other = bearer(answering.developer, scopes=("events:write",))
    assert client.get(path, headers=other).status_code == 403


@pytest.mark.parametrize(("role", "may"), [("developer", True), ("finance", False), ("viewer", False), ("", False)])
def test_a_token_may_what_its_person_may(
    client: Client, answering: Answering, cast: people_factory.Cast, now: datetime, role: str, may: bool
) -> None:
    if role:
        Member.objects.create(vendor=answering.vendor, user=cast.citizen, role=role)
    headers = bearer(cast.citizen)
    theirs = client.get(f"/api/v1/apps/{answering.app.code}/versions", headers=headers)
    assert theirs.status_code == (200 if may else 404)
    upload = client.post("/api/v1/versions", fields(answering), headers=headers)
    assert upload.status_code == (201 if may else 404)
    assert client.get("/api/v1/apps", headers=headers).json()["results"] == (
        [
            {
                "code": answering.app.code,
                "vendor": answering.vendor.code,
                "service_item": answering.app.service_item.code,
                "name_zh": answering.app.name_zh,
                "name_en": answering.app.name_en,
                "created_at": "2026-08-03T02:00:00Z",
            }
        ]
        if may
        else []
    )


def test_a_broken_cursor_is_told(client: Client, answering: Answering) -> None:
    assert client.get("/api/v1/apps?cursor=%21", headers=bearer(answering.developer)).status_code == 422


def test_lists_go_on_page_by_page(client: Client, answering: Answering, now: datetime) -> None:
    for number in range(3):
        people_factory.certified_version(
            answering.app, answering.order, by=answering.developer, now=now, version=f"1.{number}.0"
        )
    headers = bearer(answering.developer)
    address = f"/api/v1/apps/{answering.app.code}/versions?page_size=2"
    first = client.get(address, headers=headers).json()
    second = client.get(first["next"], headers=headers).json()
    seen = [each["version"] for page in (first, second) for each in page["results"]]
    assert seen == ["1.2.0", "1.1.0", "1.0.0"]
    assert second["next"] is None
