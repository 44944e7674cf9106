"""Requests and answers are compared with their document, and the place of each difference is named."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.probe.badinput import bad_requests
from sandbox.probe.fuzz import SchemathesisFuzzer
from sandbox.probe.odd import odd_requests
from sandbox.probe.openapi import Document
from tests.sandbox.probe.bench import content

CONTRACT = "residence_permit.contract.openapi.json"
GOOD = {"ground": "dwelling", "phone": "14200000001", "pickup": "mail", "declaration": True}


@pytest.fixture(scope="module")
def contract() -> Document:
    return Document(content(CONTRACT))


@pytest.mark.parametrize(
    ("method", "path", "operation", "known"),
    [
        ("GET", "/healthz", "getHealth", True),
        ("POST", "/api/applications", "submitApplication", True),
        ("GET", "/api/applications/R-1", "getApplication", True),
        ("GET", "/api/applications", None, True),
        ("GET", "/api/applications/a/b", None, False),
        ("GET", "/", None, False),
    ],
)
def test_requests_find_their_operation(
    contract: Document, method: str, path: str, operation: str | None, known: bool
) -> None:
    found, _, exists = contract.match(method, path)
    assert (found.id if found else None, exists) == (operation, known)


def test_path_parameters_are_decoded(contract: Document) -> None:
    assert contract.match("GET", "/api/applications/a%2Fb")[1] == {"reference": "a/b"}


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (GOOD | {"phone": "1"}, "/phone"),
        (GOOD | {"ground": "whim"}, "/ground"),
        (GOOD | {"declaration": False}, "/declaration"),
        (GOOD | {"more": 1}, ""),
        ({}, ""),
    ],
)
def test_the_place_of_a_wrong_field_is_named(contract: Document, body: dict[str, Any], place: str) -> None:
    operation = contract.by_id["submitApplication"]
    raw = json.dumps(body).encode()
    problems, _ = contract.request_problems(
        operation, path={}, query="", headers={"content-type": "application/json"}, body=raw
    )
    assert problems[0].place == place


def test_a_good_request_has_no_problems(contract: Document) -> None:
    headers = {"content-type": "application/json; charset=utf-8"}
    problems, parsed = contract.request_problems(
        contract.by_id["submitApplication"], path={}, query="", headers=headers, body=json.dumps(GOOD).encode()
    )
    assert (problems, parsed) == ([], GOOD)


@pytest.mark.parametrize(
    ("status", "media", "body", "place"),
    [
        (200, "application/json", b'{"status": "ok"}', None),
        (200, "application/json", b'{"status": "fine"}', "/status"),
        (200, "application/json", b"{", "body"),
        (200, "text/html", b"", "content-type"),
        (418, "application/json", b"{}", "status"),
    ],
)
def test_answers_are_compared(contract: Document, status: int, media: str, body: bytes, place: str | None) -> None:
    problems = contract.response_problems(contract.by_id["getHealth"], status, media, body)
    assert [problem.place for problem in problems] == ([place] if place is not None else [])


def test_references_in_circles_are_an_error() -> None:
    document = Document({"paths": {}, "components": {"a": {"$ref": "#/components/b"}, "b": {"$ref": "#/components/a"}}})
    with pytest.raises(ValueError, match="circles"):
        document.resolve("", {"$ref": "#/components/a"})


def test_every_bad_request_is_really_bad(contract: Document) -> None:
    for name, least in (("submitApplication", 25), ("openSession", 12), ("launch", 3)):
        operation = contract.by_id[name]
        found = bad_requests(contract, operation)
        assert len(found) >= least
        for bad in found:
            query = bad.target.partition("?")[2]
            headers = {"content-type": bad.content_type}
            problems, _ = contract.request_problems(operation, path={}, query=query, headers=headers, body=bad.body)
            assert problems, bad.wrong["en"]


def test_odd_requests_are_many_and_differ(contract: Document) -> None:
    for operation in contract.operations:
        made = odd_requests(contract, operation)
        assert len({each.key for each in made}) == len(made)
        assert len(made) >= 12


def test_the_same_seed_draws_the_same_requests(contract: Document) -> None:
    def drawn(seed: int) -> list[Any]:
        return SchemathesisFuzzer(content(CONTRACT), seed).requests("submitApplication", valid=True, most=15)

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)


def test_drawn_requests_are_valid(contract: Document) -> None:
    operation = contract.by_id["submitApplication"]
    for request in SchemathesisFuzzer(content(CONTRACT), 3).requests("submitApplication", valid=True, most=20):
        headers = {name.lower(): value for name, value in request.headers.items()}
        problems, _ = contract.request_problems(operation, path={}, query="", headers=headers, body=request.body)
        assert problems == []


AS_OTHERS_WRITE: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "t", "version": "1"},
    "paths": {
        "x-note": "not a path",
        "/things/{id}": {"$ref": "#/components/pathItems/Thing"},
        "/any": {"post": {"requestBody": {"content": {"*/*": {"schema": {"type": "integer"}}}}, "responses": {}}},
    },
    "components": {
        "pathItems": {
            "Thing": {
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"maxLength": 2}}],
                "put": {
                    "operationId": "putThing",
                    "requestBody": {"content": {"Application/JSON; charset=utf-8": {"schema": {"type": "object"}}}},
                    "responses": {"200": {"content": {"application/json;charset=UTF-8": {"schema": {"const": 1}}}}},
                },
            }
        }
    },
}


def test_path_items_by_reference_and_media_types_with_parameters_or_ranges() -> None:
    document = Document(AS_OTHERS_WRITE)
    operation, params, _ = document.match("PUT", "/things/abc")
    assert operation is not None
    assert (operation.id, params) == ("putThing", {"id": "abc"})
    headers = {"content-type": "application/json; charset=gbk"}
    problems, _ = document.request_problems(operation, path=params, query="", headers=headers, body=b"[]")
    assert [each.place for each in problems] == ["id", ""]
    assert document.response_problems(operation, 200, "application/json", b"1") == []
    assert document.response_problems(operation, 200, "application/json", b"2") != []
    assert document.response_schema(operation, 200) is not None
    anything, _, _ = document.match("POST", "/any")
    assert anything is not None
    problems, _ = document.request_problems(anything, path={}, query="", headers=headers, body=b'"a"')
    assert len(problems) == 1


@pytest.mark.parametrize(
    ("path", "operation", "params"),
    [
        ("/papers/7.pdf", "pdf", {"id": "7"}),
        ("/papers/7.txt", "paper", {"id": "7.txt"}),
        ("/papers/2026-7", "ofYear", {"year": "2026", "number": "7"}),
        ("/papers/list", "list", {}),
        ("/papers/.pdf", "paper", {"id": ".pdf"}),
        (f"/papers/{'-' * 9000}.pdf", "paper", {"id": f"{'-' * 9000}.pdf"}),
    ],
)
def test_a_segment_may_hold_text_beside_its_names(path: str, operation: str, params: dict[str, str]) -> None:
    paths = {"{id}": "paper", "{id}.pdf": "pdf", "{year}-{number}": "ofYear", "list": "list"}
    written = {f"/papers/{name}": {"get": {"operationId": id_, "responses": {}}} for name, id_ in paths.items()}
    found, given, _known = Document({"openapi": "3.1.0", "paths": written}).match("GET", path)
    assert found is not None
    assert (found.id, given) == (operation, params)
