"""What breaks the apps that use an interface is named by rule."""

import pytest

from marketplace.catalogue.changes import SENTENCES
from marketplace.catalogue.comparison import BREAKING_RULES, compare
from tests.catalogue.factory import document


def person(made):
    return made["components"]["schemas"]["Person"]


def question(made):
    return made["components"]["schemas"]["Question"]


def operation(made, path="/subject", method="get"):
    return made["paths"][path][method]


def with_parameter(required):
    made = {"name": "lang", "in": "query", "schema": {"type": "string"}, "required": required}
    return lambda after: operation(after).update(parameters=[made])


BREAKING = [
    ("operation-removed", lambda after: after["paths"].pop("/subject")),
    ("answer-removed", lambda after: operation(after).update(responses={"404": {"description": "no"}})),
    ("response-field-removed", lambda after: person(after)["properties"].pop("sex")),
    ("response-field-optional", lambda after: person(after).update(required=[])),
    ("response-type-changed", lambda after: person(after)["properties"].update(name={"type": ["string", "null"]})),
    ("request-field-required", lambda after: question(after).update(required=["name", "kind"])),
    (
        "request-field-required",
        lambda after: (
            question(after)["properties"].update(reason={"type": "string"}),
            question(after).update(required=["name", "reason"]),
        ),
    ),
    ("request-value-removed", lambda after: question(after)["properties"]["kind"].update(enum=["id"])),
    ("request-type-changed", lambda after: question(after)["properties"].update(name={"type": "integer"})),
    ("parameter-required", with_parameter(required=True)),
]
COMPATIBLE = [
    ("operation-added", lambda after: after["paths"].update({"/more": {"get": {"responses": {}}}})),
    ("field-added", lambda after: person(after)["properties"].update(age={"type": "integer"})),
    ("field-added", lambda after: question(after)["properties"].update(reason={"type": "string"})),
    ("answer-added", lambda after: operation(after)["responses"].update({"404": {"description": "no"}})),
    ("parameter-added", with_parameter(required=False)),
]


def test_nothing_changed():
    assert compare(document(), document("1.0.1")) == []


@pytest.mark.parametrize(("rule", "spoil"), BREAKING)
def test_a_breaking_change(rule, spoil):
    after = document("1.1.0")
    spoil(after)
    found = compare(document(), after)
    assert rule in {change.rule for change in found if change.breaking}


@pytest.mark.parametrize(("rule", "extend"), COMPATIBLE)
def test_a_compatible_change(rule, extend):
    after = document("1.1.0")
    extend(after)
    found = compare(document(), after)
    assert [change.rule for change in found] == [rule]
    assert not any(change.breaking for change in found)


def test_a_request_that_takes_more_and_an_answer_that_says_less_types_are_compatible():
    before, after = document(), document("1.1.0")
    question(after)["properties"]["kind"]["enum"].append("permit")
    question(after)["properties"]["name"] = {"type": ["string", "null"]}
    assert compare(before, after) == []


def test_removed_and_required_parameters():
    before, after = document(), document("1.1.0")
    with_parameter(required=False)(before)
    assert {change.rule for change in compare(before, after)} == {"parameter-removed"}
    with_parameter(required=True)(after)
    assert {change.rule for change in compare(before, after)} == {"parameter-required"}


def test_schemas_that_hold_themselves_are_compared_once():
    before, after = document(), document("1.1.0")
    for made in (before, after):
        for name in ("father", "mother", "child"):
            person(made)["properties"][name] = {"$ref": "#/components/schemas/Person"}
    person(after)["properties"].pop("sex")
    assert [change.rule for change in compare(before, after)] == ["response-field-removed"]


def test_every_rule_has_a_sentence():
    assert SENTENCES.keys() >= BREAKING_RULES
