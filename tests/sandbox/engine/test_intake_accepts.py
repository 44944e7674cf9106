"""What intake takes, and what the rebuilt archive looks like."""

import gzip
import hashlib
import io
import json
import tarfile

import pytest

from sandbox.engine.intake.layers import LARGEST_TIME
from tests.sandbox.engine.archives import check, config, docker_archive, file, files_of, layer, oci_archive, tar


def rebuilt_layer(archive: bytes, number: int = 0) -> tarfile.TarFile:
    files = files_of(archive)
    name = json.loads(files["manifest.json"])[0]["Layers"][number]
    return tarfile.open(fileobj=io.BytesIO(files[name]))


def test_the_rebuilt_archive_has_one_image_without_names() -> None:
    kind, summary, rebuilt = check(docker_archive([layer("a"), layer("b")]))
    assert kind == "E"
    files = files_of(rebuilt)
    (image,) = json.loads(files["manifest.json"])
    assert image["RepoTags"] is None
    assert image["Config"] == f"blobs/sha256/{summary['config_digest'].removeprefix('sha256:')}"
    assert hashlib.sha256(files[image["Config"]]).hexdigest() == summary["config_digest"].removeprefix("sha256:")
    document = json.loads(files[image["Config"]])
    stored = [f"sha256:{hashlib.sha256(files[name]).hexdigest()}" for name in image["Layers"]]
    assert document["rootfs"]["diff_ids"] == stored
    assert len(stored) == 2


def test_the_oci_side_of_the_rebuilt_archive_is_the_same_image() -> None:
    _kind, summary, rebuilt = check(docker_archive([layer()]))
    files = files_of(rebuilt)
    (described,) = json.loads(files["index.json"])["manifests"]
    assert described["digest"] == summary["manifest_digest"]
    manifest = json.loads(files[f"blobs/sha256/{described['digest'][7:]}"])
    assert manifest["config"]["digest"] == summary["config_digest"]


@pytest.mark.parametrize("attestation", [False, True])
def test_oci_layouts_are_read_and_attestations_are_not_images(attestation: bool) -> None:
    kind, summary, rebuilt = check(oci_archive([layer("a"), layer("b")], attestation=attestation))
    assert kind == "E", summary
    assert rebuilt_layer(rebuilt, 1).getnames() == ["b"]


def test_the_same_image_gets_the_same_id_from_either_format() -> None:
    layers = [layer("a"), layer("b")]
    assert check(docker_archive(layers))[1]["config_digest"] == check(oci_archive(layers))[1]["config_digest"]


def test_gzip_layers_are_unpacked() -> None:
    content = layer("a")
    kind, _summary, rebuilt = check(docker_archive([content], stored=[gzip.compress(content)]))
    assert kind == "E"
    assert rebuilt_layer(rebuilt).getnames() == ["a"]


def test_a_layer_used_twice_is_stored_once() -> None:
    content = layer("a")
    kind, summary, rebuilt = check(docker_archive([content, content]))
    assert kind == "E"
    names = json.loads(files_of(rebuilt)["manifest.json"])[0]["Layers"]
    assert len(names) == 2
    assert len(set(names)) == 1
    assert summary["uncompressed_bytes"] == len(files_of(rebuilt)[names[0]])


def test_older_archives_link_to_repeated_layers() -> None:
    content = layer("a")
    document = config([content, content])
    text = json.dumps(document).encode()
    name = f"{hashlib.sha256(text).hexdigest()}.json"
    link, _nothing = file("two/layer.tar", type=tarfile.SYMTYPE, linkname="../one/layer.tar")
    manifest = json.dumps([{"Config": name, "RepoTags": None, "Layers": ["one/layer.tar", "two/layer.tar"]}]).encode()
    archive = tar(file("one/layer.tar", content), (link, b""), file(name, text), file("manifest.json", manifest))
    assert check(archive)[0] == "E"


