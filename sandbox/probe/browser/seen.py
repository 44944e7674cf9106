"""Owns the record of a visit: plain values about each page and about the way, without any browser type in them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from ..client import shown
from ..model import Text

_NUMBER = re.compile(r"[A-Za-z]*[0-9][0-9A-Za-z-]*")


def clean(value: object, most: int) -> str:
    """Return a value of the app as short text that is safe to show."""
    return shown(str(value).encode("utf-8", "replace"), most)


Key = tuple[str, str, str, bool]


@dataclass(frozen=True)
class Place:
    """Where a citizen is: two pages with the same path, title, heading and number of controls are one."""

    path: str
    title: str
    heading: str
    controls: int = 0
    faults: int = 0
    empty: bool = False

    @classmethod
    def of(cls, told: dict[str, Any]) -> Place:
        """Read what the page's script tells."""
        return cls(
            path=clean(told["path"], 100),
            title=clean(told["title"], 200),
            heading=clean(told["heading"], 200),
            controls=int(told["controls"]),
            faults=int(told["faults"]),
            empty=bool(told["empty"]),
        )

    @property
    def key(self) -> Key:
        """What tells one page from another."""
        return self.path, self.title, self.heading, self.faults > 0

    @property
    def name(self) -> str:
        """How a report names the page."""
        return f"{self.path} ({self.heading or self.title})" if self.heading or self.title else self.path

    def arrived_at(self, other: Place) -> bool:
        """Whether both are the same end of the way; numbers in headings differ from person to person."""
        return _NUMBER.sub("#", self.heading or self.title) == _NUMBER.sub("#", other.heading or other.title)


@dataclass
class PageSeen:
    """One page, looked at once. Widths are keys of `violations` and `lost` (content that a width hides)."""

    place: Place
    violations: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    lost: dict[int, str] = field(default_factory=dict)
    pictures: dict[int, bytes] = field(default_factory=dict)
    narrow: bool = True
    too_large: bool = False
    language: dict[str, Any] | None = None
    elder: list[dict[str, Any]] = field(default_factory=list)
    moving: list[str] = field(default_factory=list)
    contrast: list[dict[str, Any]] = field(default_factory=list)
    keyboard: list[tuple[str, str]] = field(default_factory=list)
    stops: int = 0


@dataclass
class VisitSeen:
    """One visit; `trouble` says why it ended before its end, `ended` is the place where it ended well."""

    purpose: str
    pages: list[PageSeen] = field(default_factory=list)
    trouble: Text | None = None
    ended: Place | None = None
    hung: bool = False
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    nuisances: dict[str, int] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)

    @property
    def opened(self) -> bool:
        """Whether at least the launch page could be looked at."""
        return bool(self.pages)

    @property
    def noticed(self) -> bool:
        """Whether anything was noticed that any visit may show."""
        return bool(self.outside or self.errors or self.nuisances or self.trouble)

    def note(self, nuisance: str) -> int:
        """Count one more nuisance and return how many there are."""
        self.nuisances[nuisance] = self.nuisances.get(nuisance, 0) + 1
        return self.nuisances[nuisance]


def add(rows: list[str], row: str, *, most: int = 20) -> None:
    """Remember a line once, and not too many of them."""
    if len(rows) < most and row not in rows:
        rows.append(row)
