"""Every error of an OpenAPI document is named with its place; nothing outside the document is looked at."""

import json
import re
import socket
from pathlib import Path

import pytest
from django.utils import translation

from marketplace.catalogue import openapi, patterns
from marketplace.catalogue.findings import with_lines
from marketplace.catalogue.reading import lines_of
from marketplace.catalogue.sentences import SENTENCES, sentence
from tests.catalogue.factory import document

SUBJECT = "/paths/~1subject/get"
MEDIA = f"{SUBJECT}/responses/200/content/application~1json"


def media(made):
    return made["paths"]["/subject"]["get"]["responses"]["200"]["content"]["application/json"]


def change(path, value):
    def apply(made):
        *parents, last = path
        for part in parents:
            made = made[part]
        if value is None:
            del made[last]
        else:
            made[last] = value

    return apply


def schema(value):
    return lambda made: media(made).update(schema=value)


SPOILED = [
    (change(["openapi"], "2.0"), "openapi-version", "/openapi"),
    (change(["openapi"], None), "openapi-version", "/openapi"),
    (change(["info", "title"], None), "missing", "/info"),
    (change(["paths"], {}), "no-operations", "/paths"),
    (
        change(["paths", "/subject", "get", "responses", "200", "description"], None),
        "missing",
        f"{SUBJECT}/responses/200",
    ),
    (change(["paths", "/subject", "get", "parametres"], []), "unknown-field", SUBJECT),
    (
        change(["paths", "/subject", "get", "operationId"], "verify"),
        "operation-twice",
        "/paths/~1verifications/post/operationId",
    ),
    (change(["paths", "/subject", "get", "tags"], "x"), "wrong-type", f"{SUBJECT}/tags"),
    (schema({"type": "strng"}), "not-one-of", f"{MEDIA}/schema/type"),
    (schema({"type": "string", "minLength": "3"}), "wrong-type", f"{MEDIA}/schema/minLength"),
    (schema({"$ref": "#/components/schemas/Nobody"}), "reference-missing", f"{MEDIA}/schema/$ref"),
    (schema({"$ref": "http://169.254.169.254/latest/meta-data"}), "reference-outside", f"{MEDIA}/schema/$ref"),
    (schema({"$ref": "file:///etc/passwd"}), "reference-outside", f"{MEDIA}/schema/$ref"),
    (schema({"$ref": "other.yaml#/a"}), "reference-outside", f"{MEDIA}/schema/$ref"),
    (schema({"$id": "http://internal/", "type": "string"}), "reference-base", f"{MEDIA}/schema/$id"),
    (schema({"$dynamicRef": "http://internal/#x"}), "reference-base", f"{MEDIA}/schema/$dynamicRef"),
    (schema({"$schema": "http://internal/meta"}), "dialect", f"{MEDIA}/schema/$schema"),
    (schema({"type": "string", "pattern": "(a+)+$"}), "pattern-slow", f"{MEDIA}/schema/pattern"),
    (schema({"type": "string", "pattern": "("}), "pattern-broken", f"{MEDIA}/schema/pattern"),
    (
        change(["components", "schemas", "Person"], {"$ref": "#/components/schemas/Person"}),
        "reference-circle",
        "/components/schemas/Person/$ref",
    ),
    (
        change(
            ["paths", "/subject", "get", "parameters"], [{"name": "id", "in": "path", "required": True, "schema": {}}]
        ),
        "path-parameter-unused",
        SUBJECT,
    ),
]


def test_a_right_document_has_no_findings():
    assert openapi.check(document()) == []
    assert openapi.check(document(openapi="3.0.3")) == []


@pytest.mark.parametrize(("spoil", "rule", "place"), SPOILED)
def test_an_error_is_named_with_its_place(spoil, rule, place):
    made = document()
    spoil(made)
    found = [(each.rule, each.place) for each in openapi.check(made)]
    assert (rule, place) in found


def test_a_path_parameter_that_nobody_declares():
    made = document()
    made["paths"]["/people/{id}"] = made["paths"].pop("/subject")
    assert ("path-parameter-missing", "/paths/~1people~1{id}/get") in [(f.rule, f.place) for f in openapi.check(made)]


def test_a_parameter_twice():
    made = document()
    both = [{"name": "q", "in": "query", "schema": {"type": "string"}}] * 2
    made["paths"]["/subject"]["get"]["parameters"] = both
    assert ("parameter-twice", f"{SUBJECT}/parameters/1") in [(f.rule, f.place) for f in openapi.check(made)]


def test_references_out_of_the_document_open_no_connection(monkeypatch):
    def refuse(*arguments, **options):
        raise AssertionError("the check opened a connection")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    made = document()
    for position, address in enumerate(["http://127.0.0.1/a", "https://internal/b", "//x/c", "file:///etc/passwd"]):
        made["components"]["schemas"][f"S{position}"] = {"$ref": address}
    assert {each.rule for each in openapi.check(made)} == {"reference-outside"}


@pytest.mark.parametrize(
    "value", [[], "x", 3, None, {"openapi": 3.1}, {"openapi": "3.1.0"}, {"openapi": "3.1.0", "paths": 1}]
)
def test_what_is_no_openapi_document_at_all(value):
    assert openapi.check(value)


def test_schemas_that_hold_themselves_are_fine_and_soon_checked():
    made = document()
    made["components"]["schemas"]["Person"]["properties"]["parent"] = {"$ref": "#/components/schemas/Person"}
    assert openapi.check(made) == []


def test_a_long_chain_of_references_is_refused():
    made = document()
    for number in range(30):
        made["components"]["schemas"][f"S{number}"] = {"$ref": f"#/components/schemas/S{number + 1}"}
    made["components"]["schemas"]["S30"] = {"type": "string"}
    assert "reference-circle" in {each.rule for each in openapi.check(made)}


def test_a_place_has_its_line():
    made = document()
    del made["info"]["title"]
    text = json.dumps(made, indent=1)
    (finding,) = with_lines(openapi.check(made), lines_of(text.encode()))
    assert text.splitlines()[finding.line - 1].strip().startswith('"info"')


@pytest.mark.parametrize(("spoil", "rule", "place"), SPOILED)
def test_every_rule_has_a_sentence_in_both_languages(spoil, rule, place, settings):
    made = document()
    spoil(made)
    (finding, *_) = openapi.check(made)
    with translation.override("en"):
        english = sentence(finding)
    with translation.override("zh-hans"):
        chinese = sentence(finding)
    assert english != chinese
    assert "%(" not in english + chinese


def test_every_finding_that_the_code_can_make_has_a_sentence():
    folder = Path(openapi.__file__).parent
    rules = set()
    for name in ("reading.py", "bounds.py", "openapi.py", "references.py", "patterns.py", "services/interfaces.py"):
        text = (folder / name).read_text()
        rules |= set(re.findall(r'(?:Finding|_refuse|return)\(?\s*"([a-z]+(?:-[a-z0-9]+)+)"', text))
    assert len(rules) > 30
    assert rules <= SENTENCES.keys()


@pytest.mark.parametrize("pattern", ["^[0-9]{17}[0-9X]$", r"^\S+$", "(a|b)*", "^(ab|cd){1,20}$", "^1[3-9]\\d{9}$"])
def test_usual_patterns_are_taken(pattern):
    assert patterns.danger(pattern) == ""


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|ab)*c", "(.*)*", "((a{2,})+)x", r"(\w+\s?)*$"])
def test_patterns_that_run_for_ever_are_not(pattern):
    assert patterns.danger(pattern) == "pattern-slow"
