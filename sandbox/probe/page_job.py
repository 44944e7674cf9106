"""Owns what the browser container is asked to do; plain data, because it travels as a frame."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

SUBMIT_STEPS = 6


@dataclass(frozen=True)
class PageCheck:
    """One width to walk at; two launch paths, the second for repeating a failed walk."""

    id: str
    width: int
    launch_paths: list[str]


@dataclass(frozen=True)
class PageJob:
    """The pages to look at: `app` is the address of the app, `phone` what to type where a telephone is asked."""

    app: str
    checks: list[PageCheck]
    phone: str
    most_violations: int = 0
    seconds: float = 45.0
    executable: str = "/usr/bin/chromium"

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> PageJob:
        """Read what `as_dict` wrote."""
        return cls(**{**data, "checks": [PageCheck(**each) for each in data["checks"]]})
