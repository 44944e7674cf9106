"""Reads the texts with which a new site starts; editors change them afterwards in the CMS."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CONTENT = Path(__file__).parent / "content"


@dataclass(frozen=True)
class Text:
    """One help page: title, one-line summary, HTML."""

    title: str
    summary: str
    body: str


def text(name: str, language: str) -> Text:
    """Return the text of a help page; `language` is zh or en."""
    title, summary, *body = (CONTENT / f"{name}.{language}.html").read_text(encoding="utf-8").splitlines()
    return Text(title, summary, "\n".join(body))


def standards(language: str) -> list[dict[str, Any]]:
    """Return the blocks of the page on how figures are computed."""
    given = json.loads((CONTENT / "standards.json").read_text(encoding="utf-8"))
    return [{"type": "standard", "value": {"anchor": each["anchor"], **each[language]}} for each in given]
