"""What the documents for people claim about this repository: numbers, links, settings and libraries that are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
REQUIREMENTS = [ROOT / "requirements.in", ROOT / "requirements-dev.in", ROOT / "sandbox" / "probe" / "requirements.in"]
FOUNDING = {"django", "wagtail", "django-money", "celery", "docker", "faker", "pytest"}
OF_TESTS = {"MINSHI_FUZZ_EXAMPLES", "MINSHI_REQUIRE_ALL", "MINSHI_TOKEN"}


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_is_headed_by_its_own_number(path):
    number = path.name[:4]
    assert path.read_text().startswith(f"# {int(number)}. ")
    assert [each.name for each in DECISIONS if each.name.startswith(number)] == [path.name]


def test_every_library_has_its_line():
    lines = [line for path in REQUIREMENTS for line in path.read_text().splitlines() if not line.startswith("-r")]
    wanted = {re.split(r"[\[<>=]", line)[0] for line in lines} - FOUNDING
    first_column = re.findall(r"^\| (.+?) \|", (ROOT / "docs/decisions/0001-dependencies.md").read_text(), re.M)
    named = [name for cell in first_column for name in cell.split(", ")]
    assert wanted - set(named) == set()
    assert len(named) == len(set(named)), "a library is named twice"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path):
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text())
    inline = re.findall(r"`(docs/[^`<>{}]+|sandbox/probe/README\.md)`", path.read_text())
    assert [each for each in targets if not (path.parent / each).exists()] == []
    assert [each for each in inline if not (ROOT / each).exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_settings_that_are_named_exist(path):
    settings = (ROOT / "marketplace/config/settings.py").read_text()
    named = set(re.findall(r"MINSHI_[A-Z0-9_]+", path.read_text())) - OF_TESTS
    assert [each for each in sorted(named) if f'"{each}"' not in settings] == []
