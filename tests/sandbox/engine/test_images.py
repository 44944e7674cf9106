"""When images are rebuilt, and archives for apps on the locally made base. No engine is needed here."""

import importlib.util
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.engine import build_app_archive, images, packages, rootfs
from tests.sandbox.engine.archives import check, file, files_of, tar


@pytest.fixture
def base(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A tiny stand-in for the base's root filesystem."""
    path = tmp_path / "base.tar"
    path.write_bytes(tar(file("usr/bin/python3", b"python", mode=0o755)))
    monkeypatch.setattr(rootfs, "ensure", lambda _rootfs, _progress: path)
    return path


def test_a_changed_file_changes_the_image(tmp_path: Path) -> None:
    source = tmp_path / "probe"
    source.mkdir()
    (source / "main.py").write_text("1")
    image = images.Image("probe", parent=images.BASE, sources=(("probe", source),))
    before = image.digest()
    (source / "__pycache__").mkdir()
    (source / "__pycache__" / "main.pyc").write_text("cache")
    assert image.digest() == before
    (source / "main.py").write_text("2")
    assert image.digest() != before
    assert image.tag().startswith("minshi.local/probe:")


def test_a_changed_package_list_changes_every_image_on_it() -> None:
    other = replace(images.BASE, root=replace(rootfs.BASE, packages=("python3",)))
    assert other.digest() != images.BASE.digest()
    assert replace(images.INTAKE, parent=other).digest() != images.INTAKE.digest()


def test_a_renamed_file_changes_the_image(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("bc")
    before = images.source_digest(tmp_path)
    (tmp_path / "a").rename(tmp_path / "ab")
    (tmp_path / "ab").write_text("c")
    assert images.source_digest(tmp_path) != before


def test_sources_are_compiled_before_the_disk_is_read_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "PYTHON_VERSION", packages.COMPILED_BY)
    path, compiled = packages.bytecode(b"ANSWER = 42", "part/answer.py")
    (tmp_path / "part" / "__pycache__").mkdir(parents=True)
    (tmp_path / path).write_bytes(compiled)
    (tmp_path / "part" / "answer.py").write_text("raise SystemExit('compiled again')")
    assert importlib.util.cache_from_source(str(tmp_path / "part" / "answer.py")) == str(tmp_path / path)
    command = [sys.executable, "-c", "from part.answer import ANSWER; print(ANSWER)"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=True).stdout == b"42\n"
    assert packages.bytecode(b"{}", "IMAGE.json") is None
    monkeypatch.setattr(packages, "PYTHON_VERSION", "3.1")
    assert packages.bytecode(b"ANSWER = 42", "answer.py") is None


def test_an_app_archive_passes_intake(base: Path, tmp_path: Path) -> None:
    out = build_app_archive(
        {"/srv/app/main.py": b"print('app')"},
        ["python3", "/srv/app/main.py"],
        {"NAME": "甲"},
        tmp_path / "a.tar",
        "app",
    )
    kind, summary, rebuilt = check(out.read_bytes())
    assert kind == "E", summary
    assert summary["config"]["Cmd"] == ["python3", "/srv/app/main.py"]
    assert "NAME=甲" in summary["config"]["Env"]
    assert len(json.loads(files_of(rebuilt)["manifest.json"])[0]["Layers"]) == 2


def test_the_same_app_gives_the_same_bytes(base: Path, tmp_path: Path) -> None:
    files = {"/b": b"2", "/a": b"1"}
    one = build_app_archive(files, ["/a"], {}, tmp_path / "one.tar", "app").read_bytes()
    two = build_app_archive(dict(reversed(files.items())), ["/a"], {}, tmp_path / "two.tar", "app").read_bytes()
    assert one == two
