"""Strangers' JSON and YAML are read within limits, and errors name their line."""

import pytest

from marketplace.catalogue import reading
from marketplace.catalogue.findings import UnreadableDocument


def refused(content: bytes) -> UnreadableDocument:
    with pytest.raises(UnreadableDocument) as refusal:
        reading.read(content)
    return refusal.value


def test_json_and_yaml_give_the_same_value():
    as_yaml = b"a: 1\nb:\n  - true\n  - null\n  - 1.5\n  - no\n  - 2020-01-01\n  - '1'\n200: x\n"
    as_json = b'{"a": 1, "b": [true, null, 1.5, "no", "2020-01-01", "1"], "200": "x"}'
    assert reading.read(as_yaml) == reading.read(as_json)


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"\xff\xfe", "not-utf8"),
        (b'{"a": "\\u0000"}', "not-text"),
        (b'{"a": "\\ud800"}', "not-text"),
        (b"a: \x00", "not-text"),
        (b'{"a": 1', "json-syntax"),
        (b'{"a": 1, "a": 2}', "duplicate-key"),
        (b"a: 1\na: 2\n", "duplicate-key"),
        (b'{"a": NaN}', "not-a-number"),
        (b'{"a": 1e999}', "not-a-number"),
        (b'{"a": ' + b"9" * 5000 + b"}", "number-too-long"),
        (b"a: [1\n", "yaml-syntax"),
        (b"? [a]\n: 1\n", "key-not-text"),
        (b"a: 1\n---\nb: 2\n", "yaml-documents"),
        (b"a: !!python/object/apply:os.system ['true']\n", "yaml-tag"),
        (b"a: !!binary aGVsbG8=\n", "yaml-tag"),
        (b"{" + b'"k": {' * 200 + b"}" * 201, "too-deep"),
        (b"[" * 200_000, "too-deep"),
        (b"a: " + b"[" * 5000, "too-deep"),
        (b"a:\n" + b"".join(b" " * n + b"- \n" for n in range(1, 200)), "too-deep"),
        (b"[" + b"0," * 110_000 + b"0]", "too-many"),
        (b"- 0\n" * 210_000, "too-many"),
        (b"x" * (reading.MAX_BYTES + 1), "too-large"),
    ],
)
def test_what_cannot_be_taken_is_refused_by_name(content, rule):
    assert refused(content).finding.rule == rule


def test_a_yaml_bomb_is_refused_before_anything_is_built():
    bomb = b"a: &a [x,x,x,x,x,x,x,x,x]\n"
    for level in range(8):
        one, before = chr(ord("b") + level).encode(), chr(ord("a") + level).encode()
        bomb += one + b": &" + one + b" [" + b",".join([b"*" + before] * 9) + b"]\n"
    finding = refused(bomb).finding
    assert (finding.rule, finding.line) == ("yaml-alias", 1)


def test_a_syntax_error_names_its_line():
    assert refused(b'{\n "a": 1,\n "b" 2\n}').finding.line == 3
    assert refused(b"a: 1\nb: '\nc: 2\n").finding.line in {2, 4}


def test_lines_of_json_with_tabs_and_of_yaml():
    as_json = b'{\n\t"a": {\n\t\t"b": [\n\t\t\t1,\n\t\t\t{"c": 2}]}}'
    assert reading.lines_of(as_json)["/a/b/1/c"] == 5
    assert reading.lines_of(b"a:\n  b:\n    - 1\n    - c: 2\n")["/a/b/1/c"] == 4
