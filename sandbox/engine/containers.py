"""Creating, attaching and removing hardened containers: the only place that says how one is locked down."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Mapping, Sequence

import docker.errors
import requests.exceptions
from docker.api.client import APIClient
from docker.types import LogConfig, Ulimit

from .limits import MIB, TMP_FILES, VOLUME_MB, ContainerLimits
from .seccomp import profile_json
from .state import INSTALLATION_LABEL, installation
from .streams import Attachment

RUN_LABEL = "org.minshi.run"
ROLE_LABEL = "org.minshi.role"
REMOVE_TRIES = 3
REMOVE_PAUSE_SECONDS = 0.5
TMPFS = f"rw,noexec,nosuid,nodev,mode=1777,nr_inodes={TMP_FILES},size={{size}}m"

log = logging.getLogger(__name__)


def create(
    client: APIClient,
    image_id: str,
    limits: ContainerLimits,
    *,
    run_id: str,
    command: Sequence[str] | None = None,
    environment: Mapping[str, str] | None = None,
    network: str = "none",
    memory_mb: int | None = None,
    volumes: Iterable[str] = (),
    stdin: bool = False,
) -> str:
    """Create (not start) a hardened container of an image id; returns the container's id.

    `network` is "none" or "container:<id>"; `volumes` are the image's VOLUME paths, each gets a small tmpfs.
    """
    if not image_id.startswith("sha256:"):
        raise ValueError("images run by id, never by name")
    memory = (memory_mb or limits.memory_mb) * MIB
    cores = client.info()["NCPU"] if limits.cpus > 1 else 1
    host_config = client.create_host_config(
        network_mode=network,
        cap_drop=["ALL"],
        security_opt=["no-new-privileges:true", f"seccomp={profile_json()}"],
        read_only=True,
        pids_limit=limits.processes,
        mem_limit=memory,
        memswap_limit=memory,
        nano_cpus=int(min(limits.cpus, cores) * 1_000_000_000),
        ipc_mode="none",
        tmpfs=_tmpfs(limits, volumes),
        ulimits=[
            Ulimit(name="nofile", soft=limits.open_files, hard=limits.open_files),
            Ulimit(name="core", soft=0, hard=0),
        ],
        oom_score_adj=1000,
        log_config=LogConfig(type=LogConfig.types.NONE),
    )
    container = client.create_container(
        image_id,
        command=list(command) if command is not None else None,
        user=limits.user,
        environment=dict(environment or {}),
        host_config=host_config,
        stdin_open=stdin,
        healthcheck={"test": ["NONE"]},
        labels={RUN_LABEL: run_id, ROLE_LABEL: limits.role, INSTALLATION_LABEL: installation()},
    )
    return str(container["Id"])


def attach(client: APIClient, container_id: str, *, stdin: bool = False) -> Attachment:
    """Attach to a container that was created but not started, so that not a byte is missed."""
    raw = client.attach_socket(
        container_id, params={"stdin": int(stdin), "stdout": 1, "stderr": 1, "stream": 1, "logs": 0}
    )
    socket = getattr(raw, "_sock", raw)
    socket.settimeout(None)
    return Attachment(socket, keep=raw)


def remove(client: APIClient, container_id: str | None) -> bool:
    """Kill and remove a container with its anonymous volumes; False if that failed (the reaper tries again).

    An engine gives up on a container that takes more than some seconds to die, as one full of processes does on a busy
    host; by the next try it is dead.
    """
    if container_id is None:
        return True
    for _ in range(REMOVE_TRIES):
        failure = _try_to_remove(client, container_id)
        if failure is None:
            return True
        time.sleep(REMOVE_PAUSE_SECONDS)
    log.error("could not remove container %s: %s", container_id[:12], failure)
    return False


def _try_to_remove(client: APIClient, container_id: str) -> Exception | None:
    try:
        client.remove_container(container_id, force=True, v=True)
    except docker.errors.NotFound:
        return None
    except (docker.errors.APIError, requests.exceptions.RequestException) as error:
        return error
    return None


def _tmpfs(limits: ContainerLimits, volumes: Iterable[str]) -> dict[str, str]:
    mounts = {path: TMPFS.format(size=VOLUME_MB) for path in volumes}
    return mounts | {"/tmp": TMPFS.format(size=limits.tmp_mb)}  # noqa: S108 (inside the container)
