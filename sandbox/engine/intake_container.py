"""The worker's side of intake: feeds the archive to the checking container and reads a bounded, framed answer."""

from __future__ import annotations

from typing import BinaryIO

from docker.api.client import APIClient

from .errors import ENGINE_ERROR, EngineUnavailable
from .results import IntakeResult


def run(client: APIClient, archive: BinaryIO, rebuilt: BinaryIO) -> IntakeResult:
    """Not there yet."""
    raise EngineUnavailable(ENGINE_ERROR, "intake")
