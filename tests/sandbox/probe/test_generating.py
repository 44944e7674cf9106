"""Every generated value is valid against its schema, the same for the same seed, and known to the city where hinted."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from sandbox.probe.city import Chance
from sandbox.probe.generating import Generator, Sample, UngenerableError
from sandbox.probe.generating.patterns import PatternRefusedError, matching
from sandbox.probe.openapi import Document

PLACE = "/components/schemas/It"
TREE = {"type": "object", "required": ["left"], "properties": {"left": {"$ref": "#/components/schemas/Leaf"}}}
OTHERS = {
    "Node": {
        "type": "object",
        "required": ["name", "children"],
        "properties": {
            "name": {"type": "string"},
            "children": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
            "parent": {"anyOf": [{"$ref": "#/components/schemas/Node"}, {"type": "null"}]},
        },
    },
    "Leaf": {"oneOf": [{"$ref": "#/components/schemas/Branch"}, {"type": "integer"}]},
    "Branch": {
        "type": "object",
        "additionalProperties": False,
        "required": ["left", "right"],
        "properties": {name: {"$ref": "#/components/schemas/Leaf"} for name in ("left", "right")},
    },
    "Named": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string", "maxLength": 5}}},
    "Cat": {
        "allOf": [
            {"$ref": "#/components/schemas/Pet"},
            {"type": "object", "properties": {"lives": {"type": "integer"}}},
        ]
    },
    "Dog": {
        "allOf": [{"$ref": "#/components/schemas/Pet"}, {"required": ["size"], "properties": {"size": {"enum": [1]}}}]
    },
    "Pet": {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}},
}
CORPUS: dict[str, Any] = {
    "any": {},
    "true": True,
    **{kind: {"type": kind} for kind in ("string", "integer", "number", "boolean", "object", "array", "null")},
    **{
        f"format {name}": {"type": "string", "format": name}
        for name in (
            *("date", "date-time", "time", "duration", "email", "idn-email", "hostname", "idn-hostname", "ipv4"),
            *("ipv6", "uri", "uri-reference", "iri", "uri-template", "uuid", "json-pointer", "relative-json-pointer"),
            *("regex", "byte", "binary", "password", "unheard-of"),
        )
    },
    "long email": {"type": "string", "format": "email", "minLength": 30, "maxLength": 60},
    "long uri": {"type": "string", "format": "uri", "minLength": 200},
    "one character": {"type": "string", "minLength": 1, "maxLength": 1},
    "no character": {"type": "string", "maxLength": 0},
    "long text": {"type": "string", "minLength": 3000},
    "enum": {"enum": ["a", 2, None]},
    "enum of a type": {"type": "integer", "enum": ["a", 2, 3]},
    "const": {"const": {"a": [1]}},
    "bounds": {"type": "integer", "minimum": -3, "maximum": -3},
    "exclusive bounds": {"type": "integer", "exclusiveMinimum": 4, "exclusiveMaximum": 6},
    "narrow number": {"type": "number", "exclusiveMinimum": 0.001, "exclusiveMaximum": 0.002},
    "only a maximum": {"type": "number", "maximum": -1e9},
    "multiple": {"type": "integer", "multipleOf": 7, "minimum": 50},
    "fraction": {"type": "number", "multipleOf": 0.01, "minimum": 0.5, "maximum": 0.52},
    "integer of halves": {"type": "integer", "multipleOf": 1.5, "minimum": 1},
    "int32": {"type": "integer", "format": "int32"},
    "int64": {"type": "integer", "format": "int64", "minimum": 2**40},
    "nullable": {"type": ["string", "null"], "minLength": 3},
    "several types": {"type": ["integer", "boolean"]},
    "unique": {
        "type": "array",
        "items": {"type": "integer", "maximum": 5, "minimum": 0},
        "uniqueItems": True,
        "minItems": 4,
    },
    "unique booleans": {"type": "array", "items": {"type": "boolean"}, "uniqueItems": True, "minItems": 2},
    "tuple": {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}], "items": False, "minItems": 2},
    "contains": {"type": "array", "items": {"type": "integer"}, "contains": {"const": 42}, "minContains": 2},
    "many": {"type": "array", "items": {"type": "string"}, "minItems": 50, "maxItems": 50},
    "closed": {
        "type": "object",
        "additionalProperties": False,
        "properties": {"a": {"type": "string"}},
        "required": ["a"],
    },
    "undeclared required": {"type": "object", "required": ["z"], "additionalProperties": {"type": "integer"}},
    "few properties": {"type": "object", "properties": {n: {"type": "integer"} for n in "abcdef"}, "maxProperties": 2},
    "more properties": {"type": "object", "properties": {"a": {}}, "minProperties": 4},
    "map": {"type": "object", "additionalProperties": {"type": "integer", "minimum": 3}, "minProperties": 2},
    "pattern properties": {
        "type": "object",
        "patternProperties": {"^x-[a-z]+$": {"type": "integer"}},
        "additionalProperties": False,
        "minProperties": 2,
    },
    "property names": {"type": "object", "propertyNames": {"pattern": "^[a-z]{3}$"}, "minProperties": 2},
    "dependent": {
        "type": "object",
        "properties": {"card": {"type": "string"}, "address": {"type": "string"}},
        "required": ["card"],
        "dependentRequired": {"card": ["address"]},
    },
    "all of": {
        "allOf": [
            {"$ref": "#/components/schemas/Named"},
            {"type": "object", "required": ["age"], "properties": {"age": {"type": "integer"}}},
            {"properties": {"name": {"type": "string", "minLength": 4}}},
        ]
    },
    "all of numbers": {
        "allOf": [{"type": "number", "minimum": 3, "multipleOf": 4}, {"type": "integer", "multipleOf": 6}]
    },
    "one of": {"oneOf": [{"type": "integer", "multipleOf": 3}, {"type": "integer", "multipleOf": 5}]},
    "one of objects": {
        "oneOf": [
            {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}},
            {"type": "object", "required": ["b"], "properties": {"b": {"type": "integer"}}},
        ]
    },
    "any of": {"type": "object", "properties": {"a": {}, "b": {}}, "anyOf": [{"required": ["a"]}, {"required": ["b"]}]},
    "any of beside bounds": {"type": "string", "anyOf": [{"pattern": "^a+$"}, {"pattern": "^b+$"}], "minLength": 3},
    "discriminator": {
        "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
        "discriminator": {"propertyName": "kind", "mapping": {"cat": "#/components/schemas/Cat"}},
    },
    "not": {"type": "integer", "minimum": 0, "maximum": 3, "not": {"enum": [0, 1]}},
    "if": {
        "type": "object",
        "properties": {"kind": {"enum": ["a", "b"]}, "more": {"type": "string"}},
        "required": ["kind"],
        "if": {"properties": {"kind": {"const": "a"}}},
        "then": {"required": ["more"]},
    },
    "reference": {"$ref": "#/components/schemas/Named"},
    "reference beside": {"$ref": "#/components/schemas/Named", "required": ["more"]},
    "cycle": {"$ref": "#/components/schemas/Node"},
    "required cycle": TREE,
    "good example": {"type": "string", "examples": ["青澜市"], "maxLength": 5},
    "bad example": {"type": "string", "example": "far too long", "maxLength": 5},
    "bad default": {"type": "integer", "default": "none"},
    "unevaluated": {
        "allOf": [{"$ref": "#/components/schemas/Named"}],
        "properties": {"age": {"type": "integer"}},
        "unevaluatedProperties": False,
    },
    "phone": {"type": "string", "pattern": "^1[3-9]\\d{9}$"},
    "id number": {"type": "string", "pattern": "^[1-9]\\d{5}(19|20)\\d{2}(0[1-9]|1[0-2])\\d{5}[\\dXx]$"},
    "plate": {"type": "string", "pattern": "^[京津沪渝冀]{1}[A-HJ-NP-Z][A-HJ-NP-Z0-9]{4,5}$"},
    "han": {"type": "string", "pattern": "^[\\u4e00-\\u9fa5]{2,4}$"},
    "pattern and length": {"type": "string", "pattern": "^[a-z]+$", "minLength": 30, "maxLength": 32},
    "loose pattern": {"type": "string", "pattern": "abc", "minLength": 12},
    "two patterns": {"allOf": [{"type": "string", "pattern": "^[A-Z]"}, {"pattern": "^[A-Z]{2}[0-9]{3}$"}]},
    "amount": {"type": "string", "pattern": "^\\d+(\\.\\d{1,2})?$"},
}


def document(schema: Any) -> Document:
    return Document({"openapi": "3.1.0", "paths": {}, "components": {"schemas": {**OTHERS, "It": schema}}})


def made(schema: Any, seed: object = 1, *purpose: object, **sample: Any) -> Any:
    return Generator(document(schema), seed).value(PLACE, Sample(**sample), *purpose)


@pytest.mark.parametrize("name", CORPUS)
def test_values_are_valid_and_replayable(name: str) -> None:
    generator = Generator(document(CORPUS[name]), "seed")
    # Judged by another implementation of JSON Schema than the generator's own check
    whole = {"$ref": f"#{PLACE}", "components": {"schemas": {**OTHERS, "It": CORPUS[name]}}}
    judge = Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)
    for person in range(12):
        value = generator.value(PLACE, Sample(), person)
        assert not list(judge.iter_errors(value)), value
        assert value == made(CORPUS[name], "seed", person)


@pytest.mark.parametrize(
    "schema",
    [
        False,
        {"type": "integer", "minimum": 2, "maximum": 1},
        {"allOf": [{"type": "string"}, {"type": "integer"}]},
        {"enum": [1], "type": "string"},
        {"type": "string", "minLength": 2, "maxLength": 1},
        {"type": "array", "items": {"type": "boolean"}, "uniqueItems": True, "minItems": 3},
        {"type": "object", "required": ["a"], "properties": {"a": {"$ref": f"#{PLACE}"}}},
        {"type": "object", "required": ["a"], "additionalProperties": False},
        {"$ref": "#/nowhere"},
        {"$ref": "http://127.0.0.1:9/other.json"},
        {"allOf": [{"$ref": f"#{PLACE}"}]},
    ],
)
def test_what_no_value_can_meet_is_told(schema: Any) -> None:
    with pytest.raises(UngenerableError, match="components/schemas/It"):
        made(schema)


def schemas() -> st.SearchStrategy[Any]:
    """Schemas that can be met, nested a few levels."""
    numbers = st.integers(-50, 50)
    scalars = st.one_of(
        st.sampled_from([{"type": "boolean"}, {"type": "null"}, {"type": ["string", "null"]}, {"format": "uuid"}]),
        st.builds(
            lambda low, width: {"type": "integer", "minimum": low, "maximum": low + width}, numbers, st.integers(0, 9)
        ),
        st.builds(
            lambda low, step: {"type": "number", "exclusiveMinimum": low, "multipleOf": step},
            numbers,
            st.sampled_from([0.1, 0.25, 3]),
        ),
        st.builds(
            lambda low, more: {"type": "string", "minLength": low, "maxLength": low + more},
            st.integers(0, 40),
            st.integers(0, 9),
        ),
        st.lists(st.one_of(numbers, st.text(max_size=4), st.none()), min_size=1, max_size=4).map(
            lambda all_: {"enum": all_}
        ),
        st.sampled_from(["date", "date-time", "email", "ipv4", "uri"]).map(
            lambda name: {"type": "string", "format": name}
        ),
    )

    def nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        properties = st.dictionaries(st.sampled_from("abcdef"), inner, max_size=4)
        return st.one_of(
            st.builds(
                lambda found, count, more: {
                    "type": "object",
                    "properties": found,
                    "required": sorted(found)[:count],
                    "additionalProperties": more,
                },
                properties,
                st.integers(0, 3),
                st.sampled_from([True, False, {"type": "integer"}]),
            ),
            st.builds(
                lambda items, low, more: {"type": "array", "items": items, "minItems": low, "maxItems": low + more},
                inner,
                st.integers(0, 3),
                st.integers(0, 2),
            ),
            st.lists(inner, min_size=1, max_size=3).map(lambda found: {"anyOf": found}),
            inner.map(lambda found: {"allOf": [found, {"title": "the same"}]}),
        )

    return st.recursive(scalars, nested, max_leaves=8)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(schemas())
def test_any_schema_that_can_be_met_is_met(schema: Any) -> None:
    value = made(schema)
    judge = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    assert judge.is_valid(value), value


@pytest.mark.parametrize(
    "pattern",
    [
        "^(?:a|b){3}-\\w+$",
        "^[^0-9]{4}$",
        "^(ab)+\\1$",
        "^.{5}$",
        "\\S\\s\\D\\W",
        "^\\p{Han}{2}[\\p{L}0-9]$",
        "^\\/api\\/v\\d$",
        "^(?<year>\\d{4})$",
        "^a{2,}?b*$",
        "^[A-Z[&]$",
        "^\\u{4e2d}$",
        "",
    ],
)
def test_common_expressions_are_generated(pattern: str) -> None:
    # matching() only returns what the expression finds something in
    assert isinstance(matching(Chance("p", pattern), pattern), str)


@pytest.mark.parametrize("pattern", ["(", "^(?=b)a$", "^a{5}$", "\\p{Unheard}"])
def test_other_expressions_are_refused(pattern: str) -> None:
    with pytest.raises(PatternRefusedError):
        matching(Chance("p"), pattern, longest=4)


def test_hints_come_first_and_what_a_person_lacks_may_be_absent() -> None:
    schema = {
        "type": "object",
        "required": ["name", "phone"],
        "properties": {
            "name": {"type": "string", "x-minshi-source": "person.name"},
            "phone": {"type": "string", "pattern": "^1[0-9]{10}$", "x-minshi-source": "person.phone"},
            "rent": {"type": "integer", "x-minshi-source": "rental.monthly_rent_yuan"},
            "latin": {"type": ["string", "null"], "x-minshi-source": "person.name_latin"},
            "short": {"type": "string", "maxLength": 1, "x-minshi-source": "person.name"},
        },
    }
    value = made(schema, sources={"person": {"name": "王芳", "phone": None, "name_latin": None}, "rental": None})
    assert (value["name"], value["latin"]) == ("王芳", None)
    assert value["phone"].startswith("1")  # required, so that a valid one stands in
    assert "rent" not in value
    assert len(value["short"]) == 1


def test_rows_fill_the_list_and_known_values_the_record() -> None:
    item = {
        "type": "object",
        "properties": {"no": {"x-minshi-source": "rental.no"}, "tags": {"type": "array", "items": {}}},
    }
    schema = {"type": "object", "properties": {"items": {"type": "array", "items": item}, "total": {"type": "integer"}}}
    rows = [Sample({"rental": {"no": number}}) for number in ("A", "B", "C")]
    value = made(schema, rows=rows, known={"total": 3})
    assert [each["no"] for each in value["items"]] == ["A", "B", "C"]
    assert value["total"] == 3
    assert made(schema, rows=[])["items"] == []


def test_a_schema_that_branches_everywhere_stays_small() -> None:
    many = {f"p{n}": {"type": "array", "items": {"$ref": f"#/components/schemas/B{n % 5}"}} for n in range(12)}
    branches = {f"B{n}": {"type": "object", "required": list(many), "properties": many} for n in range(5)}
    wide = Document({"openapi": "3.1.0", "paths": {}, "components": {"schemas": {**branches, "It": branches["B0"]}}})
    assert len(str(Generator(wide, 1).value(PLACE, Sample()))) < 50_000


def test_seed_person_and_place_make_the_difference() -> None:
    schema = {"type": "string", "format": "uuid"}
    assert made(schema, 1, 7) == made(schema, 1, 7)
    assert len({made(schema, 1, 7), made(schema, 2, 7), made(schema, 1, 8)}) == 3


def test_documents_of_openapi_3_0_are_read_in_their_dialect() -> None:
    schema = {
        "type": "object",
        "required": ["a", "b", "c"],
        "properties": {
            "a": {"type": "integer", "minimum": 1, "exclusiveMinimum": True, "maximum": 2},
            "b": {"type": "string", "nullable": True, "enum": ["x"]},
            "c": {"$ref": "#/components/schemas/Named", "required": ["ignored"]},
        },
    }
    read = Document({"openapi": "3.0.3", "paths": {}, "components": {"schemas": {**OTHERS, "It": schema}}})
    value = Generator(read, 1).value(PLACE, Sample())
    assert value["a"] == 2
    assert read.is_valid(PLACE, {**value, "b": None})
    assert "ignored" not in value["c"]
