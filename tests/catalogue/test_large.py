"""Documents of others, large and intricate, are read, checked and compared; what is beyond a limit is refused."""

import copy
import json

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from marketplace.catalogue import grammar, openapi, reading
from marketplace.catalogue.comparison import compare
from marketplace.catalogue.findings import UnreadableDocument, with_lines
from marketplace.catalogue.sentences import sentence
from tests.catalogue.factory import document
from tests.catalogue.large import large_document

BOTH = pytest.mark.parametrize("series", ["3.0.3", "3.1.0"])


@BOTH
def test_six_hundred_operations_are_taken_and_compared(series):
    made = reading.read(json.dumps(large_document(600, series=series), ensure_ascii=False, indent=1).encode())
    assert openapi.check(made) == []
    assert len(list(openapi.operations(made))) == 600
    assert compare(made, large_document(600, series=series)) == []


def test_the_same_document_in_both_series_says_the_same():
    before, after = large_document(40, series="3.0.3"), large_document(40)
    assert compare(before, after) == []
    assert compare(after, before) == []


def test_one_change_in_a_large_document_is_found_at_its_place():
    before, after = large_document(600), large_document(600)
    after["components"]["schemas"]["Tree149"]["properties"]["title"]["maxLength"] = 79
    found = {(each.rule, each.place) for each in compare(before, after)}
    place = "/components/schemas/Tree149/properties/title"
    assert found == {("request-max-length-reduced", place), ("response-limit-tightened", place)}


def test_as_yaml_it_is_the_same_document():
    made = large_document(80)
    text = yaml.dump(json.loads(json.dumps(made)), Dumper=_Plain, allow_unicode=True, sort_keys=False)
    assert reading.read(text.encode()) == made


class _Plain(yaml.CSafeDumper):
    """Writes no anchors."""

    def ignore_aliases(self, data):
        return True


@BOTH
def test_an_error_deep_in_a_large_document_has_its_place_and_line(series):
    made = large_document(400, series=series)
    made["paths"]["/records77/{id}"]["put"]["responses"]["200"].pop("description")
    made["components"]["schemas"]["Bounds"]["properties"]["code"]["minLength"] = "six"
    text = json.dumps(made, ensure_ascii=False, indent=1)
    found = with_lines(openapi.check(made), reading.lines_of(text.encode()))
    places = {each.place: text.splitlines()[each.line - 1].strip() for each in found}
    assert places["/paths/~1records77~1{id}/put/responses/200"] == '"200": {'
    if series == "3.0.3":
        assert places["/components/schemas/Bounds/properties/code/minLength"] == '"minLength": "six"'


def test_what_looks_like_a_reference_in_data_is_data():
    made = document()
    media = made["paths"]["/subject"]["get"]["responses"]["200"]["content"]["application/json"]
    media["example"] = {"$ref": "http://elsewhere/", "$id": "http://elsewhere/"}
    made["components"]["schemas"]["Person"]["properties"]["$ref"] = {"type": "string"}
    made["components"]["schemas"]["Person"]["properties"]["example"] = {"type": "string", "enum": [{"$ref": "#/no"}]}
    assert openapi.check(made) == []


@BOTH
@pytest.mark.parametrize(
    ("reference", "rule"),
    [
        ("https://elsewhere/schemas.json#/A", "reference-outside"),
        ("../common.yaml#/Person", "reference-outside"),
        ("#/components/schemas/Nobody", "reference-missing"),
        ("#Person", "reference-missing"),
        ("#/info/title", "reference-kind"),
        ("#/paths/~1subject/get", "reference-kind"),
        ("#/paths/~1subject/get/responses/200", "reference-kind"),
    ],
)
def test_references_that_are_not_taken(series, reference, rule):
    made = document(openapi=series)
    made["components"]["schemas"]["Person"]["properties"]["name"] = {"$ref": reference}
    (finding,) = openapi.check(made)
    assert (finding.rule, finding.place) == (rule, "/components/schemas/Person/properties/name/$ref")
    assert reference in sentence(finding)


@BOTH
@pytest.mark.parametrize(
    "holds",
    [
        {"allOf": [{"$ref": "#/components/schemas/Person"}]},
        {"oneOf": [{"type": "string"}, {"not": {"$ref": "#/components/schemas/Person"}}]},
        {"anyOf": [{"$ref": "#/components/schemas/Other"}]},
    ],
)
def test_a_schema_that_is_part_of_its_own_definition_is_refused(series, holds):
    made = document(openapi=series)
    made["components"]["schemas"]["Person"] = holds
    made["components"]["schemas"]["Other"] = {"allOf": [{"$ref": "#/components/schemas/Person"}]}
    assert {each.rule for each in openapi.check(made)} == {"reference-circle"}


