"""Removes what a killed worker left behind: containers of runs that are not alive, app images nobody keeps."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from typing import Any

from docker.api.client import APIClient

from . import containers, loading
from .limits import INTAKE, SELF_TEST
from .state import INSTALLATION_LABEL, installation

SHORT_ROLES = (INTAKE.role, SELF_TEST.role)
SHORT_WORK_SECONDS = 1200


def reap(client: APIClient, alive_run_ids: Collection[str], *, keep_images: Collection[str] | None = None) -> int:
    """Remove leftovers of this installation; returns how many containers and images went.

    Image labels merge into container labels, so a label alone proves nothing about content; but intake drops an
    image's labels and only this installation's own containers are looked at.
    """
    removed = 0
    ours = {"label": [f"{INSTALLATION_LABEL}={installation()}"]}
    for container in client.containers(all=True, filters=ours):
        if _is_dead(container, alive_run_ids) and containers.remove(client, container["Id"]):
            removed += 1
    if keep_images is not None:
        for image_id in loading.loaded(client):
            if image_id not in keep_images and loading.remove(client, image_id):
                removed += 1
    return removed


def _is_dead(container: Mapping[str, Any], alive_run_ids: Collection[str]) -> bool:
    """Intake and self-test belong to no run; they are left alone for longer than they can last."""
    labels = container["Labels"]
    if labels.get(containers.ROLE_LABEL) in SHORT_ROLES and time.time() - container["Created"] < SHORT_WORK_SECONDS:
        return False
    return labels.get(containers.RUN_LABEL) not in alive_run_ids
