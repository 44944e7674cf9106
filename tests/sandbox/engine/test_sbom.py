"""The bill of materials: what is read from each package database, over layers, within bounds, as CycloneDX wants it."""

import json
import sqlite3
import struct
import tarfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sandbox.engine import bill
from sandbox.engine.errors import ProtocolBroken
from sandbox.engine.intake import sbom
from tests.sandbox.engine.archives import SMALL, bill_of, docker_archive, file, layer, oci_archive, tar

SCHEMA = json.loads((Path(__file__).parent / "cyclonedx_subset.json").read_text())
ROOMY = replace(SMALL, archive_bytes=64 << 20, layer_bytes=48 << 20, image_bytes=48 << 20, files_per_layer=30_000)
DPKG = """Package: curl
Status: install ok installed
Architecture: amd64
Version: 1:7.88.1-10+deb12u8~x
Description: a tool
 Package: not-a-package

Package: removed
Status: deinstall ok config-files
Architecture: amd64
Version: 1
"""
OS = b'NAME="Debian GNU/Linux"\nID=debian\nVERSION_ID="12"\n'
APK = "C:Q1x=\nP:musl\nV:1.2.4-r2\nA:x86_64\nL:MIT\n\nP:busybox\nV:1.36.1-r15\nA:x86_64\nL:GPL-2.0-only\n"


def document(*layers: bytes, **more: Any) -> dict[str, Any]:
    """The bill of an image of these layers, checked as the worker checks it and against the schema."""
    found = bill.read(bill_of(docker_archive(list(layers)), **more))
    jsonschema.validate(found, SCHEMA, format_checker=jsonschema.FormatChecker())
    references = [component["bom-ref"] for component in found["components"]]
    assert len(set(references)) == len(references)
    return found


def urls(*layers: bytes, **more: Any) -> list[str]:
    found = document(*layers, **more)["components"]
    return [component["purl"] for component in found if component["type"] == "library"]


def notes(found: dict[str, Any]) -> dict[str, str]:
    return {each["name"]: each["value"] for each in found["metadata"]["properties"]}


def python_package(name: str, version: str, folder: str = "usr/lib/python3/dist-packages") -> tuple[Any, bytes]:
    text = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nLicense: MIT\n\nName: from the description\n"
    return file(f"{folder}/{name}-{version}.dist-info/METADATA", text.encode())


def rpm_header(**tags: str | int) -> bytes:
    """A header as rpm stores it: counts, index, data."""
    numbers = {"name": 1000, "version": 1001, "release": 1002, "epoch": 1003, "licence": 1014, "arch": 1022}
    index, data = b"", b""
    for name, value in tags.items():
        if isinstance(value, int):
            data += bytes(-len(data) % 4)
            index += struct.pack(">iIii", numbers[name], 4, len(data), 1)
            data += struct.pack(">I", value)
        else:
            index += struct.pack(">iIii", numbers[name], 6, len(data), 1)
            data += value.encode() + b"\0"
    return struct.pack(">II", len(tags), len(data)) + index + data


def rpm_database(*blobs: Any, schema: str = "CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB)") -> bytes:
    connection = sqlite3.connect(":memory:")
    connection.execute(schema)
    if "TABLE" in schema:
        connection.executemany("INSERT INTO Packages (blob) VALUES (?)", [(blob,) for blob in blobs])
    connection.commit()
    content = bytearray(connection.serialize())
    content[18:20] = b"\2\2"  # as rpm leaves it: write-ahead logging
    return bytes(content)


def test_dpkg_with_its_distribution() -> None:
    content = tar(file("var/lib/dpkg/status", DPKG.encode()), file("usr/lib/os-release", OS))
    assert urls(content) == ["pkg:deb/debian/curl@1:7.88.1-10%2Bdeb12u8~x?arch=amd64&distro=debian-12"]
    system = document(content)["components"][0]
    assert (system["type"], system["name"], system["version"]) == ("operating-system", "debian", "12")


def test_distroless_images_have_a_file_for_each_package() -> None:
    content = tar(
        file("var/lib/dpkg/status.d/tzdata", b"Package: tzdata\nVersion: 2024a\nArchitecture: all\n"),
        file("var/lib/dpkg/status.d/tzdata.md5sums", b"Package: none\nVersion: 1\n"),
    )
    assert urls(content) == ["pkg:deb/debian/tzdata@2024a?arch=all"]


