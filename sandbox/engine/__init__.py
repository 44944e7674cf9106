"""The container engine behind the sandbox: the only package that knows Docker, and it knows no Django."""

from .archives import build_app_archive
from .client import Engine, connect, status
from .errors import CAUSES, Cause, EngineUnavailable, IntakeRefused, ProtocolBroken
from .results import AppExit, EngineStatus, Finding, IntakeResult, Notice, PodOutcome, SelfTestReport

__all__ = [
    "CAUSES",
    "AppExit",
    "Cause",
    "Engine",
    "EngineStatus",
    "EngineUnavailable",
    "Finding",
    "IntakeRefused",
    "IntakeResult",
    "Notice",
    "PodOutcome",
    "ProtocolBroken",
    "SelfTestReport",
    "build_app_archive",
    "connect",
    "status",
]
