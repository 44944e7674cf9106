"""Builds the reference app's image from this checkout, through the same intake as everybody's."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from sandbox.engine import build_app_archive
from sandbox.workers.engines import Engine

SOURCE = Path(__file__).parent / "reference"
KEPT = {".py", ".json", ".css", ".html", ".txt", ".svg", ".js"}


def archive_files() -> dict[str, bytes]:
    """Return the reference app's files by their absolute path in the image."""
    recipe = json.loads((SOURCE / "IMAGE.json").read_text())
    files: dict[str, bytes] = {}
    for package in recipe["packages"]:
        source = SOURCE.parents[1] / package["from"]
        for path in sorted(source.rglob("*")):
            if path.is_file() and path.suffix in KEPT and "__pycache__" not in path.parts:
                place = f"{recipe['workdir']}/{package['to']}/{path.relative_to(source).as_posix()}"
                files[place] = path.read_bytes()
    return files


def build_reference(engine: Engine, **environment: str) -> tuple[str, list[str]]:
    """Build, take in and load the image; returns its id and volumes. Raises IntakeRefused and EngineUnavailable."""
    with tempfile.TemporaryDirectory() as folder:
        archive = write_reference_archive(Path(folder) / "reference.tar", **environment)
        with archive.open("rb") as given, (Path(folder) / "rebuilt.tar").open("w+b") as rebuilt:
            result = engine.intake(given, rebuilt)
            rebuilt.seek(0)
            engine.load(rebuilt, result.image_id)
    return result.image_id, list(result.volumes)


def write_reference_archive(path: Path, **environment: str) -> Path:
    """Write the image archive of the reference app, or of a variant of it chosen by environment variables."""
    recipe = json.loads((SOURCE / "IMAGE.json").read_text())
    return build_app_archive(archive_files(), recipe["command"], environment, path, "reference")
