"""Every kind of hostile or broken archive is refused with its code, at its place."""

import gzip
import io
import json
import random
import tarfile
from dataclasses import replace
from typing import Any

import pytest

from sandbox.engine.refusals import REFUSALS, sentence
from tests.sandbox.engine.archives import (
    SMALL,
    check,
    config,
    digest,
    docker_archive,
    file,
    layer,
    oci_archive,
    tar,
)


def refusal(archive: bytes, **more: Any) -> tuple[str, str, dict[str, Any]]:
    kind, answer, _rebuilt = check(archive, **more)
    assert kind == "R", answer
    for language in ("zh", "en"):
        assert all(sentence(answer["code"], answer["place"], answer["params"], language))
    return answer["code"], answer["place"], answer["params"]


def with_layer(content: bytes, stored: bytes | None = None) -> bytes:
    return docker_archive([content], stored=[stored if stored is not None else content])


def pax_sparse(version: str) -> bytes:
    """A few bytes that claim to unpack to 3 GB, in each way that PAX has of saying so."""
    headers = {
        "0.0": {"GNU.sparse.size": "3000000000", "GNU.sparse.numblocks": "0"},
        "0.1": {"GNU.sparse.size": "3000000000", "GNU.sparse.map": "0,1"},
        "1.0": {
            "GNU.sparse.major": "1",
            "GNU.sparse.minor": "0",
            "GNU.sparse.name": "big",
            "GNU.sparse.realsize": "3000000000",
        },
    }[version]
    return tar(file("big", b"1\n0\n1\n".ljust(512, b"\0"), pax_headers=headers))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a tar", b"\x7fELF" * 500, bytes(1024), b"{}" * 600])
def test_what_is_no_archive(content: bytes) -> None:
    assert refusal(content)[0] == "not_an_archive"


def test_a_zipped_archive_is_not_unpacked() -> None:
    assert refusal(gzip.compress(docker_archive([layer()])))[0] == "not_an_archive"


