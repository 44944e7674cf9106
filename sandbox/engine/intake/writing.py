"""The rebuilt archive: one image, our own config and manifests, the clean layers; readable by every engine."""

from __future__ import annotations

import hashlib
import tarfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from . import layers as layer_rules
from .configuration import Configuration
from .image import Image
from .layers import Layer
from .refused import Refused
from .streams import FrameSink
from .strict_json import canonical
from .survey import BLOBS, archive_files

CREATED = "2023-11-14T22:13:20Z"
CONFIG_TYPE = "application/vnd.oci.image.config.v1+json"
MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"
INDEX_TYPE = "application/vnd.oci.image.index.v1+json"
LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar"


@dataclass(frozen=True)
class Documents:
    """The JSON of the rebuilt image, and the two ids an engine may report for it."""

    files: Mapping[str, bytes]
    config_digest: str
    manifest_digest: str


def documents(image: Image, configuration: Configuration) -> Documents:
    """Our own config, manifest, index and docker manifest for the rebuilt layers (pure)."""
    rebuilt = [layer for _name, layer in image.layers]
    config = canonical(
        {
            "architecture": "amd64",
            "os": "linux",
            "created": CREATED,
            "config": configuration.config,
            "rootfs": {"type": "layers", "diff_ids": [layer.rebuilt_digest for layer in rebuilt]},
            "history": [{"created": CREATED, "created_by": "minshi intake"} for _layer in rebuilt],
        }
    )
    manifest = canonical(
        {
            "schemaVersion": 2,
            "mediaType": MANIFEST_TYPE,
            "config": _descriptor(CONFIG_TYPE, _digest(config), len(config)),
            "layers": [_descriptor(LAYER_TYPE, layer.rebuilt_digest, layer.rebuilt_bytes) for layer in rebuilt],
        }
    )
    index = canonical(
        {
            "schemaVersion": 2,
            "mediaType": INDEX_TYPE,
            "manifests": [_descriptor(MANIFEST_TYPE, _digest(manifest), len(manifest))],
        }
    )
    docker = canonical(
        [
            {
                "Config": _blob_name(_digest(config)),
                "RepoTags": None,
                "Layers": [_blob_name(layer.rebuilt_digest) for layer in rebuilt],
            }
        ]
    )
    files = {
        "oci-layout": canonical({"imageLayoutVersion": "1.0.0"}),
        "index.json": index,
        "manifest.json": docker,
        _blob_name(_digest(config)): config,
        _blob_name(_digest(manifest)): manifest,
    }
    return Documents(files, _digest(config), _digest(manifest))


def write(
    source: BinaryIO, image: Image, files: Mapping[str, bytes], sink: FrameSink, limits: Mapping[str, int]
) -> None:
    """Second reading: copy the chosen layers into the new archive; raises Refused if they are not the same any more."""
    for name, content in files.items():
        sink.write(_header(name, len(content)))
        sink.write(content + bytes(-len(content) % tarfile.BLOCKSIZE))
    wanted: dict[str, Layer] = dict(image.layers)
    written: set[str] = set()
    for name, _entry, content_of_file in archive_files(source):
        expected = wanted.pop(name, None)
        if expected is None or content_of_file is None or expected.rebuilt_digest in written:
            continue
        written.add(expected.rebuilt_digest)
        sink.write(_header(_blob_name(expected.rebuilt_digest), expected.rebuilt_bytes))
        if layer_rules.rebuild(content_of_file, name, limits, sink.write) != expected:
            raise Refused("archive_changed", name)
        sink.write(bytes(-expected.rebuilt_bytes % tarfile.BLOCKSIZE))
    if wanted:
        raise Refused("archive_changed", next(iter(wanted)))
    sink.write(bytes(2 * tarfile.BLOCKSIZE))


def distinct_layers(image: Image) -> Iterable[Layer]:
    """Each layer once, as it is stored."""
    return {layer.rebuilt_digest: layer for _name, layer in image.layers}.values()


def _header(name: str, size: int) -> bytes:
    entry = tarfile.TarInfo(name)
    entry.size = size
    return entry.tobuf(tarfile.PAX_FORMAT, "utf-8", "strict")


def _descriptor(media_type: str, digest: str, size: int) -> dict[str, Any]:
    return {"mediaType": media_type, "digest": digest, "size": size}


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _blob_name(digest: str) -> str:
    return BLOBS + digest.removeprefix("sha256:")
