"""Owns the words that all parts of the probe share: a check, what it found, and the evidence for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Text = dict[str, str]

PASSED = "passed"
FAILED = "failed"
ADVISORY = "advisory"
SKIPPED = "skipped"
ERROR = "error"
OUTCOMES = (PASSED, FAILED, ADVISORY, SKIPPED, ERROR)

GROUPS: dict[str, Text] = {
    "start": {"zh": "启动与停止", "en": "Start and stop"},
    "contract": {"zh": "应用契约", "en": "App contract"},
    "scenario": {"zh": "验收场景", "en": "Acceptance scenarios"},
    "fault": {"zh": "部门系统故障", "en": "When departments fail"},
    "duty": {"zh": "数据义务", "en": "Duties towards data"},
    "page": {"zh": "页面与无障碍", "en": "Pages and accessibility"},
    "load": {"zh": "负载", "en": "Load"},
    "conduct": {"zh": "运行行为", "en": "Conduct"},
}


def text(zh: str, en: str) -> Text:
    """Return one sentence in both languages."""
    return {"zh": zh, "en": en}


@dataclass(frozen=True)
class Finding:
    """What one run of a check saw. `measurements["share"]`, when present, is the share of the weight earned."""

    outcome: str
    summary: Text
    measurements: dict[str, float] = field(default_factory=dict)
    evidence: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.outcome not in OUTCOMES:
            raise ValueError(f"unknown outcome {self.outcome!r}")


@dataclass(frozen=True)
class Check:
    """One named check: the sentences shown to people, how much it counts by default, and the function that runs it.

    Checks run group by group in the order of GROUPS, in a group by `place`; those `at_end` after all others, because
    they disturb the app. Neighbours that are all `together` run at the same time, each with people of its own.
    One that `looks_back` judges what the app did for the checks before it, so alone it would see next to nothing.
    """

    id: str
    group: str
    title: Text
    proves: Text
    remedy: Text
    mandatory_by_default: bool
    default_weight: int
    run: Callable[..., Finding] | None = None
    digestible: bool = True
    always_mandatory: bool = False
    place: int = 50
    at_end: bool = False
    together: bool = False
    looks_back: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return the part that people and the platform read, without the function."""
        return {
            "id": self.id,
            "group": self.group,
            "title": self.title,
            "proves": self.proves,
            "remedy": self.remedy,
            "mandatory_by_default": self.mandatory_by_default,
            "default_weight": self.default_weight,
            "digestible": self.digestible,
        }


def passed(zh: str, en: str, **measurements: float) -> Finding:
    """Return a finding that the app does what the check proves."""
    return Finding(PASSED, text(zh, en), dict(measurements))
