"""Writing image archives as `docker save` does: the locally made base and one layer with an app's files."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import rootfs

CREATED = "2023-11-14T22:13:20Z"
PATH = "/usr/local/bin:/usr/bin:/bin"


@dataclass(frozen=True)
class Layer:
    """One layer: its bytes and their sha256."""

    content: bytes
    digest: str

    @classmethod
    def of(cls, content: bytes) -> Layer:
        """A layer of an uncompressed tar."""
        return cls(content, hashlib.sha256(content).hexdigest())


def build_app_archive(
    files: Mapping[str, bytes],
    cmd: Sequence[str],
    env: Mapping[str, str],
    out_path: Path,
    name: str,
    *,
    progress: Callable[[str], None] = lambda _line: None,
) -> Path:
    """Write an image archive of the base image with `files` (absolute path in the image -> content) on top.

    The same input gives the same bytes. No engine is needed, only the base's root filesystem, which is built on first
    use; raises EngineUnavailable where that is not possible.
    """
    base = rootfs.ensure(rootfs.BASE, progress).read_bytes()
    environment = {"PATH": PATH, "LANG": "C.UTF-8"} | dict(env)
    config = {
        "Cmd": list(cmd),
        "Env": [f"{key}={value}" for key, value in sorted(environment.items())],
        "ExposedPorts": {"8080/tcp": {}},
        "WorkingDir": "/",
    }
    write_archive([Layer.of(base), Layer.of(layer_tar(files))], config, out_path, name=name)
    return out_path


def layer_tar(files: Mapping[str, bytes]) -> bytes:
    """An uncompressed tar of `files`, owned by root, readable by all."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path, content in sorted(files.items()):
            entry = tarfile.TarInfo(path.lstrip("/"))
            entry.size, entry.mode, entry.mtime = len(content), 0o755, int(rootfs.EPOCH)
            tar.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def write_archive(layers: Sequence[Layer], config: Mapping[str, Any], out_path: Path, *, name: str) -> None:
    """Write an archive with manifest.json, one config and the layers."""
    document = {
        "architecture": rootfs.ARCHITECTURE,
        "os": "linux",
        "created": CREATED,
        "config": dict(config),
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{layer.digest}" for layer in layers]},
        "history": [{"created": CREATED, "created_by": "minshi"} for _layer in layers],
    }
    text = json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
    config_name = f"{hashlib.sha256(text).hexdigest()}.json"
    layer_names = [f"{layer.digest}/layer.tar" for layer in layers]
    manifest = [{"Config": config_name, "RepoTags": [f"{name}:latest"], "Layers": layer_names}]
    out_path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(out_path, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for layer_name, layer in zip(layer_names, layers, strict=True):
            _add(archive, layer_name, layer.content)
        _add(archive, config_name, text)
        _add(archive, "manifest.json", json.dumps(manifest).encode())


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime = len(content), int(rootfs.EPOCH)
    archive.addfile(entry, io.BytesIO(content))
