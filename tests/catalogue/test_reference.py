"""What developers read of an interface: operations with parameters, schemas as rows, examples, changes, downloads."""

import json

import pytest
import yaml
from django.urls import reverse

from marketplace.catalogue import changes, openapi, reading, reference
from marketplace.catalogue.comparison import RULES, compare
from tests import factory
from tests.catalogue.factory import document
from tests.catalogue.large import large_document


def rows_of(schema, **components):
    made = document()
    made["components"]["schemas"] |= components
    made["paths"]["/subject"]["get"]["responses"]["200"]["content"]["application/json"]["schema"] = schema
    assert openapi.check(made) == []
    (answer,) = reference.detail(made, 1).answers
    return answer.bodies[0].rows


class TestRows:
    """Schemas as rows."""

    def test_fields_with_type_limits_and_duty(self):
        rows = rows_of(
            {
                "type": "object",
                "required": ["a"],
                "properties": {
                    "a": {"type": "string", "maxLength": 9, "title": "名", "x-minshi-title-en": "Name"},
                    "b": {"type": ["integer", "null"], "format": "int64", "enum": [1, 2]},
                    "c": {"type": "array", "items": {"type": "string"}, "maxItems": 3},
                },
            }
        )
        assert [(row.name, row.kind, row.required) for row in rows] == [
            ("a", "string", True),
            ("b", "integer | null (int64)", False),
            ("c", "array<string>", False),
        ]
        assert rows[0].limits == ("maxLength 9",)
        assert rows[0].text == {"zh": "名", "en": "Name"}
        assert rows[1].limits == ("enum 1 | 2",)

    def test_an_exclusive_bound_is_told_as_one(self):
        (row,) = rows_of(
            {"type": "object", "properties": {"a": {"type": "number", "exclusiveMinimum": 0, "maximum": 5}}}
        )
        assert set(row.limits) == {"exclusiveMinimum 0", "maximum 5"}

    def test_what_holds_itself_is_cut_where_it_begins_again(self):
        tree = {
            "type": "object",
            "properties": {"kids": {"type": "array", "items": {"$ref": "#/components/schemas/T"}}},
        }
        rows = rows_of({"$ref": "#/components/schemas/T"}, T=tree)
        assert [(row.depth, row.name, row.again) for row in rows] == [(0, "kids", ""), (1, "[ ]", "T")]

    def test_parts_are_taken_together_and_alternatives_are_told_apart(self):
        rows = rows_of(
            {
                "allOf": [{"type": "object", "required": ["a"]}, {"properties": {"a": {"type": "string"}}}],
                "oneOf": [{"title": "X", "properties": {"x": {"type": "string"}}}, {"title": "Y", "type": "object"}],
            }
        )
        assert [(row.name, row.required) for row in rows][:1] == [("a", True)]
        assert {"| X", "x", "| Y"} <= {row.name for row in rows}

    def test_no_document_makes_a_page_without_end(self):
        wide = {f"p{n}": {"$ref": "#/components/schemas/W"} for n in range(30)}
        rows = rows_of(
            {"$ref": "#/components/schemas/V"},
            W={"type": "object", "properties": wide},
            V={"type": "object", "properties": wide},
        )
        assert len(rows) == reference.MAX_ROWS

    def test_every_operation_of_a_large_document_can_be_shown(self):
        for series in ("3.0.3", "3.1.0"):
            made = large_document(40, series=series)
            for number in range(1, 41):
                assert reference.detail(made, number).answers
            assert reference.detail(made, 41) is None

    def test_the_departments_own_example_is_shown(self):
        media = {"examples": {"one": {"$ref": "#/components/examples/One"}}}
        made = {"components": {"examples": {"One": {"value": {"a": "值"}}}}}
        assert json.loads(reference.example_of(made, media)) == {"a": "值"}
        assert reference.example_of(made, {"schema": {"example": 0}}) == "0"


@pytest.mark.django_db
class TestPages:
    """The pages themselves."""

    @pytest.fixture
    def version(self, cast):
        newer = document("1.1.0")
        newer["components"]["schemas"]["Person"]["properties"]["age"] = {"type": "integer"}
        told = changes.as_dicts(compare(document(), newer))
        return factory.interface_version(
            cast.police, code="population", document=newer, version="1.1.0", changes=told, compared_with="1.0.0"
        )

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_an_operation(self, client, version, language):
        page = client.get(f"/{language}/catalogue/interfaces/population/1.1.0/operations/1/").content.decode()
        assert "GET /subject" in page
        assert "age" in page
        assert client.get(f"/{language}/catalogue/interfaces/population/1.1.0/operations/3/").status_code == 404

    def test_what_changed_is_named_by_rule(self, client, version):
        page = client.get("/en/catalogue/interfaces/population/1.1.0/").content.decode()
        assert "the field “age” is new in the answer" in page
        assert "#response-field-added" in page

    def test_both_downloads_are_the_same_document(self, client, version):
        url = "/en/catalogue/interfaces/population/1.1.0/openapi"
        as_json, as_yaml = client.get(f"{url}.json"), client.get(f"{url}.yaml")
        assert json.loads(as_json.content) == version.document
        assert reading.read(as_yaml.content) == version.document
        assert yaml.safe_load(as_yaml.content)["info"] == version.document["info"]

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_the_table_of_rules_is_public(self, client, db, language):
        page = client.get(f"/{language}/catalogue/interfaces/rules/").content.decode()
        assert all(f'id="{rule}"' in page for rule in RULES)

    def test_a_draft_is_not_shown_to_strangers(self, client, cast):
        factory.interface_version(cast.police, code="secret", document=document(), state="draft")
        for name, more in (("operation", [1]), ("document", []), ("document_yaml", [])):
            assert client.get(reverse(f"catalogue:{name}", args=["secret", "1.0.0", *more])).status_code == 404

    def test_a_large_version_needs_few_queries(self, client, cast, django_assert_max_num_queries):
        factory.interface_version(cast.police, code="large", document=large_document(600))
        with django_assert_max_num_queries(12):
            page = client.get("/zh-hans/catalogue/interfaces/large/1.0.0/")
        assert page.content.decode().count("/operations/") == 600
        with django_assert_max_num_queries(12):
            assert client.get("/zh-hans/catalogue/interfaces/large/1.0.0/operations/600/").status_code == 200
