"""Rows of the sandbox: intakes, runs with their results, certificates, re-tests, workers."""

from sandbox.models.certificates import Certificate
from sandbox.models.intakes import Intake
from sandbox.models.retests import Retest
from sandbox.models.runs import MOST_ATTEMPTS, CheckResult, RunEvent, SandboxRun
from sandbox.models.workers import Worker

__all__ = [
    "MOST_ATTEMPTS",
    "Certificate",
    "CheckResult",
    "Intake",
    "Retest",
    "RunEvent",
    "SandboxRun",
    "Worker",
]
