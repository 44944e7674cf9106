"""What machines read of the catalogue and the orders, and how departments upload."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from marketplace.accounts.services import issue_token
from marketplace.catalogue.models import InterfaceVersion
from marketplace.orders.plan import canonical_bytes, plan_of
from tests import factory
from tests.catalogue.factory import document
from tests.orders import factory as orders

pytestmark = pytest.mark.django_db


def test_service_items_in_pages(client, cast):
    made = [factory.service_item(cast.police).code for _ in range(3)]
    factory.service_item(cast.police, state="draft")
    first = client.get("/api/v1/service-items", {"limit": 2}).json()
    rest = client.get("/api/v1/service-items", {"limit": 2, "cursor": first["next"]}).json()
    assert [each["code"] for each in first["items"] + rest["items"]] == made
    assert rest["next"] is None


def test_one_service_item(client, cast):
    item = factory.service_item(cast.police)
    item.materials.create(name_zh="身份证", name_en="Identity card", position=1)
    found = client.get(f"/api/v1/service-items/{item.code}").json()
    assert (found["department"], found["materials"][0]["name_zh"]) == ("psb", "身份证")
    hidden = factory.service_item(cast.police, state="draft")
    answer = client.get(f"/api/v1/service-items/{hidden.code}")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_interfaces_and_documents(client, cast):
    version = factory.interface_version(cast.police, code="population", document=document())
    factory.interface_version(cast.police, code="secret", state="draft")
    listed = client.get("/api/v1/interfaces").json()["items"]
    assert [(each["code"], each["versions"]) for each in listed] == [("population", ["1.0.0"])]
    assert client.get("/api/v1/interfaces/population").json()[0]["sha256"] == version.sha256
    assert client.get("/api/v1/interfaces/population/1.0.0").json() == document()
    assert client.get("/api/v1/interfaces/secret").status_code == 404
    assert client.get("/api/v1/interfaces/secret/1.0.0").status_code == 404


def test_a_cursor_that_is_not_ours_is_a_problem(client, db):
    answer = client.get("/api/v1/orders", {"cursor": "nonsense"})
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")


def test_orders_and_their_plan(client, cast, now):
    order = orders.opened(cast, now=now)
    draft = orders.draft(cast, now=now)
    assert [each["code"] for each in client.get("/api/v1/orders").json()["items"]] == [order.code]
    found = client.get(f"/api/v1/orders/{order.code}").json()
    assert found["plan_sha256"] == order.rehearsed_plan
    assert found["scenarios"][0]["arazzo"] == orders.scenario()
    plan = client.get(f"/api/v1/orders/{order.code}/plan").json()
    assert canonical_bytes(plan) == canonical_bytes(plan_of(order))
    assert client.get(f"/api/v1/orders/{draft.code}").status_code == 404


class TestUpload:
    """Departments upload versions with a token."""

    def token(self, user, now, department=None, scopes=("catalogue:write",)):
        _, secret = issue_token(name="t", user=user, scopes=list(scopes), now=now, department=department)
        return {"authorization": f"Bearer {secret}"}

    def send(self, client, headers, content):
        file = SimpleUploadedFile("openapi.json", content)
        return client.post("/api/v1/interfaces/population", {"document": file}, headers=headers)

    @pytest.fixture(autouse=True)
    def _interface(self, cast, monkeypatch, now):
        monkeypatch.setattr("marketplace.core.clock._source", lambda: now)
        factory.interface_version(cast.police, code="population", document=document())

    def test_a_new_version_is_a_draft(self, client, cast, now):
        content = json.dumps(document("1.1.0")).encode()
        answer = self.send(client, self.token(cast.editor, now), content)
        assert (answer.status_code, answer.json()["state"]) == (201, "draft")

    def test_errors_come_with_their_places(self, client, cast, now):
        broken = document("1.1.0")
        del broken["info"]["title"]
        answer = self.send(client, self.token(cast.editor, now), json.dumps(broken).encode())
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["place"] == "/info"

    def test_who_may_not_upload(self, client, cast, now):
        content = json.dumps(document("1.1.0")).encode()
        assert self.send(client, {}, content).status_code == 401
        assert self.send(client, self.token(cast.editor, now, scopes=()), content).status_code == 403
        assert self.send(client, self.token(cast.stranger, now), content).status_code == 404
        assert self.send(client, self.token(cast.editor, now, department=cast.housing), content).status_code == 403
        assert InterfaceVersion.objects.count() == 1
