"""Rebuilt archives into the engine and out again, one at a time, by id."""

from __future__ import annotations

import logging
from typing import Any, BinaryIO

import docker.errors
from docker.api.client import APIClient

from .errors import ENGINE_ERROR, EngineUnavailable
from .state import installation, locked, state_dir

APP_PREFIX = "minshi.local/app-"
CONTAINERD_STORE = "io.containerd.snapshotter.v1"
log = logging.getLogger(__name__)


def app_tag(image_id: str) -> str:
    """Our own name for a loaded app image; archives are loaded without names, so only we can give it."""
    return f"{APP_PREFIX}{installation()}:{image_id.removeprefix('sha256:')[:32]}"


def uses_manifest_ids(client: APIClient) -> bool:
    """Whether this engine names images by manifest digest (containerd store) instead of config digest."""
    driver: list[list[str]] = client.info().get("DriverStatus") or []
    return any(CONTAINERD_STORE in row for row in driver)


def load(client: APIClient, rebuilt: BinaryIO, expected_image_id: str) -> str:
    """Load and give back the id; an engine that reports another one is not to be trusted with this archive."""
    with locked(state_dir() / "load.lock"):
        for step in client.load_image(rebuilt):
            if "error" in step:
                raise EngineUnavailable(ENGINE_ERROR, str(step["error"])[:2000])
        found = _inspect(client, expected_image_id)
        if found is None or found["Id"] != expected_image_id:
            raise EngineUnavailable(ENGINE_ERROR, "the engine reports another image id than the one that was checked")
        repository, _, tag = app_tag(expected_image_id).rpartition(":")
        client.tag(expected_image_id, repository, tag)
    return expected_image_id


def has(client: APIClient, image_id: str) -> bool:
    """Whether the engine has this image."""
    return _inspect(client, image_id) is not None


def remove(client: APIClient, image_id: str) -> bool:
    """Remove an app image; False if it is in use, here or by another installation. Ours (probe, base) are refused."""
    found = _inspect(client, image_id)
    if found is None:
        return True
    tags = found.get("RepoTags") or []
    if any(not tag.startswith(APP_PREFIX) for tag in tags):
        raise ValueError("this image has names that intake did not give")
    if tags and app_tag(image_id) not in tags:
        return False
    try:
        client.remove_image(app_tag(image_id) if tags else image_id, force=False)
    except docker.errors.ImageNotFound:
        return True
    except docker.errors.APIError as error:
        log.warning("image %s stays for now: %s", image_id, error.explanation)
        return False
    return not has(client, image_id)


def loaded(client: APIClient) -> list[str]:
    """Ids of the app images that this installation loaded."""
    return sorted({str(image["Id"]) for image in client.images(name=app_tag("").removesuffix(":"))})


def _inspect(client: APIClient, image_id: str) -> dict[str, Any] | None:
    if not image_id.startswith("sha256:"):
        raise ValueError("images are named by id, never by tag")
    try:
        found: dict[str, Any] = client.inspect_image(image_id)
    except docker.errors.ImageNotFound:
        return None
    return found
