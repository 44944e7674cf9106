"""Every rule of the comparison: the change that it names, and that the way back is not the same finding."""

import copy

import pytest
from django.utils import translation

from marketplace.catalogue import changes, openapi
from marketplace.catalogue.comparison import RULES, Severity, Side, compare
from marketplace.catalogue.comparison.schemas import Located
from marketplace.catalogue.comparison.values import Budget, Pair, compare_schemas
from tests.catalogue.compared import (
    OBJECT,
    TEXT,
    answers,
    api,
    array,
    headers,
    media,
    number,
    operation,
    parameter,
    paths,
    read,
    rules,
    sent,
    string,
    thing,
    with_path_parameter,
)
from tests.catalogue.factory import document

CAT = {"title": "cat", "type": "object", "required": ["meow"], "properties": {"meow": TEXT}}
DOG = {"title": "dog", "type": "object", "required": ["bark"], "properties": {"bark": {"type": "integer"}}}
KEY = {"type": "apiKey", "name": "k", "in": "header"}
SCHEMES = {"securitySchemes": {"key": KEY, "id": {"type": "oauth2", "flows": {}}}}
OPEN, KEYED, SIGNED = {"security": []}, {"security": [{"key": []}]}, {"security": [{"id": ["read"]}]}
KINDS = {"propertyName": "kind", "mapping": {"c": "cat"}}
NEWS = {"webhooks": {"moved": {"post": {"requestBody": {"content": {"application/json": {"schema": OBJECT}}}}}}}

