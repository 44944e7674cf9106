"""Owns what the browser container is asked to do; plain data, because it travels as a frame."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

# The visits that citizens make to the app's pages, in order: purpose -> what is special about it.
READ, REFUSED, ENGLISH, ELDER = "read", "refused", "english", "elder"
KEYBOARD, DOUBLE_CLICK, WITHOUT_SCRIPT = "keyboard", "double_click", "without_script"
PURPOSES = (READ, REFUSED, ENGLISH, ELDER, KEYBOARD, DOUBLE_CLICK, WITHOUT_SCRIPT)

# The visits that each check needs.
NEEDS: dict[str, tuple[str, ...]] = {
    "page.axe_1280": (READ, REFUSED),
    "page.axe_390": (READ, REFUSED),
    "page.axe_320": (READ, REFUSED),
    "page.keyboard": (READ, KEYBOARD),
    "page.elder": (ELDER,),
    "page.language": (READ, ENGLISH),
    "page.no_outside_requests": (READ,),
    "page.no_errors": (READ,),
    "page.double_click": (DOUBLE_CLICK,),
    "page.without_script": (READ, WITHOUT_SCRIPT),
}
# These read every visit that is made for whatever check.
READS_ALL = ("page.no_outside_requests", "page.no_errors")


def visits_for(check_ids: list[str]) -> list[str]:
    """Return the purposes of the visits that some checks need, in order."""
    wanted = {purpose for check_id in check_ids for purpose in NEEDS[check_id]}
    return [purpose for purpose in PURPOSES if purpose in wanted]


@dataclass(frozen=True)
class Visit:
    """One person's way through the pages; two launch paths, the second for repeating a failed visit."""

    purpose: str
    launch_paths: list[str]


@dataclass(frozen=True)
class Answer:
    """What a citizen answers to one question, and how the question may be recognised."""

    name: str
    value: str
    titles: list[str] = field(default_factory=list)
    autocomplete: list[str] = field(default_factory=list)
    types: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class PageJob:
    """The pages to look at: `app` is the address of the app, `checks` are the ids that the browser answers for.

    A failed check of `advisory` is told as advice.
    """

    app: str
    checks: list[str]
    visits: list[Visit]
    answers: list[Answer] = field(default_factory=list)
    advisory: list[str] = field(default_factory=list)
    most_violations: int = 0
    seconds: float = 90.0
    executable: str = "/usr/bin/chromium"

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> PageJob:
        """Read what `as_dict` wrote."""
        visits = [Visit(**each) for each in data["visits"]]
        return cls(**{**data, "visits": visits, "answers": [Answer(**each) for each in data["answers"]]})