def test_a_mapping_that_leaves_the_document_is_refused():
    made = large_document(4)
    made["components"]["schemas"]["Animal"]["discriminator"]["mapping"]["cat"] = "https://elsewhere/cat.json"
    assert [each.rule for each in openapi.check(made)] == ["reference-outside"]


def test_the_same_address_under_two_names_is_refused():
    made = document()
    parameter = {"in": "path", "required": True, "schema": {"type": "string"}}
    for name in ("a", "b"):
        made["paths"][f"/people/{{{name}}}"] = {
            "parameters": [parameter | {"name": name}],
            "get": {"responses": {"200": {"description": "ok"}}},
        }
    assert [each.rule for each in openapi.check(made)] == ["path-twice"]


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (lambda: json.dumps(large_document(2400), indent=4).encode(), "too-large"),
        (lambda: json.dumps(large_document(2800)).encode(), "too-many"),
        (lambda: b"openapi: 3.0.3\nx-deep: " + b"{a: " * 100 + b"1" + b"}" * 100, "too-deep"),
        (lambda: b"openapi: 3.0.3\nx-a: &a [1]\nx-b: *a\n", "yaml-alias"),
        (lambda: b"openapi: 3.0.3\nx-a: !!python/name:os.system\n", "yaml-tag"),
    ],
)
def test_what_is_beyond_a_limit_is_refused_with_a_sentence(content, rule):
    with pytest.raises(UnreadableDocument) as refusal:
        reading.read(content())
    assert refusal.value.finding.rule == rule
    assert sentence(refusal.value.finding) != rule


VALUES = some.recursive(
    some.none()
    | some.booleans()
    | some.integers()
    | some.floats(allow_nan=False, allow_infinity=False)
    | some.text(max_size=8),
    lambda inner: (
        some.lists(inner, max_size=3)
        | some.dictionaries(
            some.sampled_from(["$ref", "type", "properties", "allOf", "get", "schema", "name", "in", "#", "required"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


@QUICK
@given(some.binary(max_size=200))
def test_no_bytes_crash_the_reader(content):
    try:
        value = reading.read(content)
    except UnreadableDocument as refusal:
        sentence(refusal.finding)
    else:
        openapi.check(value)


def _spoiled(draw, made):
    """Put something else somewhere into the document."""
    path = draw(some.sampled_from([path for path, _kind, _value in grammar.parts(made) if path]))
    *parents, last = path
    holder = made
    for part in parents:
        holder = holder[part]
    inside = holder[last]
    if isinstance(inside, dict) and inside and draw(some.booleans()):
        holder, last = inside, draw(some.sampled_from(sorted(inside)))
    if draw(some.booleans()):
        holder[last] = draw(VALUES | some.sampled_from(_targets(made)))
    elif isinstance(holder, dict):
        del holder[last]
    return made


def _targets(made):
    return [
        {"$ref": "#" + "".join("/" + str(p).replace("~", "~0").replace("/", "~1") for p in path)}
        for path, _k, _v in grammar.parts(made)
    ]


SMALL = {series: large_document(8, series=series) for series in ("3.0.3", "3.1.0")}


@QUICK
@given(some.data(), some.sampled_from(sorted(SMALL)))
def test_a_spoiled_document_is_refused_or_can_be_used(data, series):
    made = _spoiled(data.draw, _spoiled(data.draw, copy.deepcopy(SMALL[series])))
    found = openapi.check(made)
    for finding in found:
        assert sentence(finding)
    if not found:
        assert compare(made, copy.deepcopy(made)) == []
        compare(SMALL[series], made)
        compare(made, SMALL[series])
        assert list(openapi.described(made))


@BOTH
def test_what_could_multiply_work_is_refused(series):
    made = large_document(8, series=series)
    answers = {str(200 + number): {"description": "x"} for number in range(150)}
    made["paths"]["/records0/{id}"]["get"]["responses"] = answers
    made["components"]["schemas"]["Wide"] = {"type": "string", "enum": [f"v{number}" for number in range(6000)]}
    made["paths"] |= {f"/again{number}": {"$ref": "#/paths/~1records0~1{id}"} for number in range(400)}
    assert {(each.rule, each.place) for each in openapi.check(made)} == {
        ("too-many-here", "/paths/~1records0~1{id}/get/responses"),
        ("too-many-here", "/components/schemas/Wide/enum"),
        ("too-many-operations", "/paths"),
    }