# rule -> (older document, newer document, rule of the way back)
CASES: dict[str, tuple[dict, dict, str]] = {
    "operation-removed": (paths("/a", "/b"), paths("/a"), "operation-added"),
    "operation-deprecated": (*operation({}, {"deprecated": True}), ""),
    "operation-renamed": (*operation({}, {"operationId": "run"}), "operation-renamed"),
    "news-removed": (api(**NEWS), api(), "news-added"),
    "security-demanded": (*operation(OPEN, KEYED, components=SCHEMES), "security-relaxed"),
    "security-way-removed": (*operation(KEYED, SIGNED, components=SCHEMES), "security-way-removed"),
    "security-scope-demanded": (
        *operation(SIGNED, {"security": [{"id": ["read", "write"]}]}, components=SCHEMES),
        "security-relaxed",
    ),
    "security-scheme-changed": (
        api(operation=KEYED, components={"securitySchemes": {"key": KEY}}),
        api(operation=KEYED, components={"securitySchemes": {"key": KEY | {"in": "query"}}}),
        "security-scheme-changed",
    ),
    "personal-data-added": (*operation({}, {"x-minshi-scopes": ["person.phone"]}), "personal-data-removed"),
    "parameter-removed": (*operation(parameter(), {}), "parameter-added"),
    "parameter-renamed": (*operation(parameter("q"), parameter("query")), "parameter-renamed"),
    "parameter-moved": (*operation(parameter(), parameter(place="header")), "parameter-moved"),
    "path-parameter-renamed": (with_path_parameter("id"), with_path_parameter("key"), "path-parameter-renamed"),
    "parameter-required-added": (*operation({}, parameter(required=True)), "parameter-removed"),
    "parameter-required": (*operation(parameter(), parameter(required=True)), "parameter-optional"),
    "parameter-style-changed": (
        *operation(parameter(schema=array()), parameter(schema=array(), explode=False)),
        "parameter-style-changed",
    ),
    "body-required": (*operation({}, {"requestBody": {"required": True, "content": {}}}), "body-removed"),
    "body-added": (*operation({}, {"requestBody": {"content": {}}}), "body-removed"),
    "body-optional": (
        *operation({"requestBody": {"required": True, "content": {}}}, {"requestBody": {"content": {}}}),
        "body-required",
    ),
    "request-media-removed": (
        *operation(media("sent", "text/plain", "application/json"), media("sent", "application/json")),
        "request-media-added",
    ),
    "request-type-changed": (*sent({"type": ["string", "integer"]}, TEXT), "request-type-widened"),
    "request-null-refused": (*sent({"type": ["string", "null"]}, TEXT), "request-null-accepted"),
    "request-value-removed": (*sent(string(enum=["a", "b"]), string(enum=["a"])), "request-value-added"),
    "request-max-length-reduced": (*sent(string(maxLength=9), string(maxLength=8)), "request-limit-relaxed"),
    "request-min-length-raised": (*sent(TEXT, string(minLength=2)), "request-limit-relaxed"),
    "request-maximum-reduced": (*sent(number(maximum=9), number(exclusiveMaximum=9)), "request-limit-relaxed"),
    "request-minimum-raised": (*sent(number(), number(minimum=1)), "request-limit-relaxed"),
    "request-max-items-reduced": (*sent(array(), array(maxItems=3)), "request-limit-relaxed"),
    "request-min-items-raised": (*sent(array(), array(minItems=1)), "request-limit-relaxed"),
    "request-max-properties-reduced": (*sent(thing(), thing(maxProperties=1)), "request-limit-relaxed"),
    "request-min-properties-raised": (*sent(thing(), thing(minProperties=1)), "request-limit-relaxed"),
    "request-multiple-changed": (*sent(number(multipleOf=1), number(multipleOf=2)), "request-limit-relaxed"),
    "request-unique-items-demanded": (*sent(array(), array(uniqueItems=True)), "request-limit-relaxed"),
    "request-pattern-changed": (*sent(TEXT, string(pattern="^a")), "request-limit-relaxed"),
    "request-format-changed": (*sent(TEXT, string(format="date")), "request-format-relaxed"),
    "request-field-required-added": (
        *sent(OBJECT, {"type": "object", "required": ["c"], "properties": OBJECT["properties"] | {"c": TEXT}}),
        "request-field-removed",
    ),
    "request-field-required": (*sent(OBJECT, thing(required=["a"])), "request-field-optional"),
    "request-field-refused": (
        *sent(
            thing(additionalProperties=False),
            {"type": "object", "properties": {"a": TEXT}} | {"additionalProperties": False},
        ),
        "request-field-added",
    ),
    "request-additional-closed": (*sent(OBJECT, thing(additionalProperties=False)), "request-additional-opened"),
    "request-alternative-removed": (
        *sent({"oneOf": [CAT, DOG]}, {"oneOf": [CAT, string(title="t")]}),
        "request-alternative-removed",
    ),
    "request-alternative-added": (
        *sent({"oneOf": [CAT, DOG]}, {"oneOf": [CAT, DOG, TEXT]}),
        "request-alternative-removed",
    ),
    "request-discriminator-changed": (
        *sent(
            {"oneOf": [CAT, DOG], "discriminator": {"propertyName": "kind"}},
            {"oneOf": [CAT, DOG], "discriminator": {"propertyName": "sort"}},
        ),
        "request-discriminator-changed",
    ),
    "request-default-changed": (*sent(string(default="a"), string(default="b")), "request-default-changed"),
    "request-field-deprecated": (*sent(TEXT, string(deprecated=True)), ""),
    "request-rule-changed": (*sent(TEXT, string(**{"not": {"const": "x"}})), "request-rule-changed"),
    "answer-removed": (*operation(answers("200", "202"), answers("200")), "success-answer-added"),
    "error-answer-removed": (*operation(answers("200", "404"), answers("200")), "answer-added"),
    "response-media-removed": (
        *operation(media("read", "text/plain", "application/json"), media("read", "application/json")),
        "response-media-added",
    ),
    "response-header-removed": (*operation(headers(**{"X-A": {"schema": TEXT}}), headers()), "response-header-added"),
    "response-header-optional": (
        *operation(headers(**{"X-A": {"schema": TEXT, "required": True}}), headers(**{"x-a": {"schema": TEXT}})),
        "",
    ),
    "response-type-changed": (*read(TEXT, {"type": ["string", "integer"]}), "response-type-narrowed"),
    "response-null-possible": (*read(TEXT, {"type": ["string", "null"]}), "response-null-gone"),
    "response-value-added": (*read(string(enum=["a"]), string(enum=["a", "b"])), "response-value-removed"),
    "response-max-length-raised": (*read(string(maxLength=8), string(maxLength=9)), "response-limit-tightened"),
    "response-min-length-reduced": (*read(string(minLength=2), TEXT), "response-limit-tightened"),
    "response-maximum-raised": (*read(number(maximum=9), number()), "response-limit-tightened"),
    "response-minimum-reduced": (*read(number(minimum=1), number(minimum=0)), "response-limit-tightened"),
    "response-max-items-raised": (*read(array(maxItems=3), array()), "response-limit-tightened"),
    "response-min-items-reduced": (*read(array(minItems=1), array()), "response-limit-tightened"),
    "response-max-properties-raised": (*read(thing(maxProperties=1), thing()), "response-limit-tightened"),
    "response-min-properties-reduced": (*read(thing(minProperties=1), thing()), "response-limit-tightened"),
    "response-multiple-changed": (*read(number(multipleOf=2), number(multipleOf=1)), "response-limit-tightened"),
    "response-unique-items-dropped": (*read(array(uniqueItems=True), array()), "response-limit-tightened"),
    "response-pattern-changed": (*read(string(pattern="^a"), string(pattern="^b")), "response-pattern-changed"),
    "response-format-changed": (*read(string(format="date"), TEXT), "response-format-tightened"),
    "response-field-removed": (*read(OBJECT, {"type": "object", "properties": {"a": TEXT}}), "response-field-added"),
    "response-field-optional": (*read(thing(required=["a"]), OBJECT), "response-field-required"),
    "response-additional-opened": (*read(thing(additionalProperties=False), OBJECT), "response-additional-closed"),
    "response-alternative-added": (
        *read({"oneOf": [CAT, DOG]}, {"oneOf": [CAT, DOG, TEXT]}),
        "response-alternative-removed",
    ),
    "response-discriminator-changed": (
        *read(
            {"oneOf": [CAT, DOG], "discriminator": KINDS},
            {"oneOf": [CAT, DOG], "discriminator": KINDS | {"mapping": {"c": "cat", "d": "dog"}}},
        ),
        "",
    ),
    "response-field-deprecated": (*read(TEXT, string(deprecated=True)), ""),
    "response-rule-changed": (*read(TEXT, string(**{"not": {"const": "x"}})), "response-rule-changed"),
}


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_names_its_change_and_the_way_back_is_another(rule):
    before, after, back = CASES[rule]
    for each in (before, after):
        assert openapi.check(each) == []
    assert rules(before, after) >= {rule}
    found = rules(after, before)
    assert found >= {back} if back else rule not in found
    severities = {RULES[each].severity for each in rules(before, after)}
    assert RULES[rule].severity == (Severity.BREAKING if Severity.BREAKING in severities else RULES[rule].severity)


