"""Image archives for intake, honest and hostile, made in memory."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from dataclasses import asdict, replace
from typing import Any

from sandbox.engine.intake.__main__ import converse
from sandbox.engine.intake_container import take
from sandbox.engine.limits import MIB, IntakeLimits
from sandbox.engine.rebuilding import RebuiltArchive

SMALL = replace(
    IntakeLimits(), archive_bytes=4 << 20, layer_bytes=1 << 20, image_bytes=2 << 20, files_per_layer=50, layers=5
)


def digest(content: bytes) -> str:
    """The sha256 as hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def tar(*entries: tuple[tarfile.TarInfo, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    """A tar of these entries."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as archive:
        for entry, content in entries:
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def file(name: str, content: bytes = b"", **fields: Any) -> tuple[tarfile.TarInfo, bytes]:
    """One tar entry; `fields` overwrite the header's."""
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    for field, value in fields.items():
        setattr(entry, field, value)
    return entry, content


def layer(*names: str) -> bytes:
    """A harmless layer with these files."""
    return tar(*(file(name, name.encode()) for name in names or ("app.py",)))


def config(layers: list[bytes], **fields: Any) -> dict[str, Any]:
    """An image configuration whose diff_ids fit `layers` (uncompressed)."""
    return {
        "architecture": "amd64",
        "os": "linux",
        "config": {"Cmd": ["python3", "/app.py"], "Env": ["PATH=/usr/bin"]},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest(item)}" for item in layers]},
    } | fields


def docker_archive(
    layers: list[bytes],
    *,
    stored: list[bytes] | None = None,
    document: dict[str, Any] | bytes | None = None,
    manifest: Any = None,
    extra: tuple[tuple[tarfile.TarInfo, bytes], ...] = (),
) -> bytes:
    """As `docker save` writes it; `stored` are the layers as stored (default: as they are)."""
    wanted = document if document is not None else config(layers)
    text = wanted if isinstance(wanted, bytes) else json.dumps(wanted).encode()
    name = f"{digest(text)}.json"
    places = [f"{number}/layer.tar" for number in range(len(layers))]
    if manifest is None:
        manifest = [{"Config": name, "RepoTags": ["vendor/app:1"], "Layers": places}]
    manifest_text = manifest if isinstance(manifest, bytes) else json.dumps(manifest).encode()
    return tar(
        *(file(place, content) for place, content in zip(places, stored or layers, strict=True)),
        file(name, text),
        *extra,
        file("manifest.json", manifest_text),
    )


def oci_archive(layers: list[bytes], *, attestation: bool = False, platform: str = "amd64") -> bytes:
    """As newer builders write an OCI layout, gzip layers, with an attestation beside the image if asked."""
    blobs: dict[str, bytes] = {}

    def blob(content: bytes, media_type: str, **more: Any) -> dict[str, Any]:
        blobs[f"blobs/sha256/{digest(content)}"] = content
        return {"mediaType": media_type, "digest": f"sha256:{digest(content)}", "size": len(content)} | more

    document = json.dumps(config(layers, architecture=platform)).encode()
    manifest = {
        "schemaVersion": 2,
        "config": blob(document, "application/vnd.oci.image.config.v1+json"),
        "layers": [
            blob(gzip.compress(item, mtime=0), "application/vnd.oci.image.layer.v1.tar+gzip") for item in layers
        ],
    }
    kind = "application/vnd.oci.image.manifest.v1+json"
    manifests = [
        blob(json.dumps(manifest).encode(), kind, platform={"os": "linux", "architecture": platform}),
    ]
    if attestation:
        statement = blob(b'{"attestation": true}', kind, platform={"os": "unknown", "architecture": "unknown"})
        manifests.append(statement | {"annotations": {"vnd.docker.reference.type": "attestation-manifest"}})
    inner = {"schemaVersion": 2, "manifests": manifests}
    top = blob(json.dumps(inner).encode(), "application/vnd.oci.image.index.v1+json")
    index = json.dumps({"schemaVersion": 2, "manifests": [top]}).encode()
    return tar(
        file("oci-layout", b'{"imageLayoutVersion": "1.0.0"}'),
        file("index.json", index),
        *(file(name, content) for name, content in blobs.items()),
    )


def frames(data: bytes, chunk: int = 10_000) -> bytes:
    """Bytes as a stream of frames with its end."""
    cut = [data[start : start + chunk] for start in range(0, len(data), chunk)]
    return b"".join(len(part).to_bytes(4, "big") + part for part in [*cut, b""])


def check(archive: bytes, limits: IntakeLimits = SMALL) -> tuple[str, dict[str, Any], bytes]:
    """Run the intake program on an archive: (kind of its last frame, that frame's JSON, the rebuilt archive)."""
    file_made = io.BytesIO()
    rebuilt = RebuiltArchive(file_made, limits.image_bytes + MIB)
    kind, data = "", b""
    for kind, data in answers(archive, limits):
        take(rebuilt, kind.encode(), data)
    return kind, json.loads(data), file_made.getvalue()


def bill_of(archive: bytes, limits: IntakeLimits = SMALL) -> bytes:
    """The bill of materials that the intake program sends."""
    told = answers(archive, limits)
    assert told[-1][0] == "E", told[-1]
    return b"".join(data for kind, data in told if kind == "S")


def answers(archive: bytes, limits: IntakeLimits) -> list[tuple[str, bytes]]:
    """(kind, data) of every frame that the intake program sends about an archive."""
    text = json.dumps(asdict(limits)).encode()
    output = io.BytesIO()
    converse(io.BytesIO(len(text).to_bytes(4, "big") + text + frames(archive)), output)
    stream, place, found = output.getvalue(), 0, []
    while place < len(stream):
        end = place + 5 + int.from_bytes(stream[place + 1 : place + 5], "big")
        found.append((stream[place : place + 1].decode(), stream[place + 5 : end]))
        place = end
    return found


def files_of(archive: bytes) -> dict[str, bytes]:
    """Names and contents of an archive's files."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        return {entry.name: opened.extractfile(entry).read() for entry in opened if entry.isreg()}