def test_an_archive_cut_off_anywhere_is_told_so() -> None:
    whole = docker_archive([layer("a"), layer("b")])
    end = whole.rindex(b"manifest.json")
    for length in (600, 1536, 5000, end // 2, end, end + 200, end + 600):
        assert refusal(whole[:length])[0] == "archive_cut_off", length


def test_an_archive_over_the_cap() -> None:
    code, _place, params = refusal(bytes(SMALL.archive_bytes + 1), limits=SMALL)
    assert code in {"archive_too_big", "not_an_archive"}
    noise = tar(file("x", bytes(SMALL.archive_bytes)))
    code, _place, params = refusal(noise)
    assert (code, params) == ("archive_too_big", {"limit_mib": 4})


@pytest.mark.parametrize("name", ["../escape", "/etc/passwd", "a/../../b"])
def test_names_that_leave_the_archive(name: str) -> None:
    assert refusal(tar(file(name, b"{}")))[:2] == ("archive_name", name)


def test_two_entries_of_one_name() -> None:
    archive = docker_archive([layer()], extra=(file("Manifest.json", b"[]"),))
    assert refusal(archive)[:2] == ("duplicate_entry", "manifest.json")


def test_a_device_in_the_archive() -> None:
    assert refusal(tar(file("sda", type=tarfile.BLKTYPE)))[0] == "odd_entry"


def test_too_many_entries() -> None:
    limits = replace(SMALL, archive_entries=3)
    assert refusal(tar(*(file(str(number)) for number in range(4))), limits=limits)[0] == "too_many_entries"


def test_no_image_in_the_archive() -> None:
    assert refusal(tar(file("etc/passwd", b"root")))[0] == "not_an_image"


def test_keys_equal_but_for_case() -> None:
    content = layer()
    text = json.dumps(config([content])).encode()
    name = f"{digest(text)}.json"
    for other in ("repotags", "RepoTagſ"):
        manifest = f'[{{"Config":"{name}","RepoTags":null,"{other}":["trusted:latest"],"Layers":["0/layer.tar"]}}]'
        code, place, params = refusal(docker_archive([content], manifest=manifest.encode()))
        assert (code, place) == ("duplicate_key", "manifest.json")
        assert params["key"] == other


@pytest.mark.parametrize("text", [b"[", b"[NaN]", b"[" * 100_000, b'["\xff"]'])
def test_what_is_no_json(text: bytes) -> None:
    assert refusal(docker_archive([layer()], manifest=text))[:2] == ("bad_json", "manifest.json")


def test_json_over_the_cap() -> None:
    huge = json.dumps([{"Config": "x" * (1 << 20)}]).encode()
    assert refusal(docker_archive([layer()], manifest=huge))[:2] == ("json_too_big", "manifest.json")
    document = json.dumps(config([layer()], comment="x" * (1 << 20))).encode()
    code, _place, params = refusal(docker_archive([layer()], document=document))
    assert (code, params) == ("json_too_big", {"limit_kib": 1024})


@pytest.mark.parametrize("count", [0, 2])
def test_other_than_one_image(count: int) -> None:
    archive = docker_archive([layer()], manifest=[{"Config": "x", "Layers": []}] * count)
    assert refusal(archive)[::2] == ("image_count", {"found": count})


def test_another_platform() -> None:
    content = layer()
    code, _place, params = refusal(docker_archive([content], document=config([content], architecture="arm64")))
    assert (code, params) == ("platform", {"found": "linux/arm64"})
    assert refusal(oci_archive([content], platform="s390x"))[0] == "platform"


def test_too_many_layers() -> None:
    code, _place, params = refusal(docker_archive([layer(str(number)) for number in range(6)]))
    assert (code, params) == ("too_many_layers", {"found": 6, "limit": 5})


def test_a_layer_that_the_configuration_does_not_know() -> None:
    assert refusal(docker_archive([layer("a"), layer("b")], document=config([layer("a")])))[0] == "layer_count"


def test_a_wrong_digest() -> None:
    content = layer("a")
    wrong_config = [{"Config": "0" * 64 + ".json", "Layers": ["0/layer.tar"]}]
    lying = docker_archive(
        [content], manifest=wrong_config, extra=(file("0" * 64 + ".json", json.dumps(config([content])).encode()),)
    )
    assert refusal(lying)[0] == "wrong_digest"
    blob = oci_archive([content]).replace(gzip.compress(content, mtime=0)[-8:], b"\0" * 8)
    assert refusal(blob)[0] in {"wrong_digest", "layer_damaged"}


def test_a_wrong_diff_id() -> None:
    code, place, params = refusal(docker_archive([layer("a")], document=config([layer("b")])))
    assert (code, place, params) == ("wrong_diff_id", "0/layer.tar", {"number": 1})


def test_a_missing_layer() -> None:
    content = layer()
    text = json.dumps(config([content])).encode()
    archive = docker_archive([content], manifest=[{"Config": f"{digest(text)}.json", "Layers": ["9/layer.tar"]}])
    assert refusal(archive)[:2] == ("missing_file", "9/layer.tar")


@pytest.mark.parametrize("version", ["0.0", "0.1", "1.0"])
def test_sparse_files(version: str) -> None:
    assert refusal(with_layer(pax_sparse(version)))[0] == "sparse_file"


def test_old_gnu_sparse_files() -> None:
    header = bytearray(tar(file("big", b"x"), form=tarfile.GNU_FORMAT))
    header[156:157] = b"S"
    header[148:156] = b" " * 8
    header[148:156] = f"{sum(header[:512]):06o}\0 ".encode()
    assert refusal(with_layer(bytes(header)))[0] == "sparse_file"


def test_a_layer_that_unpacks_to_more_than_the_cap() -> None:
    content = tar(file("big", bytes(2 << 20)))
    packed = gzip.compress(content)
    assert len(packed) < 10_000
    code, _place, params = refusal(with_layer(content, packed))
    assert (code, params) == ("layer_too_big", {"limit_mib": 1})


def test_gzip_in_gzip() -> None:
    content = layer()
    assert refusal(with_layer(content, gzip.compress(gzip.compress(content))))[0] == "layer_not_tar"


def test_layers_within_the_cap_but_too_big_together() -> None:
    parts = [tar(file(str(number), bytes(900_000))) for number in range(3)]
    assert refusal(docker_archive(parts, stored=[gzip.compress(part) for part in parts]))[0] == "image_too_big"


def test_too_many_files() -> None:
    assert refusal(with_layer(layer(*(str(number) for number in range(51)))))[0] == "too_many_files"


@pytest.mark.parametrize("name", ["../up", "/abs", "a/../../b", "x" * 5000, ".wh...", ".wh.", "a/.wh..", "bad\udcff"])
def test_names_in_a_layer(name: str) -> None:
    entry, content = file("placeholder", b"")
    entry.name = name
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT, errors="surrogateescape") as archive:
        archive.addfile(entry, io.BytesIO(content))
    assert refusal(with_layer(buffer.getvalue()))[0] == "bad_name"


@pytest.mark.parametrize("target", ["../../etc/shadow", "/etc/shadow"])
def test_hard_links_that_leave_the_image(target: str) -> None:
    assert refusal(with_layer(tar(file("a", type=tarfile.LNKTYPE, linkname=target))))[0] == "bad_link"


