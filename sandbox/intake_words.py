"""What intake found, in the reader's language: the refusal, and what was changed without refusing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sandbox.engine.refusals import sentence
from sandbox.models import Intake
from vendors.models import AppVersion


@dataclass(frozen=True)
class Words:
    """One sentence on what was found and one on what to do; plain text, to be escaped where it is shown."""

    code: str
    place: str
    sentence: str
    remedy: str


def words_of(code: str, place: str, params: Mapping[str, Any]) -> Words:
    """Return the words of a refusal or notice; a code that nobody knows still gets a sentence."""
    language = "en" if (get_language() or "").startswith("en") else "zh"
    try:
        said, remedy = sentence(code, place, params, language)  # type: ignore[arg-type]
    except (KeyError, ValueError, IndexError):
        said, remedy = _("The archive was refused."), _("Export the image again and upload it as a new version.")
    return Words(code, place, said, remedy)


def refusal_of(refusal: Mapping[str, Any]) -> Words:
    """Return the words of AppVersion.refusal."""
    return words_of(str(refusal.get("code", "")), str(refusal.get("place", "")), refusal.get("params") or {})


def notes_of(version: AppVersion) -> list[Words]:
    """Return what intake changed in the version's image."""
    row = Intake.objects.filter(version=version).first()
    return [words_of(note["code"], note["place"], note["params"]) for note in row.notes] if row else []
