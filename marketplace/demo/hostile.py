"""The story's hostile upload: a small archive whose layer unpacks to gigabytes."""

import hashlib
import io
import json
import tarfile
from pathlib import Path

BLOCK = 512


def write_sparse_archive(path: Path, *, logical_bytes: int) -> None:
    """Write an image archive whose one layer holds one PAX-sparse file of `logical_bytes`, almost all of it a hole."""
    layer = _sparse_layer(logical_bytes)
    digest = hashlib.sha256(layer).hexdigest()
    config = json.dumps(
        {
            "architecture": "amd64",
            "os": "linux",
            "config": {"Cmd": ["/app"]},
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}"]},
        }
    ).encode()
    name = f"{hashlib.sha256(config).hexdigest()}.json"
    manifest = json.dumps([{"Config": name, "RepoTags": ["hostile:latest"], "Layers": ["layer.tar"]}]).encode()
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as archive:
        for entry, content in (("layer.tar", layer), (name, config), ("manifest.json", manifest)):
            info = tarfile.TarInfo(entry)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))


def _sparse_layer(logical_bytes: int) -> bytes:
    """Return a tar (GNU sparse format 1.0 in PAX headers) whose only file is one data block at the end of a hole."""
    sparse_map = f"1\n{logical_bytes - BLOCK}\n{BLOCK}\n".encode()
    body = sparse_map.ljust(BLOCK, b"\0") + b"x" * BLOCK
    info = tarfile.TarInfo("GNUSparseFile.0/app")
    info.size = len(body)
    info.mode = 0o755
    info.pax_headers = {
        "GNU.sparse.major": "1",
        "GNU.sparse.minor": "0",
        "GNU.sparse.name": "app",
        "GNU.sparse.realsize": str(logical_bytes),
    }
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as layer:
        layer.addfile(info, io.BytesIO(body))
    return buffer.getvalue()