def test_block_devices() -> None:
    assert refusal(with_layer(tar(file("sda", type=tarfile.BLKTYPE))))[:2] == ("device_file", "0/layer.tar: sda")


@pytest.mark.parametrize("prefix", ["SCHILY.xattr.", "LIBARCHIVE.xattr."])
def test_trusted_attributes(prefix: str) -> None:
    content = tar(file("a", b"x", pax_headers={f"{prefix}trusted.overlay.redirect": "/etc"}))
    assert refusal(with_layer(content))[0] == "trusted_attribute"


def test_a_header_that_would_fill_the_memory() -> None:
    content = tar(file("a", b"x", pax_headers={"comment": "x" * 1_100_000}))
    limits = replace(SMALL, layer_bytes=4 << 20)
    assert refusal(with_layer(content), limits=limits)[0] == "header_too_big"


@pytest.mark.parametrize("magic", [b"\x28\xb5\x2f\xfd", b"\xfd7zXZ\x00", b"BZh9"])
def test_other_compressions(magic: bytes) -> None:
    assert refusal(with_layer(layer(), magic + bytes(600)))[0] == "layer_compression"


def test_a_damaged_layer() -> None:
    content = tar(file("a", random.Random(1).randbytes(5000)))
    assert refusal(with_layer(content, gzip.compress(content)[:-3000]))[0] in {"layer_damaged", "layer_not_tar"}
    damaged = gzip.compress(content)
    assert refusal(with_layer(content, damaged[:-8] + b"\0" * 8))[0] == "layer_damaged"


def test_a_layer_with_a_broken_header_after_its_first_entry() -> None:
    content = bytearray(layer("a", "b"))
    content[1024:1100] = b"\xff" * 76
    assert refusal(with_layer(bytes(content)))[0] == "layer_not_tar"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "no_command"),
        ({"Cmd": "python3 app.py"}, "bad_config"),
        ({"Cmd": [1]}, "bad_config"),
        ({"Cmd": ["a\0b"]}, "bad_config"),
        ({"Cmd": ["x"], "Env": ["NOVALUE"]}, "bad_config"),
        ({"Cmd": ["x"], "WorkingDir": "../x"}, "bad_config"),
        ({"Cmd": ["x"], "Volumes": {"/": {}}}, "bad_volume"),
        ({"Cmd": ["x"], "Volumes": {"/proc/x": {}}}, "bad_volume"),
        ({"Cmd": ["x"], "Volumes": {"relative": {}}}, "bad_volume"),
        ({"Cmd": ["x"], "Volumes": {"/a/../../b": {}}}, "bad_volume"),
        ({"Cmd": ["x"], "Volumes": {f"/v{number}": {} for number in range(9)}}, "too_many_volumes"),
        ([], "no_command"),
        (["x"], "bad_config"),
    ],
)
def test_configurations(given: Any, code: str) -> None:
    content = layer()
    assert refusal(docker_archive([content], document=config([content], config=given)))[0] == code


@pytest.mark.parametrize(
    "given",
    [
        {"Cmd": ["x"], "Env": [f"A{number}=1" for number in range(300)]},
        {"Cmd": ["x"], "Env": ["A=" + "x" * 40_000]},
        {"Cmd": ["x"], "Env": ["=x"]},
        {"Cmd": ["x"] * 300},
        {"Cmd": ["\ud800"]},
        {"Entrypoint": {"0": "x"}},
        {"Cmd": ["x"], "WorkingDir": "/a\x1b[31m"},
        {"Cmd": ["x"], "ExposedPorts": ["8080"]},
        {"Cmd": ["x"], "User": 5},
    ],
)
def test_configurations_that_are_too_much(given: Any) -> None:
    content = layer()
    assert refusal(docker_archive([content], document=config([content], config=given)))[0] == "bad_config"


def test_places_are_bounded_and_printable() -> None:
    name = "a\x1b[31m" + "x" * 900
    code, place, _params = refusal(with_layer(tar(file(name, type=tarfile.BLKTYPE))))
    assert code == "device_file"
    assert len(place) <= 200
    assert place.isprintable()


def test_noise_never_crashes_the_program() -> None:
    whole = bytearray(docker_archive([layer("a"), layer("b")]))
    randomness = random.Random(20260803)
    for _round in range(150):
        damaged = bytearray(whole)
        for _byte in range(randomness.randint(1, 40)):
            damaged[randomness.randrange(len(damaged))] = randomness.randrange(256)
        kind, answer, _rebuilt = check(bytes(damaged))
        assert kind == "E" or answer["code"] in REFUSALS
