"""The code sets are those of GB/T 39046-2020, in both languages."""

import json

import pytest

from marketplace.catalogue import codes


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("item_type", codes.ITEM_TYPES),
        ("level", codes.LEVELS),
        ("body_nature", codes.BODY_NATURES),
        ("target", codes.TARGETS),
        ("handling_form", codes.HANDLING_FORMS),
        ("case_type", codes.CASE_TYPES),
    ],
)
def test_a_code_set_is_complete(shared_data, name, table):
    given = json.loads((shared_data / "service_item_codes.json").read_text())[name]
    assert table == {code: {"zh": chinese, "en": english} for code, (chinese, english) in given.items()}
