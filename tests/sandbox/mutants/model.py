"""Owns what a mutant is: a few replaced lines of the reference app, and the groups in which it must be noticed."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

REFERENCE = Path(__file__).parents[3] / "sandbox" / "reference"


@dataclass(frozen=True)
class Change:
    """One replacement; `old` must be there exactly once, so that no mutant quietly becomes the good app."""

    file: str
    old: str
    new: str

    def applied(self, text: str) -> str:
        """Return the text with the change. ValueError when the place isn't there exactly once."""
        if text.count(self.old) != 1:
            raise ValueError(f"{self.file}: found {text.count(self.old)} times: {self.old!r}")
        return text.replace(self.old, self.new)


@dataclass(frozen=True)
class Mutant:
    """One fault: `groups` are the groups of checks that are run against it, besides start."""

    name: str
    fault: str
    groups: tuple[str, ...]
    changes: tuple[Change, ...]

    def write(self, folder: Path) -> Path:
        """Copy the reference app into `folder` with this fault; return the copy."""
        copy = folder / "reference"
        shutil.copytree(REFERENCE, copy, ignore=shutil.ignore_patterns("__pycache__"))
        for change in self.changes:
            path = copy / change.file
            path.write_text(change.applied(path.read_text(encoding="utf-8")), encoding="utf-8")
        return copy


def one(name: str, fault: str, groups: str, *changes: tuple[str, str, str]) -> Mutant:
    """Return a mutant; `groups` are separated by spaces, a change is (file, old, new)."""
    return Mutant(name, fault, tuple(groups.split()), tuple(Change(*each) for each in changes))
