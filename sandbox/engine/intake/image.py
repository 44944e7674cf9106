"""Which image an archive holds: from manifest.json or an OCI index, exactly one, for linux/amd64."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from . import strict_json
from .layers import Layer
from .refused import Refused
from .survey import BLOBS, Survey, is_hex_digest

DEEPEST_INDEX = 3
MOST_DESCRIPTORS = 256
ATTESTATION = "vnd.docker.reference.type"
INDEX_TYPES = ("application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json")


@dataclass(frozen=True)
class Image:
    """The vendor's image: its config as written, that config's digest, and its layers in order with their names."""

    config: dict[str, Any]
    config_place: str
    digest: str
    layers: tuple[tuple[str, Layer], ...]


def find(survey: Survey) -> Image:
    """The one image; manifest.json counts if there is one, as engines do. Raises Refused."""
    if survey.has("manifest.json"):
        config_name, layer_names = _from_docker(survey)
    elif survey.has("index.json"):
        config_name, layer_names = _from_oci(survey)
    else:
        raise Refused("not_an_image")
    if len(layer_names) > survey.limits["layers"]:
        raise Refused("too_many_layers", config_name, found=len(layer_names), limit=survey.limits["layers"])
    content = survey.json(config_name)
    config = strict_json.parse(content, config_name)
    if not isinstance(config, dict):
        raise Refused("bad_config", config_name, field="")
    layers = tuple(survey.layer(name) for name in layer_names)
    _check_platform(config, config_name)
    _check_layers(config, config_name, layers, survey)
    return Image(config, config_name, f"sha256:{hashlib.sha256(content).hexdigest()}", layers)


def _from_docker(survey: Survey) -> tuple[str, list[str]]:
    place = "manifest.json"
    manifest = strict_json.parse(survey.json(place), place)
    if not isinstance(manifest, list) or not all(isinstance(item, dict) for item in manifest):
        raise Refused("bad_config", place, field="")
    if len(manifest) != 1:
        raise Refused("image_count", place, found=len(manifest))
    config_name = strict_json.text(manifest[0].get("Config"), place, "Config")
    return config_name, strict_json.texts(manifest[0].get("Layers"), place, "Layers", most=MOST_DESCRIPTORS)


def _from_oci(survey: Survey) -> tuple[str, list[str]]:
    found = list(_manifests(survey, "index.json", DEEPEST_INDEX))
    chosen = (
        [place for place, platform in found if platform in {"", "linux/amd64"}]
        if len(found) > 1
        else [place for place, _platform in found]
    )
    if len(chosen) != 1:
        raise Refused("image_count", "index.json", found=len(chosen))
    place = chosen[0]
    manifest = strict_json.parse(survey.json(place), place)
    if not isinstance(manifest, dict):
        raise Refused("bad_config", place, field="")
    layers = manifest.get("layers")
    if not isinstance(layers, list) or len(layers) > MOST_DESCRIPTORS:
        raise Refused("bad_config", place, field="layers")
    return _blob(manifest.get("config"), place), [_blob(layer, place) for layer in layers]


def _manifests(survey: Survey, place: str, depth: int) -> Iterator[tuple[str, str]]:
    """(place, platform) of every image manifest below an index; attestations of newer builders don't count."""
    index = strict_json.parse(survey.json(place), place)
    descriptors = index.get("manifests") if isinstance(index, dict) else None
    if not isinstance(descriptors, list) or len(descriptors) > MOST_DESCRIPTORS or depth == 0:
        raise Refused("bad_config", place, field="manifests")
    for descriptor in descriptors:
        name = _blob(descriptor, place)
        platform = _platform(descriptor)
        annotations = descriptor.get("annotations") or {}
        if platform == "unknown/unknown" or (isinstance(annotations, dict) and ATTESTATION in annotations):
            continue
        if descriptor.get("mediaType") in INDEX_TYPES:
            yield from _manifests(survey, name, depth - 1)
        else:
            yield name, platform


def _platform(descriptor: dict[str, Any]) -> str:
    platform = descriptor.get("platform")
    if not isinstance(platform, dict):
        return ""
    return f"{platform.get('os', '')}/{platform.get('architecture', '')}"


def _blob(descriptor: Any, place: str) -> str:
    digest = descriptor.get("digest") if isinstance(descriptor, dict) else None
    if not isinstance(digest, str) or not digest.startswith("sha256:") or not is_hex_digest(digest[7:]):
        raise Refused("bad_config", place, field="digest")
    return BLOBS + digest[7:]


def _check_platform(config: dict[str, Any], place: str) -> None:
    system, architecture = config.get("os"), config.get("architecture")
    if (system, architecture) != ("linux", "amd64"):
        raise Refused("platform", place, found=f"{system}/{architecture}")


def _check_layers(config: dict[str, Any], place: str, layers: tuple[tuple[str, Layer], ...], survey: Survey) -> None:
    rootfs = config.get("rootfs")
    stated = rootfs.get("diff_ids") if isinstance(rootfs, dict) else None
    diff_ids = strict_json.texts(stated, place, "rootfs.diff_ids", most=MOST_DESCRIPTORS)
    if len(diff_ids) != len(layers) or not layers:
        raise Refused("layer_count", place, stated=len(diff_ids), found=len(layers))
    for number, (diff_id, (name, layer)) in enumerate(zip(diff_ids, layers, strict=True), start=1):
        if diff_id != layer.diff_id:
            raise Refused("wrong_diff_id", name, number=number)
    if sum(layer.unpacked_bytes for _name, layer in layers) > survey.limits["image_bytes"]:
        raise Refused("image_too_big", limit_mib=survey.limits["image_bytes"] >> 20)
