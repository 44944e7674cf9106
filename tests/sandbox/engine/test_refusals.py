"""Every refusal has a sentence and a remedy in both languages, and no sentence waits for a figure that never comes."""

import ast
import string
from pathlib import Path

import pytest

from sandbox.engine import intake, refusals
from sandbox.engine.refusals import NOTICES, REFUSALS, sentence

SOURCE = Path(intake.__file__).parent


def raised() -> dict[str, set[str]]:
    """Code -> names of the figures that the intake program gives with it, read from its source."""
    found: dict[str, set[str]] = {}
    for path in SOURCE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name not in {"Refused", "_refused"}:
                continue
            names = {keyword.arg for keyword in node.keywords if keyword.arg}
            for value in ast.walk(node.args[0]):
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    found.setdefault(value.value, names)
    return found


def placeholders(text: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name}


CARRIED = {"damaged_tar"}  # becomes not_an_archive, archive_cut_off or layer_not_tar before it is told
BY_NAME = {"bad_name", "bad_link"}  # passed on by name
BY_WORKER = {"too_demanding"}


def test_every_code_has_a_sentence_and_every_sentence_a_use() -> None:
    assert set(raised()) - CARRIED | BY_NAME | BY_WORKER == set(REFUSALS)


@pytest.mark.parametrize("code", sorted(set(raised()) & set(REFUSALS)))
def test_sentences_use_only_the_figures_that_come(code: str) -> None:
    given = raised()[code] | {"place"}
    if code == "archive_too_big":
        given |= {"limit_mib"}
    assert placeholders(REFUSALS[code].zh) <= given
    assert placeholders(REFUSALS[code].en) <= given


@pytest.mark.parametrize("code", sorted({*REFUSALS, *NOTICES}))
def test_both_languages_say_the_same(code: str) -> None:
    wording = REFUSALS.get(code) or NOTICES[code]
    assert placeholders(wording.zh) == placeholders(wording.en)
    assert all((wording.zh, wording.en, wording.remedy_zh, wording.remedy_en))
    assert not placeholders(wording.remedy_zh + wording.remedy_en)


def test_hostile_names_stay_text() -> None:
    text, _remedy = sentence("sparse_file", "{0.__class__}<script>", {}, "en")
    assert text == "'{0.__class__}<script>' is a sparse file, which is not allowed."


def test_an_unknown_code_is_an_error() -> None:
    with pytest.raises(KeyError):
        sentence("nothing_such", "", {}, "zh")
    assert refusals.REFUSALS.keys().isdisjoint(NOTICES)