def test_apk_with_licences() -> None:
    found = document(tar(file("lib/apk/db/installed", APK.encode())))["components"]
    assert [component["purl"] for component in found] == [
        "pkg:apk/alpine/busybox@1.36.1-r15?arch=x86_64",
        "pkg:apk/alpine/musl@1.2.4-r2?arch=x86_64",
    ]
    assert found[1]["licenses"] == [{"license": {"name": "MIT"}}]


def test_python_packages() -> None:
    egg = file("opt/x/Old_Name.egg-info/PKG-INFO", b"Name: Old_Name\nVersion: 1.0\n")
    assert urls(tar(python_package("Django", "5.2"), egg)) == ["pkg:pypi/django@5.2", "pkg:pypi/old-name@1.0"]


def test_node_packages_at_their_root_only() -> None:
    content = tar(
        file("app/node_modules/left-pad/package.json", b'{"name": "left-pad", "version": "1.3.0", "license": "WTFPL"}'),
        file("app/node_modules/@babel/core/package.json", b'{"name": "@babel/core", "version": "7.0.0"}'),
        file("app/node_modules/left-pad/test/package.json", b'{"name": "fixture", "version": "1"}'),
        file("app/package.json", b'{"name": "the-app", "version": "1"}'),
        file("app/node_modules/odd/package.json", b'{"name": ["odd"], "version": "1"}'),
        file("app/node_modules/private/package.json", b'{"private": true}'),
    )
    assert urls(content) == ["pkg:npm/%40babel/core@7.0.0", "pkg:npm/left-pad@1.3.0"]


def test_rpm_of_newer_systems() -> None:
    database = rpm_database(
        rpm_header(name="bash", version="5.2", release="1.fc39", epoch=1, arch="x86_64", licence="GPLv3+"),
        rpm_header(name="gpg-pubkey", version="1", release="1"),
    )
    content = tar(
        file("usr/lib/sysimage/rpm/rpmdb.sqlite", database), file("etc/os-release", b"ID=fedora\nVERSION_ID=39\n")
    )
    assert urls(content) == ["pkg:rpm/fedora/bash@5.2-1.fc39?arch=x86_64&distro=fedora-39&epoch=1"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"SQLite format 3\0" + bytes(4000),
        rpm_database(b"short"),
        rpm_database("text"),
        rpm_database(rpm_header(name="a", version="1")[:-1]),
        rpm_database(struct.pack(">II", 2**31, 2**31)),
        rpm_database(schema="CREATE VIEW Packages AS SELECT zeroblob(2000000000) AS blob"),
        rpm_database(
            schema="CREATE VIEW Packages AS WITH RECURSIVE c(x) AS (VALUES(1) UNION ALL SELECT x+1 FROM c) "
            "SELECT x AS blob FROM c WHERE x < 0"
        ),
    ],
)
def test_a_false_rpm_database_is_told_and_nothing_else(content: bytes) -> None:
    found = document(tar(file("var/lib/rpm/rpmdb.sqlite", content)))
    assert found["components"] == []
    assert notes(found)["minshi:unread"] == "var/lib/rpm/rpmdb.sqlite"


def test_what_is_not_read_is_said() -> None:
    found = document(tar(file("var/lib/rpm/Packages", b"Berkeley")))
    assert notes(found)["minshi:unread"] == "var/lib/rpm/Packages"
    assert "Berkeley DB" in notes(found)["minshi:not-read"]
    assert found["compositions"] == [{"aggregate": "incomplete", "assemblies": ["image"]}]


def test_upper_layers_replace_and_hide() -> None:
    lower = tar(
        python_package("alpha", "1.0"),
        python_package("beta", "1.0"),
        python_package("gamma", "1.0", "opt/venv/lib"),
        file("app/node_modules/linked/package.json", b'{"name": "linked", "version": "1"}'),
        file("var/lib/dpkg/status", DPKG.encode()),
    )
    upper = tar(
        file("usr/lib/python3/dist-packages/.wh.alpha-1.0.dist-info"),
        python_package("alpha", "2.0"),
        file("opt/venv/.wh..wh..opq"),
        file("app/node_modules/linked", type=tarfile.SYMTYPE, linkname="/elsewhere"),
        file("var/lib/dpkg/status", DPKG.replace("curl", "wget").encode()),
    )
    assert urls(lower, upper) == [
        "pkg:deb/debian/wget@1:7.88.1-10%2Bdeb12u8~x?arch=amd64",
        "pkg:pypi/alpha@2.0",
        "pkg:pypi/beta@1.0",
    ]
    assert len(urls(upper, lower)) == 6
    assert urls(lower, tar(file(".wh..wh..opq"))) == []
    assert urls(lower, tar(file(".wh.usr"), file(".wh.opt"), file(".wh.app"), file(".wh.var"))) == []


