"""The rebuilt archive: the clean layers of one image, our own config and manifests; readable by every engine."""

from __future__ import annotations

import hashlib
import tarfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .configuration import Configuration
from .image import Image
from .layers import Layer
from .streams import FrameSink
from .strict_json import canonical
from .survey import BLOBS

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


class LayerSink:
    """Sends each layer as it is rebuilt, its tar header last: "L", data, "K" with the header, or "X" to forget it."""

    def __init__(self, sink: FrameSink) -> None:
        self._sink = sink
        self._kept: list[str] = []

    def begin(self) -> None:
        """A layer may follow."""
        self._sink.frame(b"L")

    def write(self, data: bytes) -> None:
        """More of it."""
        self._sink.write(data)

    def keep(self, layer: Layer) -> None:
        """It is complete; a layer is made of whole blocks, so that nothing has to fill it up."""
        self._kept.append(layer.rebuilt_digest)
        self._sink.frame(b"K", _header(_blob_name(layer.rebuilt_digest), layer.rebuilt_bytes))

    def drop(self) -> None:
        """It was none, or there is one like it already."""
        self._sink.frame(b"X")

    def finish(self, image: Image, files: Mapping[str, bytes]) -> None:
        """Name the layers that the image doesn't have ("U"), and end the archive with our own documents."""
        wanted = {layer.rebuilt_digest for _name, layer in image.layers}
        unused = [number for number, digest in enumerate(self._kept) if digest not in wanted]
        if unused:
            self._sink.frame(b"U", canonical(unused))
        for name, content in files.items():
            self._sink.write(_header(name, len(content)))
            self._sink.write(content + bytes(-len(content) % tarfile.BLOCKSIZE))
        self._sink.write(bytes(2 * tarfile.BLOCKSIZE))


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
