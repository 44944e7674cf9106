"""Our own images in an engine: what each consists of, and building those that are absent or out of date."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import docker.errors
from docker.api.client import APIClient

from . import packages, rootfs
from .errors import BUILD_FAILED, IMAGES_MISSING, EngineUnavailable
from .rootfs import Progress, Rootfs
from .state import CHECKOUT, INSTALLATION_LABEL, installation, locked, state_dir

CONTENT_LABEL = "org.minshi.content"
PROBE_SOURCE = CHECKOUT / "sandbox" / "probe"
WORLD_SOURCE = CHECKOUT / "sandbox" / "world"
PROBE_REQUIREMENTS = PROBE_SOURCE / "requirements.txt"
INTAKE_SOURCE = Path(__file__).parent / "intake"
PLACE = "/opt/minshi"
PACKAGES_PLACE = "content/packages"
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin:/usr/sbin:/sbin",
    "LANG": "C.UTF-8",
    "HOME": "/tmp",  # noqa: S108 (the only writable folder of the container)
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONUNBUFFERED": "1",
    "PYTHONPATH": f"{PLACE}/packages",
}


@dataclass(frozen=True)
class Image:
    """One image of ours: imported from a root filesystem, or one layer on a parent image.

    The layer holds `sources` (folder name below /opt/minshi -> file or folder), or the packages of `requirements`.
    """

    name: str
    root: Rootfs | None = None
    parent: Image | None = None
    sources: tuple[tuple[str, Path], ...] = ()
    requirements: Path | None = None

    def digest(self) -> str:
        """Hash of everything that goes into the image, parents included."""
        parts: list[object] = [self.name, ENVIRONMENT]
        if self.root is not None:
            parts.append(self.root.digest())
        if self.parent is not None:
            parts.append(self.parent.digest())
        if self.requirements is not None:
            parts.append(packages.digest(self.requirements))
        parts.extend([place, packages.COMPILED_BY, source_digest(source)] for place, source in self.sources)
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    def tag(self) -> str:
        """Our name for it; holds the content hash, so other checkouts on the same engine keep their own."""
        return f"minshi.local/{self.name}:{self.digest()[:16]}"


BASE = Image("base", root=rootfs.BASE)
INTAKE = Image("intake", parent=BASE, sources=(("intake", INTAKE_SOURCE),))
PROBE_SYSTEM = Image("probe-system", root=rootfs.PROBE_SYSTEM)
PROBE_PACKAGES = Image("probe-packages", parent=PROBE_SYSTEM, requirements=PROBE_REQUIREMENTS)
PROBE = Image("probe", parent=PROBE_PACKAGES, sources=(("probe", PROBE_SOURCE), ("world", WORLD_SOURCE)))
NEEDED = (BASE, INTAKE, PROBE_SYSTEM, PROBE_PACKAGES, PROBE)


def source_files(source: Path) -> Iterator[tuple[str, bytes]]:
    """(relative path, content) of a file, or of a folder's files without caches, in a fixed order."""
    if source.is_file():
        yield source.name, source.read_bytes()
        return
    for path in sorted(source.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(source).as_posix(), path.read_bytes()


def source_digest(source: Path) -> str:
    """Hash of names and contents of `source`."""
    digest = hashlib.sha256()
    for name, content in source_files(source):
        digest.update(f"{len(name.encode())}:{name}{len(content)}:".encode() + content)
    return digest.hexdigest()


def find(client: APIClient, image: Image) -> str | None:
    """The id of an up-to-date `image` in the engine, or None; the tag alone is never trusted."""
    try:
        found = client.inspect_image(image.tag())
    except docker.errors.ImageNotFound:
        return None
    labels = found["Config"].get("Labels") or {}
    return str(found["Id"]) if labels.get(CONTENT_LABEL) == image.digest() else None


def require(client: APIClient, image: Image) -> str:
    """The id of an up-to-date `image`; raises EngineUnavailable if it has not been built."""
    found = find(client, image)
    if found is None:
        raise EngineUnavailable(IMAGES_MISSING, image.name)
    return found


def ensure(client: APIClient, progress: Progress, needed: tuple[Image, ...] = NEEDED) -> None:
    """Build what is absent or out of date; raises EngineUnavailable."""
    wanted = [image for image in needed if find(client, image) is None]
    if not wanted:
        return
    with locked(state_dir() / "images" / "build.lock"):
        _fetch(wanted, progress)
        for image in wanted:
            _ensure_one(client, image, progress)
        for image in reversed(wanted):
            _forget_older(client, image)


def _fetch(wanted: list[Image], progress: Progress) -> None:
    """Make what takes long and needs no engine, all at once: most of it is waiting for downloads."""
    with ThreadPoolExecutor() as pool:
        made = [pool.submit(rootfs.ensure, image.root, progress) for image in wanted if image.root is not None]
        made += [
            pool.submit(packages.ensure, image.requirements, PACKAGES_PLACE, progress)
            for image in wanted
            if image.requirements is not None
        ]
    for future in made:
        future.result()


def _ensure_one(client: APIClient, image: Image, progress: Progress) -> str:
    found = find(client, image)
    if found is not None:
        return found
    if image.root is not None:
        tar = rootfs.ensure(image.root, progress)
        progress(f"importing the image '{image.name}' ({tar.stat().st_size // 2**20} MiB)")
        _import(client, image, tar)
    elif image.parent is not None:
        parent = _ensure_one(client, image.parent, progress)
        progress(f"building the image '{image.name}'")
        _copy_onto(client, image, parent, progress)
    return require(client, image)


def _forget_older(client: APIClient, image: Image) -> None:
    """Remove what this installation built of `image` before, unless something still uses it."""
    repository = image.tag().rpartition(":")[0]
    ours = {"label": f"{INSTALLATION_LABEL}={installation()}"}
    for found in client.images(name=repository, filters=ours):
        for tag in found.get("RepoTags") or []:
            if tag != image.tag():
                with suppress(docker.errors.APIError):  # a container or a newer image stands on it
                    client.remove_image(tag)


def _import(client: APIClient, image: Image, tar: Path) -> None:
    changes = [f"ENV {name}={value}" for name, value in ENVIRONMENT.items()]
    changes.append(f"LABEL {_labels(image)}")
    repository, _, tag = image.tag().rpartition(":")
    client.import_image_from_file(str(tar), repository=repository, tag=tag, changes=changes)


def _labels(image: Image) -> str:
    return f"{CONTENT_LABEL}={image.digest()} {INSTALLATION_LABEL}={installation()}"


def _copy_onto(client: APIClient, image: Image, parent: str, progress: Progress) -> None:
    """Let the engine add one layer; the context holds only our files and no step runs anything."""
    instructions = [
        f"FROM {parent.removeprefix('sha256:')}",
        f"COPY --chown=0:0 content {PLACE}",
        f"WORKDIR {PLACE}",
        f"LABEL {_labels(image)}",
    ]
    with tempfile.TemporaryFile() as context:
        if image.requirements is not None:
            with packages.ensure(image.requirements, PACKAGES_PLACE, progress).open("rb") as made:
                shutil.copyfileobj(made, context)
            context.seek(0)
        with tarfile.open(fileobj=context, mode="a" if image.requirements else "w") as tar:
            _add_file(tar, "Dockerfile", "\n".join(instructions).encode())
            for place, source in image.sources:
                for name, content in source_files(source):
                    _add_file(tar, f"content/{place}/{name}", content)
                    compiled = packages.bytecode(content, name)
                    if compiled is not None:
                        _add_file(tar, f"content/{place}/{compiled[0]}", compiled[1])
        context.seek(0)
        steps = client.build(
            fileobj=context, custom_context=True, tag=image.tag(), rm=True, forcerm=True, nocache=True, decode=True
        )
        for step in steps:
            if "error" in step:
                raise EngineUnavailable(BUILD_FAILED, str(step["error"])[:2000])


def _add_file(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    entry.mode = 0o644
    tar.addfile(entry, io.BytesIO(content))
