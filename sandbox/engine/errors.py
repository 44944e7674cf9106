"""What the engine can say instead of doing its work: named causes with a remedy, as English message ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Cause:
    """Why the engine can't be used, and what a person does about it; both are message ids for translation."""

    reason: str
    remedy: str


NO_ENGINE = Cause(
    "No container engine answers on this machine.",
    "Install Docker (Debian: apt-get install docker.io mmdebstrap), start it, or set DOCKER_HOST to an engine.",
)
HOST_SILENT = Cause(
    "The container engine named by DOCKER_HOST does not answer.",
    "Start that engine or correct DOCKER_HOST.",
)
NOT_ALLOWED = Cause(
    "This user may not use the container engine.",
    "Run the sandbox worker as a user that may open the engine's socket.",
)
MAY_NOT_START = Cause(
    "No container engine answers and this user may not start one.",
    "Start Docker, or run the sandbox worker as root so that it can start an engine of its own.",
)
DID_NOT_START = Cause(
    "The sandbox's own container engine did not start.",
    "Read the engine's log file in the state folder (dockerd.log).",
)
NO_IMAGE_BUILDER = Cause(
    "The sandbox images are missing and cannot be built on this machine.",
    "Run as root on Debian with the package mmdebstrap installed, then build the images again.",
)
BUILD_FAILED = Cause(
    "Building the sandbox images failed.",
    "Read the worker's log for the failed command, check that the package sources can be reached, and try again.",
)
IMAGES_MISSING = Cause(
    "The sandbox images have not been built yet.",
    "Build them: python -m sandbox.engine images",
)
WRONG_PLATFORM = Cause(
    "The container engine does not run linux/amd64 containers.",
    "Use an engine on a 64-bit Intel or AMD machine.",
)
DISK_FULL = Cause(
    "There is too little free disk space to take in an image safely.",
    "Free disk space of three times the largest allowed archive on the sandbox worker.",
)
ENGINE_ERROR = Cause(
    "The container engine failed.",
    "Read the worker's log for the engine's own message and try again.",
)

CAUSES: tuple[Cause, ...] = (
    NO_ENGINE,
    HOST_SILENT,
    NOT_ALLOWED,
    MAY_NOT_START,
    DID_NOT_START,
    NO_IMAGE_BUILDER,
    BUILD_FAILED,
    IMAGES_MISSING,
    WRONG_PLATFORM,
    DISK_FULL,
    ENGINE_ERROR,
)


class EngineUnavailable(Exception):
    """The platform's fault, never the app's: work waits until an operator follows the remedy."""

    def __init__(self, cause: Cause, detail: str = "") -> None:
        super().__init__(f"{cause.reason} {cause.remedy}" + (f" ({detail})" if detail else ""))
        self.cause = cause
        self.reason = cause.reason
        self.remedy = cause.remedy
        self.detail = detail


class IntakeRefused(Exception):
    """An archive was refused at intake; `code` is a key of `refusals.REFUSALS`.

    `place` says where in the archive (bounded, printable), `params` fill the named placeholders of the sentence.
    """

    def __init__(self, code: str, place: str = "", params: Mapping[str, Any] | None = None) -> None:
        super().__init__(f"{code} at {place}" if place else code)
        self.code = code
        self.place = place
        self.params = dict(params or {})


class ProtocolBroken(Exception):
    """A container of ours sent what the contract does not allow; the run is the platform's fault."""