def test_every_rule_of_the_table_is_tried():
    tried = set(CASES) | {back for _before, _after, back in CASES.values()} - {""}
    assert tried | {"comparison-cut"} == set(RULES)


def test_every_rule_has_a_sentence_in_both_languages():
    assert changes.SENTENCES.keys() == RULES.keys()
    for rule in RULES:
        said = {}
        for language in ("en", "zh-hans"):
            with translation.override(language):
                said[language] = changes.general(rule)
        assert said["en"] != said["zh-hans"], rule


@pytest.mark.parametrize("rule", CASES)
def test_the_rules_of_a_side_are_about_that_side(rule):
    for change in compare(*CASES[rule][:2]):
        if change.rule.startswith(("request-", "response-")):
            assert RULES[change.rule].side == Side(change.rule.partition("-")[0])


@pytest.mark.parametrize("rule", CASES)
def test_nothing_changed(rule):
    for made in CASES[rule][:2]:
        assert compare(made, copy.deepcopy(made)) == []


class TestThroughReferences:
    """What references, cycles, allOf and alternatives hide is found, and renaming alone is nothing."""

    def test_a_finding_is_placed_where_the_part_is_written(self):
        before, after = document(), document("1.1.0")
        after["components"]["schemas"]["Person"]["properties"]["name"]["maxLength"] = 9
        after["components"]["schemas"]["Question"]["properties"]["name"]["maxLength"] = 9
        found = {change.rule: change for change in compare(before, after)}
        assert found.keys() == {"request-max-length-reduced", "response-limit-tightened"}
        change = found["request-max-length-reduced"]
        assert change.place == "/components/schemas/Question/properties/name"
        assert (change.name, change.where, change.was, change.now) == ("name", "POST /verifications", "—", "9")

    def test_renaming_the_target_of_a_reference_is_no_change(self):
        before, after = document(), document()
        after["components"]["schemas"]["Human"] = after["components"]["schemas"].pop("Person")
        content = after["paths"]["/subject"]["get"]["responses"]["200"]["content"]["application/json"]
        content["schema"] = {"$ref": "#/components/schemas/Human"}
        assert compare(before, after) == []

    def test_renamed_alternatives_are_recognised_by_what_they_are(self):
        def animals(one, other):
            named = {one: {k: v for k, v in CAT.items() if k != "title"}, other: DOG | {"title": "d"}}
            choice = {"oneOf": [{"$ref": f"#/components/schemas/{each}"} for each in named]}
            return api(sent=choice, read=choice, components={"schemas": named})

        assert compare(animals("Cat", "Dog"), animals("Feline", "Canine")) == []

    def test_schemas_that_hold_themselves_are_compared_once(self):
        before, after = document(), document("1.1.0")
        for made in (before, after):
            for name in ("father", "mother", "child"):
                made["components"]["schemas"]["Person"]["properties"][name] = {"$ref": "#/components/schemas/Person"}
        after["components"]["schemas"]["Person"]["properties"].pop("sex")
        assert [change.rule for change in compare(before, after)] == ["response-field-removed"]

    def test_all_of_is_taken_together(self):
        parts = [{"type": "object", "properties": {"a": TEXT}}, {"required": ["a"], "properties": {"b": TEXT}}]
        whole = {"type": "object", "required": ["a"], "properties": {"a": TEXT, "b": TEXT}}
        assert compare(*read({"allOf": parts}, whole)) == []
        assert compare(*sent(whole, {"allOf": parts})) == []
        assert rules(*read({"allOf": parts}, {"allOf": parts[:1]})) == {
            "response-field-removed",
            "response-field-optional",
        }

    def test_parts_of_all_of_that_meet_in_one_field_narrow_each_other(self):
        both = {"allOf": [{"properties": {"a": string(maxLength=9)}}, {"properties": {"a": string(minLength=2)}}]}
        one = {"properties": {"a": string(minLength=2, maxLength=9)}}
        assert compare(*sent(both, one)) == []

    def test_an_answer_that_comes_in_one_of_its_forms_only_says_less(self):
        assert rules(*read({"oneOf": [CAT, DOG]}, CAT)) == {"response-alternative-removed"}
        assert "response-type-changed" in rules(*read(TEXT, {"anyOf": [TEXT, {"type": "integer"}]}))

    def test_a_request_that_takes_one_more_form_takes_more(self):
        assert rules(*sent(CAT, {"oneOf": [CAT, DOG]})) == {"request-alternative-added"}
        assert RULES["request-alternative-added"].severity == Severity.ADDITION
        assert any(change.breaking for change in compare(*sent({"oneOf": [CAT, DOG]}, CAT)))

    def test_a_change_inside_an_alternative_is_found(self):
        louder = DOG | {"properties": {"bark": {"type": "integer", "maximum": 3}}}
        assert rules(*sent({"oneOf": [CAT, DOG]}, {"oneOf": [louder, CAT]})) == {"request-maximum-reduced"}

    def test_shared_parameters_bodies_answers_and_path_items_are_followed(self):
        plain = api(sent=OBJECT, read=OBJECT, operation=parameter())
        moved = copy.deepcopy(plain)
        post = moved["paths"]["/go"].pop("post")
        content = {"application/json": {"schema": OBJECT}}
        moved["components"] = {
            "parameters": {"Q": post.pop("parameters")[0]},
            "requestBodies": {"B": {"required": True, "content": content}},
            "responses": {"R": {"description": "ok", "content": content}},
            "pathItems": {
                "P": {
                    "parameters": [{"$ref": "#/components/parameters/Q"}],
                    "post": post
                    | {
                        "requestBody": {"$ref": "#/components/requestBodies/B"},
                        "responses": {"200": {"$ref": "#/components/responses/R"}},
                    },
                }
            },
        }
        moved["paths"]["/go"] = {"$ref": "#/components/pathItems/P"}
        assert openapi.check(moved) == []
        assert compare(plain, moved) == []
        assert compare(moved, plain) == []


