"""Removes what a killed worker left behind: containers of runs that are not alive, app images nobody keeps."""

from __future__ import annotations

from collections.abc import Collection

from docker.api.client import APIClient

from . import containers, loading
from .state import installation


def reap(client: APIClient, alive_run_ids: Collection[str], *, keep_images: Collection[str] | None = None) -> int:
    """Remove leftovers of this installation; returns how many containers and images went.

    Image labels merge into container labels, so a label alone proves nothing about content; but intake drops an
    image's labels and only this installation's own containers are looked at.
    """
    removed = 0
    ours = {"label": [f"{containers.INSTALLATION_LABEL}={installation()}"]}
    for container in client.containers(all=True, filters=ours):
        run_id = container["Labels"].get(containers.RUN_LABEL)
        if run_id not in alive_run_ids and containers.remove(client, container["Id"]):
            removed += 1
    if keep_images is not None:
        for image_id in loading.loaded(client):
            if image_id not in keep_images and loading.remove(client, image_id):
                removed += 1
    return removed
