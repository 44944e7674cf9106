"""The probe's Python packages: pinned, hashed wheels for the image's Python, unpacked into one tar."""

from __future__ import annotations

import compileall
import hashlib
import importlib.util
import marshal
import py_compile
import sys
import tarfile
import tempfile
from pathlib import Path

from .rootfs import PYTHON_VERSION, Progress, run_command
from .state import locked, state_dir

UNCHECKED_HASH = 0b01  # of PEP 552: a hash, never compared
COMPILED_BY = ".".join(map(str, sys.version_info[:2]))
PLATFORMS = (*(f"manylinux_2_{minor}_x86_64" for minor in range(36, 4, -1)), "manylinux2014_x86_64")


def digest(requirements: Path) -> str:
    """Hash of what decides about the packages' bytes; the Python that compiles them counts."""
    versions = f"{PYTHON_VERSION} {sys.version_info[:2]}\n"
    return hashlib.sha256(versions.encode() + requirements.read_bytes()).hexdigest()


def ensure(requirements: Path, place: str, progress: Progress) -> Path:
    """A tar with the packages of `requirements` below `place`, made if it is not in the state folder yet.

    Raises EngineUnavailable.
    """
    path = state_dir() / "images" / f"packages-{digest(requirements)[:16]}.tar"
    with locked(path.with_name("packages.lock")):
        if not path.exists():
            progress("fetching the probe's Python packages")
            _build(requirements, place, path)
    return path


def _build(requirements: Path, place: str, path: Path) -> None:
    unfinished = path.with_suffix(".part")
    with tempfile.TemporaryDirectory() as folder:
        command = [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"),
            *("--target", folder, "--require-hashes", "--only-binary", ":all:", "--no-deps"),
            *("--python-version", PYTHON_VERSION, "--implementation", "cp"),
            *(word for platform in PLATFORMS for word in ("--platform", platform)),
            *("--requirement", str(requirements)),
        ]
        run_command(command)
        _compile(folder)
        with tarfile.open(unfinished, mode="w") as tar:
            tar.add(folder, arcname=place, filter=_plain)
    unfinished.rename(path)
    for older in set(path.parent.glob("packages-*.tar")) - {path}:
        older.unlink()


def bytecode(content: bytes, name: str) -> tuple[str, bytes] | None:
    """(relative path, bytes) of the bytecode of a source file, None if it has none or we can't compile for the image.

    Without it a container, whose disk is read-only, compiles all of its program at every start.
    """
    folder, _slash, file = name.rpartition("/")
    if COMPILED_BY != PYTHON_VERSION or not file.endswith(".py"):
        return None
    code = compile(content, name, "exec", dont_inherit=True)
    head = importlib.util.MAGIC_NUMBER + UNCHECKED_HASH.to_bytes(4, "little") + importlib.util.source_hash(content)
    path = f"{folder}/__pycache__/{file[:-3]}.{sys.implementation.cache_tag}.pyc".lstrip("/")
    return path, head + marshal.dumps(code)


def _compile(folder: str) -> None:
    """Add bytecode that the image's Python takes unchecked: its disk is read-only, and compiling takes seconds."""
    if COMPILED_BY == PYTHON_VERSION:
        compileall.compile_dir(
            folder, quiet=2, stripdir=folder, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH
        )


def _plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mode |= 0o555 if entry.isdir() else 0o444
    return entry
