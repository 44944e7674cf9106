"""An engine without containers for the tests: says what a script tells it to, with the signatures of the real one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.engine import (
    AppExit,
    EngineStatus,
    EngineUnavailable,
    Finding,
    IntakeRefused,
    IntakeResult,
    PodOutcome,
    SelfTestReport,
)
from sandbox.engine.errors import NO_ENGINE

IMAGE = "sha256:" + "a" * 64
EXIT = AppExit(exit_code=0, out_of_memory=False, log_flood=False, expected=True)


def result(check: str, outcome: str = "passed", **fields: Any) -> dict[str, Any]:
    """Return a result line as the probe writes it."""
    line = {
        "type": "result",
        "check": check,
        "group": check.partition(".")[0],
        "outcome": outcome,
        "summary": {"zh": "结果", "en": "result"},
        "measurements": {},
        "digestible": True,
        "evidence": [],
    }
    return line | fields


@dataclass
class Script:
    """What the engine will do, and what it was asked to do."""

    available: bool = True
    self_test_passes: bool = True
    refusal: IntakeRefused | None = None
    intake_fails: bool = False
    run_fails: bool = False
    ended: str = "completed"
    lines: list[dict[str, Any]] | None = None
    sbom: dict[str, Any] = field(default_factory=dict)
    log_tail: str = "app log"
    during: Callable[[], None] = lambda: None
    images: set[str] = field(default_factory=set)
    calls: list[tuple[str, Any]] = field(default_factory=list)


script = Script()


def reset(**fields: Any) -> Script:
    """Start a new script."""
    global script
    script = Script(**fields)
    return script


def status(host: str | None = None) -> EngineStatus:
    """Say whether the script has an engine."""
    if script.available:
        return EngineStatus(True, "", "", "27.0-fake")
    return EngineStatus(False, NO_ENGINE.reason, NO_ENGINE.remedy, "")


def connect(host: str | None = None) -> "FakeEngine":
    """Return the engine of the script."""
    if not script.available:
        raise EngineUnavailable(NO_ENGINE)
    return FakeEngine()


class FakeEngine:
    """Plays the script."""

    version = "27.0-fake"

    def self_test(self) -> SelfTestReport:
        script.calls.append(("self_test", None))
        finding = Finding("socket_vsock", not script.self_test_passes, "")
        return SelfTestReport(script.self_test_passes, (finding,))

    def intake(self, archive: Any, rebuilt: Any) -> IntakeResult:
        script.calls.append(("intake", archive.read()))
        if script.refusal:
            raise script.refusal
        if script.intake_fails:
            raise EngineUnavailable(NO_ENGINE)
        rebuilt.write(b"rebuilt")
        return IntakeResult(IMAGE, {"Cmd": ["/app"]}, 1000, ("/data",), (), "sha256:" + "b" * 64, script.sbom)

    def load(self, rebuilt: Any, expected_image_id: str) -> str:
        script.calls.append(("load", rebuilt.read()))
        script.images.add(expected_image_id)
        return expected_image_id

    def has_image(self, image_id: str) -> bool:
        return image_id in script.images

    def remove_image(self, image_id: str) -> None:
        script.images.discard(image_id)

    def run_pod(
        self, image_id: str, job: Mapping[str, Any], *, on_message: Callable[[dict[str, Any]], None], **fields: Any
    ) -> PodOutcome:
        script.calls.append(("run_pod", {"image_id": image_id, "job": job} | fields))
        if script.run_fails:
            raise EngineUnavailable(NO_ENGINE)
        on_message({"type": "engine", "event": "app_started", "data": {}})
        lines = script.lines
        for line in [result(each["id"]) for each in job["plan"]["checks"]] if lines is None else lines:
            on_message(line)
        script.during()
        ended = "cancelled" if fields["cancelled"]() else script.ended
        return PodOutcome(ended, 0.7, 40_000_000, EXIT, script.log_tail, seconds=2.0)

    def reap(self, alive_run_ids: Any, *, keep_images: Any = None) -> int:
        script.calls.append(("reap", (set(alive_run_ids), set(keep_images or ()))))
        return 0
