"""Everything the sandbox says exists in both languages."""

import pytest
from django.utils import translation

from sandbox.engine import CAUSES
from sandbox.engine.refusals import NOTICES, REFUSALS
from sandbox.intake_words import words_of
from sandbox.probe.catalogue import CHECKS
from sandbox.probe.model import GROUPS
from sandbox.runs.faults import FAULTS
from sandbox.workers.engine_sentences import SENTENCES
from sandbox.workers.readiness import SELF_TEST_FAILED, WRONG_KEY


def chinese(text):
    return any("\u4e00" <= character <= "\u9fff" for character in text)


def test_translators_know_every_sentence_of_the_engine():
    said = {sentence for cause in CAUSES for sentence in (cause.reason, cause.remedy)}
    assert said | {*SELF_TEST_FAILED, *WRONG_KEY} == set(SENTENCES)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_the_engine_speaks_chinese(sentence):
    with translation.override("zh-hans"):
        assert chinese(translation.gettext(sentence))


@pytest.mark.parametrize("code", FAULTS)
def test_faults_speak_chinese(code):
    with translation.override("zh-hans"):
        assert chinese(str(FAULTS[code].reason))
        assert chinese(str(FAULTS[code].next))


@pytest.mark.parametrize("code", [*REFUSALS, *NOTICES, "unheard_of"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_refusal_has_a_sentence_and_a_remedy_even_without_its_parameters(code, language):
    with translation.override(language):
        words = words_of(code, "layer 1", {})
    assert words.sentence
    assert words.remedy
    assert chinese(words.sentence) == (language == "zh-hans")


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_every_check_explains_itself_in_both_languages(check):
    for texts in (check.title, check.proves, check.remedy):
        assert chinese(texts["zh"])
        assert texts["en"]
    assert check.group in GROUPS
