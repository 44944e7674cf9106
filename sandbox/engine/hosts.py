"""Which engine to talk to: the one named, the default socket's, or our own; and whether it answers."""

from __future__ import annotations

import os
from pathlib import Path

import docker
import requests.exceptions
from docker.api.client import APIClient

from .errors import HOST_SILENT, NO_ENGINE, NOT_ALLOWED, Cause, EngineUnavailable
from .state import LONGEST_SOCKET_PATH, installation, state_dir

DEFAULT_HOST = "unix:///var/run/docker.sock"
ASK_SECONDS = 5


def open_client(host: str, *, timeout: int = 120, version: str = "auto") -> APIClient:
    """A client of the engine at `host`; TLS settings come from DOCKER_TLS_VERIFY and DOCKER_CERT_PATH."""
    environment = dict(os.environ) | {"DOCKER_HOST": host}
    arguments = docker.utils.kwargs_from_env(environment=environment)
    return APIClient(base_url=arguments["base_url"], tls=arguments.get("tls"), timeout=timeout, version=version)


def own_runtime_dir(state: Path) -> Path:
    """Folder of the own engine's sockets: inside the state folder unless a socket path would grow too long."""
    inside = state / "run"
    deepest = inside / "exec" / "containerd" / "containerd-debug.sock"
    if len(os.fsencode(deepest)) <= LONGEST_SOCKET_PATH:
        return inside
    return Path("/run") / f"minshi-engine-{installation(state)}"


def own_host(state: Path | None = None) -> str:
    """Address of the engine that we would start ourselves."""
    return f"unix://{own_runtime_dir(state or state_dir())}/docker.sock"


def silence(host: str) -> Cause | None:
    """None if the engine at `host` answers, else why not."""
    try:
        client = open_client(host, timeout=ASK_SECONDS)
    except (docker.errors.DockerException, requests.exceptions.RequestException, OSError, ValueError) as error:
        return NOT_ALLOWED if "PermissionError" in repr(error) else NO_ENGINE
    client.close()
    return None


def choose(host: str | None = None) -> str:
    """The address of an engine that answers.

    A named engine (argument or DOCKER_HOST) is used or refused; only without one do we look at the default socket
    and then at our own engine. Raises EngineUnavailable.
    """
    named = host or os.environ.get("DOCKER_HOST")
    if named:
        cause = silence(named)
        if cause is not None:
            raise EngineUnavailable(HOST_SILENT if cause is NO_ENGINE else cause, named)
        return named
    cause = silence(DEFAULT_HOST)
    if cause is None:
        return DEFAULT_HOST
    own = own_host()
    if silence(own) is None:
        return own
    raise EngineUnavailable(cause)
