"""An interface that says nothing of Minshi is served all the same, by the shape of its paths, in valid words only."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox.probe.city import World
from sandbox.probe.departments import store
from sandbox.probe.departments.answers import NOTHING, Answer
from sandbox.probe.departments.launch import Session
from sandbox.probe.departments.simulation import Department
from sandbox.probe.openapi import Document

NOW = datetime(2026, 1, 1, 9, tzinfo=UTC)
PET = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {
        "id": {"type": "integer", "format": "int64", "example": 10},
        "name": {"type": "string", "example": "doggie"},
        "owner": {"type": "string", "x-minshi-source": "person.name"},
        "status": {"type": "string", "enum": ["available", "sold"], "nullable": True},
        "password": {"type": "string", "writeOnly": True},
    },
}


def json_of(schema: Any) -> dict[str, Any]:
    return {"description": "", "content": {"application/json": {"schema": schema}}}


def pet_shop() -> dict[str, Any]:
    one, body = json_of({"$ref": "#/components/schemas/Pet"}), {"$ref": "#/components/schemas/Pet"}
    by_id = [{"name": "petId", "in": "path", "required": True, "schema": {"type": "integer"}}]
    text = {"description": "", "content": {"text/plain": {"schema": {"type": "string", "minLength": 3}}}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Pets", "version": "1.0.0"},
        "paths": {
            "/pets": {
                "get": {
                    "responses": {"200": json_of({"type": "array", "items": {"$ref": "#/components/schemas/Pet"}})}
                },
                "post": {"requestBody": json_of(body), "responses": {"201": one}},
            },
            "/pets/{petId}": {
                "parameters": by_id,
                "get": {"responses": {"200": one, "404": {"description": ""}}},
                "put": {"requestBody": json_of(body), "responses": {"200": one}},
                "patch": {"requestBody": json_of({"type": "object"}), "responses": {"200": one}},
                "delete": {"responses": {"204": {"description": ""}}},
            },
            "/pets/{petId}/visits": {
                "parameters": by_id,
                "post": {
                    "requestBody": json_of({"type": "object"}),
                    "responses": {
                        "200": json_of(
                            {"type": "object", "properties": {"data": {"$ref": "#/components/schemas/Visit"}}}
                        )
                    },
                },
            },
            "/pets/{petId}/visits/{visit_no}": {
                "get": {"responses": {"2XX": json_of({"$ref": "#/components/schemas/Visit"})}},
            },
            "/stations/{code}": {
                "get": {"responses": {"200": json_of({"type": "object", "properties": {"code": {"type": "string"}}})}}
            },
            "/profile": {
                "get": {"responses": {"200": json_of({"type": "object", "properties": {"nick": {"type": "string"}}})}},
                "put": {"requestBody": json_of({"type": "object"}), "responses": {"204": {"description": ""}}},
            },
            "/motd": {"get": {"responses": {"200": text}}},
            "/shown": {
                "get": {
                    "responses": {"200": {"description": "", "content": {"application/json": {"example": {"a": 1}}}}}
                }
            },
            "/never": {"get": {"responses": {"200": json_of({"type": "integer", "minimum": 2, "maximum": 1})}}},
            "/nothing": {"get": {"responses": {"default": {"description": ""}}}},
        },
        "components": {
            "schemas": {
                "Pet": PET,
                "Visit": {
                    "type": "object",
                    "required": ["visit_no"],
                    "properties": {"visit_no": {"type": "string", "format": "uuid"}, "why": {"type": "string"}},
                },
            }
        },
    }


class Caller:
    """Calls one department as one person or another, and checks that whatever it says is valid."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.world = World(5, 100)
        self.department = Department("pets", Document(document), self.world)
        self.now = NOW

    def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        person: int = 50,
        key: str = "",
        as_of: datetime | None = None,
    ) -> Answer:
        document = self.department.document
        operation, params, _ = document.match(method, path)
        assert operation is not None
        session = Session("t", f"CASE-{person}", "JZZ", "zh-hans", "s", person)
        self.now += timedelta(seconds=1)
        answer = self.department.answer(operation, session, params, body, key, now=self.now, as_of=as_of)
        if answer.status < 300 and answer.value is not NOTHING:
            response = answer.response
            assert document.response_problems(operation, response.status, response.content_type, response.body) == []
        return answer


@pytest.fixture
def call() -> Caller:
    return Caller(pet_shop())