def test_only_whitelisted_configuration_survives() -> None:
    content = layer()
    given = {
        "Entrypoint": ["/bin/app"],
        "Cmd": ["--serve"],
        "Env": ["A=1", "LD_PRELOAD=/x.so", "PYTHONPATH=/x", "HTTPS_PROXY=http://x", "https_proxy=http://x"],
        "WorkingDir": "/srv",
        "ExposedPorts": {"8080/tcp": {}},
        "Volumes": {"/data": {}, "/tmp/cache": {}},  # noqa: S108
        "User": "root",
        "Labels": {"org.minshi.run": "someone else's"},
        "OnBuild": ["RUN x"],
        "Healthcheck": {"Test": ["CMD", "x"]},
        "StopSignal": "SIGKILL",
        "Shell": ["x"],
    }
    _kind, summary, rebuilt = check(docker_archive([content], document=config([content], config=given)))
    files = files_of(rebuilt)
    document = json.loads(files[json.loads(files["manifest.json"])[0]["Config"]])
    assert document["config"] == {
        "Entrypoint": ["/bin/app"],
        "Cmd": ["--serve"],
        "Env": ["A=1"],
        "WorkingDir": "/srv",
        "ExposedPorts": {"8080/tcp": {}},
    }
    assert summary["volumes"] == ["/data"]
    dropped = {note["params"]["name"] for note in summary["notes"] if note["code"] == "variable_dropped"}
    assert dropped == {"LD_PRELOAD", "PYTHONPATH", "HTTPS_PROXY", "https_proxy"}
    assert "user_replaced" in {note["code"] for note in summary["notes"]}


def test_set_id_bits_attributes_and_character_devices_go_and_are_told() -> None:
    capability = {"SCHILY.xattr.security.capability": "x"}
    content = tar(
        file("bin/su", b"x", mode=0o4755),
        file("bin/ping", b"x", mode=0o755, pax_headers=capability),
        file("dev/null", type=tarfile.CHRTYPE),
    )
    _kind, summary, rebuilt = check(docker_archive([content]))
    entries = {entry.name: entry for entry in rebuilt_layer(rebuilt)}
    assert set(entries) == {"bin/su", "bin/ping"}
    assert entries["bin/su"].mode == 0o755
    assert not entries["bin/ping"].pax_headers
    codes = {note["code"] for note in summary["notes"]}
    assert codes == {"set_id_stripped", "attributes_dropped", "devices_dropped"}


def test_ordinary_contents_survive() -> None:
    content = tar(
        file("./", type=tarfile.DIRTYPE, mode=0o777),
        file("./srv", type=tarfile.DIRTYPE, mode=0o1777, uid=1000),
        file("./srv/证件.txt", "居住证".encode(), mtime=1_700_000_000),
        file("./srv/link", type=tarfile.SYMTYPE, linkname="/srv/证件.txt"),
        file("./srv/hard", type=tarfile.LNKTYPE, linkname="./srv/证件.txt"),
        file("./srv/.wh.gone"),
        file("./srv/.wh..wh..opq"),
    )
    kind, summary, rebuilt = check(docker_archive([content]))
    assert kind == "E", summary
    entries = {entry.name: entry for entry in rebuilt_layer(rebuilt)}
    assert list(entries) == ["srv", "srv/证件.txt", "srv/link", "srv/hard", "srv/.wh.gone", "srv/.wh..wh..opq"]
    assert entries["srv"].mode == 0o1777
    assert entries["srv/link"].linkname == "/srv/证件.txt"
    assert entries["srv/hard"].linkname == "srv/证件.txt"
    assert entries["srv/证件.txt"].mtime == 1_700_000_000


@pytest.mark.parametrize(("told", "kept"), [("inf", 0), ("nan", 0), ("-5", 0), ("1e300", LARGEST_TIME), ("7.9", 7)])
def test_a_time_that_is_none_is_brought_within_bounds(told: str, kept: int) -> None:
    kind, summary, rebuilt = check(docker_archive([tar(file("a", b"x", pax_headers={"mtime": told}))]))
    assert kind == "E", summary
    assert next(iter(rebuilt_layer(rebuilt))).mtime == kept
