"""Packs a test kit: plan, seed, manifest, the checks' own source and one script, as the same zip every time."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

from sandbox.reports.check_words import KIT_SCRIPT

KIT_VERSION = 1
FOLDER = "minshi-kit"
SOURCE = Path(__file__).resolve().parents[1]
# Everything that the checks and the report need, and nothing that knows the platform.
PACKAGES = ("kit", "probe", "reports", "world")
NEVER = ("__pycache__", "bundle.py")
DAY_ZERO = (1980, 1, 1, 0, 0, 0)
PLAIN, RUNNABLE = 0o100644, 0o100755


@dataclass(frozen=True)
class Kit:
    """What one kit is for. `plan` is canonical JSON, as its SHA-256 was taken; `run` is empty for an order."""

    order: str
    plan: bytes
    seed: int
    manifest: Mapping[str, Any]
    limits: Mapping[str, Any]
    run: str = ""
    app: str = ""
    version: str = ""


def bundle(kit: Kit) -> bytes:
    """Return the zip. Nothing in it is compressed, dated or owned, so that the same kit is the same bytes anywhere."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name, content in sorted(_files(kit)):
            entry = zipfile.ZipInfo(f"{FOLDER}/{name}", DAY_ZERO)
            entry.create_system = 3
            entry.external_attr = (RUNNABLE if name == KIT_SCRIPT else PLAIN) << 16
            archive.writestr(entry, content)
    return made.getvalue()


def _files(kit: Kit) -> Iterator[tuple[str, bytes]]:
    here = Path(__file__).parent
    about = {
        "kit_version": KIT_VERSION,
        "order": kit.order,
        "run": kit.run,
        "app": kit.app,
        "version": kit.version,
        "seed": kit.seed,
        "plan_sha256": hashlib.sha256(kit.plan).hexdigest(),
        "limits": dict(kit.limits),
    }
    yield "kit.json", _json(about)
    yield "plan.json", kit.plan
    yield "manifest.json", _json(kit.manifest)
    readme = Template((here / "README.md").read_text(encoding="utf-8"))
    yield "README.md", readme.safe_substitute(order=kit.order, seed=kit.seed, plan=about["plan_sha256"]).encode()
    yield KIT_SCRIPT, (here / "bootstrap.py").read_bytes()
    yield "requirements.txt", (SOURCE / "probe" / "requirements.txt").read_bytes()
    yield "sandbox/__init__.py", (SOURCE / "__init__.py").read_bytes()
    for package in PACKAGES:
        yield from _package(package)


def _package(name: str) -> Iterator[tuple[str, bytes]]:
    for path in (SOURCE / name).rglob("*"):
        if path.is_file() and not any(part in NEVER for part in path.parts):
            yield f"sandbox/{path.relative_to(SOURCE).as_posix()}", path.read_bytes()


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, indent=2).encode() + b"\n"
