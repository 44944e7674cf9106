"""Every sentence that a person may see is there in every language of the site."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import to_locale

PACKAGES = ("marketplace", "vendors", "sandbox", "billing", "cms")
SOURCES = ("*.py", "*.html", "*.txt", "*.po")
TRANSLATED = [to_locale(code) for code, _name in settings.LANGUAGES if code != "en"]


@pytest.fixture(scope="module")
def extracted(tmp_path_factory):
    """A copy of the sources in which makemessages has brought every catalogue up to date."""
    copy = tmp_path_factory.mktemp("sources")
    for package in PACKAGES:
        for pattern in SOURCES:
            for path in (settings.ROOT / package).rglob(pattern):
                target = copy / path.relative_to(settings.ROOT)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, target)
    languages = [argument for locale in TRANSLATED for argument in ("-l", locale)]
    command = [sys.executable, "-m", "django", "makemessages", "--no-location", *languages]
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    subprocess.run(command, cwd=copy, env=environment, check=True, capture_output=True)
    return copy


@pytest.mark.slow
@pytest.mark.parametrize("locale", TRANSLATED)
def test_nothing_is_left_untranslated(extracted, locale):
    catalogues = sorted(extracted.rglob(f"{locale}/LC_MESSAGES/django.po"))
    assert len(catalogues) >= len(PACKAGES)
    left = [f"{path.relative_to(extracted)}: {sentence}" for path in catalogues for sentence in _left(path)]
    assert not left, "\n".join(left)


def _left(catalogue: Path) -> list[str]:
    """Return the sentences of a catalogue that are untranslated or only guessed (fuzzy)."""
    left = []
    for wanted in ("--untranslated", "--only-fuzzy"):
        command = ["msgattrib", wanted, "--no-obsolete", "--no-wrap", str(catalogue)]
        found = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        left += [line for line in re.findall(r'^msgid "(.*)"$', found, re.MULTILINE) if line]
    return left


@pytest.mark.parametrize("locale", TRANSLATED)
def test_catalogues_are_sound(locale):
    for package in PACKAGES:
        for path in (settings.ROOT / package).rglob(f"{locale}/LC_MESSAGES/django.po"):
            command = ["msgfmt", "--check-format", "-o", os.devnull, str(path)]
            checked = subprocess.run(command, check=False, capture_output=True, text=True)
            assert checked.returncode == 0, checked.stderr