class TestBothSeries:
    """3.0 and 3.1 write the same thing differently."""

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            (string(nullable=True), {"type": ["string", "null"]}),
            (number(minimum=0, exclusiveMinimum=True), number(exclusiveMinimum=0)),
            (number(minimum=0, exclusiveMinimum=False), number(minimum=0)),
            (string(enum=["a"]), {"const": "a"}),
            (thing(nullable=True), {"anyOf": [OBJECT, {"type": "null"}]}),
            (string(example="a"), string(examples=["b"])),
        ],
    )
    def test_the_newer_way_of_saying_it_is_no_change(self, old, new):
        before, after = api(sent=old, read=old, series="3.0.3"), api(sent=new, read=new)
        assert openapi.check(before) == []
        assert openapi.check(after) == []
        assert compare(before, after) == []
        assert compare(after, before) == []

    def test_fields_that_only_one_side_carries_count_on_that_side(self):
        plain = thing(required=["a"])
        hidden = {"type": "object", "required": ["a"], "properties": {"a": TEXT, "b": string(readOnly=True)}}
        assert rules(api(sent=plain, read=plain), api(sent=hidden, read=hidden)) == {"request-field-removed"}
        secret = {"type": "object", "required": ["a"], "properties": {"a": TEXT, "b": string(writeOnly=True)}}
        assert rules(api(sent=plain, read=plain), api(sent=secret, read=secret)) == {"response-field-removed"}


