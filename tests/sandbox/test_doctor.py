"""The doctor names what is missing and what to do, in the words that the pages use."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from sandbox import doctor
from sandbox.workers import readiness, standing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick(settings, tmp_path, engine, monkeypatch):
    settings.SIGNING_KEY_FILE = tmp_path / "key.pem"
    monkeypatch.setattr("sandbox.doctor.shutil.which", lambda name: None)


def said(capsys, language="en"):
    try:
        call_command("doctor", language=language)
    except CommandError as error:
        return capsys.readouterr().out, str(error)
    return capsys.readouterr().out, ""


def test_without_a_worker_it_says_so_and_what_to_do(capsys):
    out, error = said(capsys)
    assert "!! Sandbox worker: No sandbox worker is running." in out
    assert "→ Start one: celery" in out
    assert error


def test_with_engine_and_worker_nothing_has_to_be_done(capsys, engine):
    readiness.open_desk("w1")
    out, error = said(capsys)
    assert "OK Sandbox worker: Ready: 1," in out
    assert "!!" not in out.replace("!! Translations", "")
    assert error in ("", "1 things need attention.")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_it_uses_the_sentence_of_the_pages(capsys, engine, language):
    engine.available = False
    readiness.open_desk("w1")
    out, _error = said(capsys, language)
    with translation.override(language):
        known = standing.engine_status()
    assert f"!! {'引擎' if language == 'zh-hans' else 'Engine'}: {known.reason}" in out
    assert known.remedy in out


def test_a_signing_key_that_others_may_read_is_named(tmp_path):
    key = tmp_path / "key.pem"
    key.write_text("secret")
    key.chmod(0o644)
    finding = doctor.signing_key()
    assert not finding.is_right
    assert "chmod 600" in finding.remedy


def test_a_failed_self_test_is_told(capsys, engine):
    engine.self_test_passes = False
    readiness.open_desk("w1")
    out, _error = said(capsys)
    assert "self-test failed" in out


def test_a_missing_browser_is_optional():
    assert doctor.browser().optional