def test_what_was_posted_is_found_listed_altered_and_removed(call: Caller) -> None:
    made = call("POST", "/pets", {"id": 777, "name": "小白", "status": None})
    assert (made.status, made.outcome) == (201, "accepted")
    assert made.headers["Location"] == "/pets/777"
    assert made.value["owner"] == call.world.person(50).name
    found = call("GET", "/pets/777").value
    assert (found["name"], found["status"]) == ("小白", None)
    assert found in call("GET", "/pets").value
    assert call("PATCH", "/pets/777", {"name": "大白"}).value["name"] == "大白"
    assert call("GET", "/pets/777").value["name"] == "大白"
    assert call("PUT", "/pets/777", {"id": 5, "name": "黑"}).value["id"] == 777
    removed = call("DELETE", "/pets/777")
    assert (removed.status, removed.response.body) == (204, b"")
    assert call("GET", "/pets/777").status == call("DELETE", "/pets/777").status == 404


def test_records_without_a_number_of_their_own_get_one_each(call: Caller) -> None:
    first, second = (call("POST", "/pets", {"name": name}).value for name in ("一", "二"))
    assert first["id"] != second["id"]
    assert call("GET", f"/pets/{second['id']}").value["name"] == "二"


def test_everybody_finds_a_few_records_of_their_own_from_the_beginning(call: Caller) -> None:
    mine = call("GET", "/pets").value
    assert len(mine) == 2
    assert call("GET", f"/pets/{mine[0]['id']}").value == mine[0]
    assert call("GET", "/pets").value == mine
    assert Caller(pet_shop())("GET", "/pets").value == mine
    call("POST", "/pets", {"id": 1, "name": "mine"})
    assert call("GET", "/pets/1", person=51).status == 404
    assert "password" not in mine[0]


def test_wrapped_and_nested_records_are_found(call: Caller) -> None:
    made = call("POST", "/pets/7/visits", {"why": "checkup"})
    assert (made.status, made.value["data"]["why"]) == (200, "checkup")
    assert call("GET", f"/pets/7/visits/{made.value['data']['visit_no']}").value["why"] == "checkup"
    assert call("GET", "/pets/7/visits/v-unknown").status == 404


def test_what_can_only_be_read_is_there_under_any_name(call: Caller) -> None:
    assert call("GET", "/stations/QL01").value == {"code": "QL01"}


def test_one_thing_of_its_own_is_altered(call: Caller) -> None:
    assert call("PUT", "/profile", {"nick": "阿强"}).status == 204
    assert call("GET", "/profile").value == {"nick": "阿强"}


@pytest.mark.parametrize(
    ("path", "status", "media", "body"),
    [
        ("/shown", 200, "application/json", b'{"a": 1}'),
        ("/nothing", 200, "", b""),
        ("/never", 501, "application/problem+json", None),
    ],
)
def test_what_has_no_schema_or_none_that_can_be_met(
    call: Caller, path: str, status: int, media: str, body: bytes | None
) -> None:
    response = call("GET", path).response
    assert (response.status, response.content_type) == (status, media)
    assert body is None or response.body == body


def test_plain_text_is_plain(call: Caller) -> None:
    response = call("GET", "/motd").response
    assert response.content_type == "text/plain"
    assert len(response.body.decode()) >= 3


def test_the_same_key_is_the_same_record_and_not_with_other_content(call: Caller) -> None:
    first = call("POST", "/pets", {"name": "x"}, key="k1")
    again = call("POST", "/pets", {"name": "x"}, key="k1")
    assert (again.status, again.value, again.outcome) == (201, first.value, "repeated")
    assert call("POST", "/pets", {"name": "y"}, key="k1").status == 422
    assert len(call("GET", "/pets").value) == 3


def test_a_stale_department_knows_older_records(call: Caller) -> None:
    call("POST", "/pets", {"id": 9, "name": "old"})
    then = call.now
    call("PATCH", "/pets/9", {"name": "new"})
    call("POST", "/pets", {"id": 11, "name": "later"})
    assert call("GET", "/pets/9", as_of=then).value["name"] == "old"
    assert call("GET", "/pets/11", as_of=then).status == 404
    assert call("GET", "/pets/9").value["name"] == "new"


def test_a_department_keeps_only_so_much(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MAX_RECORDS", 2)
    assert [call("PUT", "/profile", {"nick": "a"}).status for _ in range(3)] == [204, 204, 503]


def test_a_thousand_calls_of_every_kind_are_answered_in_valid_words(call: Caller) -> None:
    document = call.department.document
    for person in range(40, 60):
        for operation in document.operations:
            path = operation.path.replace("{petId}", "12").replace("{visit_no}", "v").replace("{code}", "c")
            body = {"name": "某", "id": person} if "requestBody" in operation.definition else None
            answer = call(operation.method, path, body, person=person)
            assert answer.status in (200, 201, 204, 404) or operation.path == "/never"
            assert operation.path == "/motd" or answer.value is NOTHING or json.loads(answer.response.body)
