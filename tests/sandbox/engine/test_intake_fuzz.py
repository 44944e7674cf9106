"""Intake under damaged and invented archives: a clean refusal or a valid result, in time, and nothing written anywhere.

In-process on the intake program itself. MINSHI_FUZZ_EXAMPLES makes it longer than the few hundred of the fast suite.
"""

import gzip
import io
import json
import os
import random
import sys
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.engine import bill
from sandbox.engine.intake.__main__ import converse
from sandbox.engine.intake_container import take
from sandbox.engine.limits import MIB
from sandbox.engine.rebuilding import RebuiltArchive
from sandbox.engine.refusals import REFUSALS, sentence
from tests.sandbox.engine.archives import (
    SMALL,
    answers,
    config,
    digest,
    docker_archive,
    file,
    frames,
    layer,
    oci_archive,
    tar,
)
from tests.sandbox.engine.test_sbom import APK, DPKG, OS, python_package, rpm_database, rpm_header

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:Generating overly large repr")]
EXAMPLES = int(os.environ.get("MINSHI_FUZZ_EXAMPLES", "300"))
SECONDS = 30
FUZZ = settings(
    max_examples=EXAMPLES,
    derandomize="MINSHI_FUZZ_EXAMPLES" not in os.environ,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
LIMITS = replace(SMALL, files_per_layer=200)


def rich_layer() -> bytes:
    """A layer with every kind of entry and every package database."""
    return tar(
        file("./srv", type=tarfile.DIRTYPE, mode=0o1777),
        file("srv/证件.txt", "居住证".encode()),
        file("srv/link", type=tarfile.SYMTYPE, linkname="/srv/x"),
        file("srv/hard", type=tarfile.LNKTYPE, linkname="srv/证件.txt"),
        file("bin/su", b"x", mode=0o4755, pax_headers={"SCHILY.xattr.security.capability": "x"}),
        file("n" * 150, b"long"),
        file("srv/.wh.gone"),
        file("var/lib/dpkg/status", DPKG.encode()),
        file("lib/apk/db/installed", APK.encode()),
        file("var/lib/rpm/rpmdb.sqlite", rpm_database(rpm_header(name="bash", version="5", release="1", epoch=1))),
        file("app/node_modules/@a/b/package.json", b'{"name": "@a/b", "version": "1.0.0"}'),
        python_package("alpha", "1"),
        file("etc/os-release", OS),
    )


SEEDS = (
    docker_archive([layer("a"), rich_layer()]),
    docker_archive([rich_layer()], stored=[gzip.compress(rich_layer(), mtime=0)]),
    oci_archive([layer("a"), rich_layer()], attestation=True),
)


FORBIDDEN = ("os.", "subprocess.", "socket.", "shutil.", "tempfile.", "ctypes.", "pty.", "fcntl.")
reached_out: list[str] = []
watching = False


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    """Notice, while the program runs, whatever it does beyond computing; files may be read (modules are)."""
    if not watching:
        return
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        reached_out.append(f"open {arguments[0]}")
    elif event.startswith(FORBIDDEN) and event != "os.listdir":
        reached_out.append(event)


@pytest.fixture(autouse=True, scope="module")
def audit() -> None:
    """An audit hook stays for the rest of the process; it is idle outside `watched`."""
    sys.addaudithook(watch)


@contextmanager
def watched() -> Iterator[None]:
    """Nothing inside may write a file, start a process or open a connection."""
    global watching
    reached_out.clear()
    watching = True
    try:
        yield
    finally:
        watching = False
    assert reached_out == []


def test_the_watch_sees_what_it_must(tmp_path: Path) -> None:
    for act in (lambda: (tmp_path / "x").write_text("x"), lambda: os.mkdir(tmp_path / "y")):  # noqa: PTH102
        with pytest.raises(AssertionError), watched():
            act()


def examine(archive: bytes) -> str:
    """Let the program read an archive and hold it to its word; "E" or the code of the refusal."""
    began = time.monotonic()
    rebuilt_file = io.BytesIO()
    rebuilt = RebuiltArchive(rebuilt_file, LIMITS.image_bytes + MIB)
    with watched():
        told = answers(archive, LIMITS)
    for kind, data in told:
        take(rebuilt, kind.encode(), data)
    assert time.monotonic() - began < SECONDS
    kind, data = told[-1]
    answer = json.loads(data)
    if kind == "R":
        assert answer["code"] in REFUSALS
        assert len(answer["place"]) <= 200
        assert answer["place"].isprintable()
        assert all(sentence(answer["code"], answer["place"], answer["params"], language) for language in ("zh", "en"))
        return str(answer["code"])
    assert kind == "E"
    bill.read(b"".join(data for kind, data in told if kind == "S"))
    hold_to_its_word(rebuilt_file.getvalue(), answer)
    return kind


def hold_to_its_word(archive: bytes, summary: dict[str, Any]) -> None:
    """A result is an archive with one image whose layers are plain and whose digests are true."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        files = {entry.name: opened.extractfile(entry).read() for entry in opened}
    (image,) = json.loads(files["manifest.json"])
    assert image["RepoTags"] is None
    assert digest(files[image["Config"]]) == summary["config_digest"].removeprefix("sha256:")
    document = json.loads(files[image["Config"]])
    assert set(document["config"]) <= {"Entrypoint", "Cmd", "Env", "WorkingDir", "ExposedPorts"}
    assert document["rootfs"]["diff_ids"] == [f"sha256:{digest(files[name])}" for name in image["Layers"]]
    assert len(files) == 5 + len(set(image["Layers"])), "nothing else is in it"
    for name in set(image["Layers"]):
        with tarfile.open(fileobj=io.BytesIO(files[name])) as opened:
            for entry in opened:
                assert not entry.name.startswith("/")
                assert ".." not in entry.name.split("/")
                assert not entry.isdev() or entry.isfifo()
                assert not entry.mode & 0o6000
                assert not entry.issparse()
                assert not any("xattr" in key for key in entry.pax_headers)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """One of the seeds with bytes changed, blocks moved, doubled, cut or zeroed."""
    content = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(content) - 1))
        block = at // 512 * 512
        match draw(st.integers(0, 6)):
            case 0:
                content[at] ^= 1 << draw(st.integers(0, 7))
            case 1:
                content[at : at + 8] = draw(st.binary(min_size=8, max_size=8))
            case 2:
                content[block:block] = content[block : block + 512 * draw(st.integers(1, 8))]
            case 3:
                del content[block : block + 512 * draw(st.integers(1, 4))]
            case 4:
                content[block : block + 512] = bytes(512)
            case 5:
                del content[draw(st.integers(1, len(content))) :]
            case _:
                retyped(content, block, draw(st.sampled_from(b"01234567xgLKSVNXA\0")), draw(st.integers(0, 2**33)))
        if not content:
            content = bytearray(1)
    return bytes(content)


def retyped(content: bytearray, block: int, kind: int, size: int) -> None:
    """Make a header of another kind and size out of a block, with a sum that is right."""
    if block + 512 > len(content):
        return
    content[block + 156] = kind
    content[block + 124 : block + 136] = f"{size:011o}\0".encode()
    content[block + 148 : block + 156] = b" " * 8
    content[block + 148 : block + 156] = f"{sum(content[block : block + 512]):06o}\0 ".encode()


names = st.one_of(
    st.sampled_from(
        ["a", "a/b", "../x", "/etc/passwd", "a/../../b", ".", "", ".wh..wh..opq", ".wh.a", "a/.wh.", "x" * 300]
    ),
    st.sampled_from(["var/lib/dpkg/status", "lib/apk/db/installed", "var/lib/rpm/rpmdb.sqlite", "etc/os-release"]),
    st.sampled_from(["a/node_modules/b/package.json", "x.dist-info/METADATA"]),
    st.text(min_size=1, max_size=40),
)
kinds = st.sampled_from(
    [
        getattr(tarfile, name)
        for name in ("REGTYPE", "DIRTYPE", "SYMTYPE", "LNKTYPE", "CHRTYPE", "BLKTYPE", "FIFOTYPE", "CONTTYPE")
    ]
)
attributes = st.dictionaries(
    st.sampled_from(
        [
            "SCHILY.xattr.user.a",
            "SCHILY.xattr.trusted.x",
            "GNU.sparse.major",
            "path",
            "size",
            "mtime",
            "uid",
            "comment",
            "hdrcharset",
        ]
    ),
    st.sampled_from(["inf", "-inf", "nan", "1e400", "-1", "0.5", "9" * 40])
    | st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"), max_size=60),
    max_size=2,
)


@st.composite
def invented_layer(draw: st.DrawFn) -> bytes:
    """A tar of odd entries, written by the most permissive writer there is."""
    buffer = io.BytesIO()
    with tarfile.open(
        fileobj=buffer, mode="w", format=draw(st.sampled_from([0, 1, 2])), errors="surrogateescape"
    ) as made:
        for _ in range(draw(st.integers(0, 6))):
            content = draw(st.binary(max_size=600))
            entry, _content = file(draw(names), content, type=draw(kinds), mode=draw(st.integers(0, 0o7777)))
            entry.linkname = draw(names)
            entry.pax_headers = draw(attributes)
            try:
                made.addfile(entry, io.BytesIO(content))
            except (ValueError, UnicodeError):
                continue
    return buffer.getvalue()


json_values: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.just("sha256:" + "0" * 64),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
configs = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(
        ("Cmd", "Entrypoint", "Env", "Volumes", "ExposedPorts", "User", "WorkingDir", "Labels", "Healthcheck"),
        json_values,
    ),
)


@FUZZ
@given(damaged())
def test_damaged_archives(archive: bytes) -> None:
    examine(archive)


@FUZZ
@given(st.lists(invented_layer(), min_size=1, max_size=3), st.booleans(), st.booleans())
def test_invented_layers(layers: list[bytes], packed: bool, oci: bool) -> None:
    stored = [gzip.compress(each, 1, mtime=0) if packed else each for each in layers]
    examine(oci_archive(layers) if oci else docker_archive(layers, stored=stored))


@FUZZ
@given(configs, json_values, json_values)
def test_invented_documents(given_config: dict[str, Any], manifest: Any, rootfs: Any) -> None:
    content = layer("a")
    examine(docker_archive([content], document=config([content], config=given_config)))
    examine(docker_archive([content], document=config([content], rootfs=rootfs)))
    examine(docker_archive([content], manifest=manifest))
    examine(docker_archive([content], manifest=[{"Config": manifest, "Layers": rootfs}]))
    index = json.dumps({"schemaVersion": 2, "manifests": manifest}).encode()
    examine(tar(file("oci-layout", b"{}"), file("index.json", index)))


@FUZZ
@given(st.binary(max_size=3000), st.sampled_from(["", "manifest.json", "index.json", "a/node_modules/b/package.json"]))
def test_noise(noise: bytes, name: str) -> None:
    examine(tar(file(name, noise)) if name else noise)
    for database in ("var/lib/dpkg/status", "var/lib/rpm/rpmdb.sqlite", "x.dist-info/METADATA", "etc/os-release"):
        assert examine(docker_archive([tar(file(database, noise))])) == "E"


def test_a_worker_that_goes_away_ends_the_program() -> None:
    whole = frames(SEEDS[0])
    randomness = random.Random(5)
    for _ in range(20):
        cut = io.BytesIO(whole[: randomness.randrange(len(whole))])
        with pytest.raises((EOFError, ValueError)):
            converse(cut, io.BytesIO())