def test_statuses_may_be_covered_by_their_class_or_default():
    assert rules(*operation(answers("200", "404"), answers("200", "4XX"))) == {"answer-added"}
    assert rules(*operation(answers("200", "404"), answers("200", "default"))) == {"answer-added"}


def test_a_wider_format_takes_more():
    small, large = {"type": "integer", "format": "int32"}, {"type": "integer", "format": "int64"}
    assert rules(*sent(small, large)) == {"request-format-relaxed"}
    assert rules(*read(small, large)) == {"response-format-changed"}


def test_what_is_too_intricate_is_said_once():
    wide = {"type": "object", "properties": {f"p{n}": {"type": "array", "items": {"type": "array"}} for n in range(9)}}
    pair = Pair(api(), api(), budget=Budget(left=3))
    assert [each.rule for each in compare_schemas(pair, Located("/x", wide), Located("/x", wide))] == ["comparison-cut"]


def test_changes_survive_storing_and_older_ones_are_read():
    found = compare(*CASES["request-max-length-reduced"][:2])
    assert changes.from_dicts(changes.as_dicts(found)) == found
    (old,) = changes.from_dicts([{"rule": "field-added", "place": "/x", "name": "age", "breaking": False}])
    assert old.rule in RULES
    assert "age" in changes.sentence(old)
