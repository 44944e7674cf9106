"""Self-test, intake and our own daemon on a real engine."""

import gzip
import io
import os
import tempfile
import threading
from pathlib import Path

import pytest

from sandbox.engine import Engine, EngineUnavailable, IntakeRefused, build_app_archive, daemon, hosts, images
from tests.sandbox.engine.archives import docker_archive, layer, oci_archive
from tests.sandbox.engine.test_sbom import rpm_database, rpm_header

pytestmark = pytest.mark.engine


def test_the_self_test_passes(real_engine: Engine) -> None:
    report = real_engine.self_test()
    assert report.passed, [finding for finding in report.findings if finding.forbidden_succeeded]


def test_the_self_test_fails_without_the_filter(real_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.engine.containers.profile_json", lambda: '{"defaultAction":"SCMP_ACT_ALLOW"}')
    report = real_engine.self_test()
    assert not report.passed
    possible = {finding.name for finding in report.findings if finding.forbidden_succeeded}
    assert {"socket_netfilter", "trace"} <= possible


def test_the_checked_id_is_the_loaded_id(real_engine: Engine, tmp_path: Path) -> None:
    path = build_app_archive({"/a": b"1"}, ["/a"], {"LD_PRELOAD": "x"}, tmp_path / "a.tar", "trusted/name")
    with path.open("rb") as archive, (tmp_path / "rebuilt.tar").open("w+b") as rebuilt:
        taken = real_engine.intake(archive, rebuilt)
        assert [note.code for note in taken.notes] == ["variable_dropped"]
        rebuilt.seek(0)
        assert real_engine.load(rebuilt, taken.image_id) == taken.image_id
    assert taken.vendor_digest != taken.image_id
    with real_engine.client() as client:
        found = client.inspect_image(taken.image_id)
    assert not found["Config"].get("Labels")
    assert all("trusted" not in tag for tag in found["RepoTags"])
    real_engine.remove_image(taken.image_id)
    assert not real_engine.has_image(taken.image_id)
    real_engine.remove_image(taken.image_id)


def test_what_the_engine_saves_is_taken_in_as_the_same_image(real_engine: Engine, tiny_app: str) -> None:
    with real_engine.client() as client, tempfile.TemporaryFile() as saved, tempfile.TemporaryFile() as rebuilt:
        for chunk in client.get_image(tiny_app):
            saved.write(chunk)
        taken = real_engine.intake(saved, rebuilt)
    assert taken.image_id == tiny_app


def test_another_id_than_the_checked_one_is_not_accepted(real_engine: Engine) -> None:
    with tempfile.TemporaryFile() as rebuilt:
        taken = real_engine.intake(io.BytesIO(oci_archive([layer()], attestation=True)), rebuilt)
        rebuilt.seek(0)
        with pytest.raises(EngineUnavailable):
            real_engine.load(rebuilt, "sha256:" + "0" * 64)
    real_engine.remove_image(taken.image_id)


def test_a_layer_that_unpacks_to_gigabytes_is_refused(real_engine: Engine) -> None:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=1) as zipped:
        header = layer("big")[:512]
        zipped.write(header[:124] + b"10000000000\0" + header[136:148] + b" " * 8 + header[156:])
        for _block in range(1100):
            zipped.write(bytes(1 << 20))
    stored = packed.getvalue()
    assert len(stored) < 8 << 20
    with pytest.raises(IntakeRefused) as caught:
        real_engine.intake(io.BytesIO(docker_archive([b""], stored=[stored])), io.BytesIO())
    assert caught.value.code in {"layer_too_big", "layer_not_tar"}


@pytest.mark.parametrize(
    ("archive", "code"), [(b"", "not_an_archive"), (docker_archive([layer()])[:900], "archive_cut_off")]
)
def test_refusals_come_back_with_their_code(real_engine: Engine, archive: bytes, code: str) -> None:
    with pytest.raises(IntakeRefused) as caught:
        real_engine.intake(io.BytesIO(archive), io.BytesIO())
    assert caught.value.code == code


def test_our_own_images_are_not_removed_as_apps(real_engine: Engine) -> None:
    with real_engine.client() as client:
        base = images.require(client, images.BASE)
    with pytest.raises(ValueError, match="names that intake did not give"):
        real_engine.remove_image(base)


def test_two_installations_share_an_image_and_each_removes_its_own_name(
    real_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tempfile.TemporaryFile() as rebuilt:
        taken = real_engine.intake(io.BytesIO(docker_archive([layer("shared")])), rebuilt)
        rebuilt.seek(0)
        real_engine.load(rebuilt, taken.image_id)
        with monkeypatch.context() as other:
            other.setenv("MINSHI_INSTALLATION", "other")
            rebuilt.seek(0)
            real_engine.load(rebuilt, taken.image_id)
        real_engine.remove_image(taken.image_id)
        assert real_engine.has_image(taken.image_id)
        monkeypatch.setenv("MINSHI_INSTALLATION", "other")
        real_engine.remove_image(taken.image_id)
    assert not real_engine.has_image(taken.image_id)


def test_images_that_nobody_keeps_are_reaped(real_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINSHI_INSTALLATION", "reaping")
    with tempfile.TemporaryFile() as rebuilt:
        taken = real_engine.intake(io.BytesIO(docker_archive([layer("reaped")])), rebuilt)
        rebuilt.seek(0)
        real_engine.load(rebuilt, taken.image_id)
    assert real_engine.reap(set()) == 0
    assert real_engine.reap(set(), keep_images={taken.image_id}) == 0
    assert real_engine.reap(set(), keep_images=set()) == 1
    assert not real_engine.has_image(taken.image_id)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts an engine")
def test_two_starts_make_one_engine_and_stop_ends_it(real_engine: Engine) -> None:
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder) / "engine"
        hosts_found: list[str] = []
        starters = [threading.Thread(target=lambda: hosts_found.append(daemon.start(state))) for _ in range(2)]
        for starter in starters:
            starter.start()
        for starter in starters:
            starter.join()
        assert len(set(hosts_found)) == 1
        assert hosts_found[0] != real_engine.host
        first = daemon.own_pid(daemon.Layout(state))
        assert first is not None
        assert daemon.start(state) == hosts_found[0]
        assert daemon.own_pid(daemon.Layout(state)) == first
        assert daemon.stop(state) is True
        assert hosts.silence(hosts_found[0]) is not None
        assert daemon.stop(state) is False
    assert hosts.silence(real_engine.host) is None


def test_the_bill_of_materials_comes_with_the_image(real_engine: Engine, tmp_path: Path) -> None:
    metadata = b"Metadata-Version: 2.1\nName: Some_Library\nVersion: 1.2\n"
    database = rpm_database(rpm_header(name="bash", version="5.2", release="1", arch="x86_64"))
    files = {"/opt/some.dist-info/METADATA": metadata, "/var/lib/rpm/rpmdb.sqlite": database}
    path = build_app_archive(files, ["/a"], {}, tmp_path / "a.tar", "app")
    with path.open("rb") as archive, (tmp_path / "rebuilt.tar").open("w+b") as rebuilt:
        found = real_engine.intake(archive, rebuilt).sbom
    urls = {component.get("purl", "").partition("?")[0] for component in found["components"]}
    assert {"pkg:pypi/some-library@1.2"} <= urls
    assert any(url.startswith("pkg:rpm/") and url.endswith("/bash@5.2-1") for url in urls), urls
    assert any(url.startswith("pkg:deb/debian/python3-minimal@") for url in urls), (
        "the base image tells its own packages"
    )