def test_the_same_image_gives_the_same_bytes_from_either_format() -> None:
    layers = [tar(python_package("b", "1"), python_package("a", "1")), layer("x")]
    first = bill_of(docker_archive(layers))
    assert first == bill_of(docker_archive(layers)) == bill_of(oci_archive(layers))
    assert first != bill_of(docker_archive([tar(python_package("a", "1"))]))


def test_a_package_in_two_places_is_one_component() -> None:
    (found,) = document(tar(python_package("a", "1", "x"), python_package("a", "1", "y")))["components"]
    assert [each["value"] for each in found["properties"]] == ["x/a-1.dist-info/METADATA", "y/a-1.dist-info/METADATA"]


def test_hostile_texts_stay_short_and_printable() -> None:
    script = "<script>alert(1)</script>\x1b[31m\u202e"
    content = tar(
        file("a/node_modules/x/package.json", json.dumps({"name": script, "version": "1" * 5000}).encode()),
        file("a/node_modules/y/package.json", b"[" * 100_000),
        file("a/node_modules/z/package.json", b'{"name": "z", "version": 5}'),
        file("etc/os-release", b"ID=../../etc\nVERSION_ID=$(id)\n"),
    )
    found = document(content)
    (component,) = found["components"]
    assert component["name"] == "<script>alert(1)</script>[31m"
    assert len(component["version"]) == 200
    assert component["purl"].startswith("pkg:npm/%3Cscript%3Ealert%281%29%3C/script%3E%5B31m@1")
    assert notes(found)["minshi:unread"] == "a/node_modules/y/package.json"


def test_too_many_packages_are_cut_and_told() -> None:
    status = "".join(f"Package: p{number}\nVersion: {number}\n\n" for number in range(21_000))
    found = bill.read(bill_of(docker_archive([tar(file("var/lib/dpkg/status", status.encode()))]), limits=ROOMY))
    assert len(found["components"]) == sbom.MOST_COMPONENTS
    assert "minshi:cut" not in notes(document(tar(python_package("a", "1"))))


def test_the_document_is_bounded_in_bytes() -> None:
    files = [
        file(
            f"n{number}/node_modules/p/package.json",
            json.dumps({"name": "名" * 190 + str(number), "version": "版" * 200}).encode(),
        )
        for number in range(2000)
    ]
    text = bill_of(docker_archive([tar(*files)]), limits=ROOMY)
    assert len(text) <= sbom.MOST_BYTES
    assert "minshi:cut" in notes(bill.read(text))


def test_a_database_over_its_cap_is_not_read() -> None:
    found = document(tar(file("a/node_modules/x/package.json", b" " * (1 << 20) + b"{}")), limits=ROOMY)
    assert notes(found)["minshi:unread"] == "a/node_modules/x/package.json"


def test_many_whiteouts_take_no_more_room_than_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    room = sbom.Room(left=2000)
    materials = sbom.Materials(room)
    for number in range(100):
        materials.notice(f"a/.wh.{number}")
    assert len(materials.hidden) < 10
    assert not materials.is_complete


@pytest.mark.parametrize(
    "change",
    [
        {"bomFormat": "other"},
        {"extra": 1},
        {"components": {}},
        {"components": [{"type": "library", "bom-ref": "x", "name": "x", "purl": "javascript:alert(1)"}]},
        {"components": [{"type": "library", "bom-ref": "x", "name": "", "purl": "pkg:npm/x@1"}]},
        {"components": [{"type": "file", "bom-ref": "x", "name": "x", "purl": "pkg:npm/x@1"}]},
        {"components": [{"type": "library", "bom-ref": "x", "name": "x", "purl": "pkg:npm/x@1", "url": "x"}]},
        {"components": [{"type": "operating-system", "bom-ref": "x", "name": "x"}] * 30_000},
    ],
)
def test_the_worker_takes_nothing_else(change: dict[str, Any]) -> None:
    honest = json.loads(bill_of(docker_archive([layer()])))
    bill.read(json.dumps(honest).encode())
    with pytest.raises(ValueError, match=r"bill|component"):
        bill.read(json.dumps(honest | change).encode())


@pytest.mark.parametrize("text", [b"", b"[", b"[]", b"1"])
def test_the_worker_takes_no_other_json(text: bytes) -> None:
    with pytest.raises((ValueError, ProtocolBroken)):
        bill.read(text)
