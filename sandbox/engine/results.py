"""What the engine hands back: immutable values without any Docker type in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Ended = Literal["completed", "timeout", "probe_died", "cancelled"]


@dataclass(frozen=True)
class EngineStatus:
    """Whether sandbox work can be done now; `reason` and `remedy` are message ids, empty when available."""

    available: bool
    reason: str
    remedy: str
    version: str
    host: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Finding:
    """One forbidden thing that the self-test tried, and whether it was (wrongly) possible."""

    name: str
    forbidden_succeeded: bool
    detail: str


@dataclass(frozen=True)
class SelfTestReport:
    """Passed only when every known attempt was made and each one was refused."""

    passed: bool
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Notice:
    """Something intake changed or ignored without refusing; `code` is a key of `refusals.NOTICES`."""

    code: str
    place: str
    params: dict[str, Any]


@dataclass(frozen=True)
class IntakeResult:
    """The rebuilt image: the id that the engine must report after loading, what it will run, and its materials."""

    image_id: str
    config: dict[str, Any]
    uncompressed_bytes: int
    volumes: tuple[str, ...]
    notes: tuple[Notice, ...]
    vendor_digest: str = ""
    sbom: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class AppExit:
    """How the app container ended last; `expected` when the probe asked for it or the pod was torn down."""

    exit_code: int | None
    out_of_memory: bool
    log_flood: bool
    expected: bool


@dataclass(frozen=True)
class PodOutcome:
    """How one pod went; times in seconds, memory in bytes; tails are bounded and free of control characters."""

    ended: Ended
    seconds_to_first_answer: float | None
    peak_memory_bytes: int
    app_exit: AppExit
    log_tail: str
    detail: str = ""
    probe_log_tail: str = ""
    seconds: float = 0.0
