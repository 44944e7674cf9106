"""The test kit: the same bytes every time, nothing of the platform in it, and the very findings of the sandbox."""

import hashlib
import io
import json
import os
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from defusedxml import ElementTree
from jsonschema import Draft202012Validator

from marketplace.orders.plan import canonical_bytes
from sandbox.engine import limits
from sandbox.kit.bundle import FOLDER, Kit, bundle
from sandbox.kit.container import CannotStart, ContainerApp
from sandbox.kit.session import Contents, Session, Setup
from sandbox.reports.document import schema
from tests.sandbox.mutants.catalogue import MUTANTS
from tests.sandbox.probe.bench import RunningApp, free_port, job

SEED = 42


def packed(**thresholds):
    made = job(SEED, **thresholds)
    return bundle(
        Kit(
            order="DEMO",
            plan=canonical_bytes(made["plan"]),
            seed=SEED,
            manifest=made["manifest"],
            limits=limits.as_data(),
        )
    )


def unpacked(folder, **thresholds):
    """Return the folder of an unpacked kit, as a developer would have it."""
    with zipfile.ZipFile(io.BytesIO(packed(**thresholds))) as archive:
        archive.extractall(folder)
    return folder / FOLDER


@pytest.fixture
def kit(tmp_path):
    return unpacked(tmp_path)


@pytest.fixture
def hasty_kit(tmp_path):
    """For apps that fail, where nobody need wait for what doesn't come; a good app may need the plan's own time."""
    return unpacked(tmp_path, recovery_seconds=2)


def run_kit(kit, *arguments):
    command = [sys.executable, str(kit / "minshi-test.py"), "--no-venv", "--language", "en", *arguments]
    clean = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "DJANGO_SETTINGS_MODULE")}
    return subprocess.run(command, cwd=kit.parent, env=clean, capture_output=True, text=True, check=False, timeout=120)


def test_the_same_kit_is_the_same_bytes_and_holds_nothing_of_the_platform():
    raw = packed()
    assert raw == packed()
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        names = archive.namelist()
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        about = json.loads(archive.read(f"{FOLDER}/kit.json"))
        assert about["plan_sha256"] == hashlib.sha256(archive.read(f"{FOLDER}/plan.json")).hexdigest()
        readme = archive.read(f"{FOLDER}/README.md").decode()
        sources = [archive.read(name).decode() for name in names if name.endswith(".py")]
    assert names == sorted(names)
    assert all(name.startswith(f"{FOLDER}/") for name in names)
    assert not [name for name in names if "__pycache__" in name or "/engine/" in name or name.endswith("bundle.py")]
    assert {f"{FOLDER}/{name}" for name in ("minshi-test.py", "plan.json", "manifest.json", "requirements.txt")} <= set(
        names
    )
    assert "测试工具包 · 订单 DEMO" in readme
    assert "Test kit · order DEMO" in readme
    assert "$" not in readme
    assert not [source for source in sources if "import django" in source or "from django" in source]


@pytest.mark.slow
@pytest.mark.enable_socket
def test_the_kit_finds_what_the_sandbox_finds(hasty_kit, tmp_path):
    gateway = free_port()
    app = RunningApp(gateway, tmp_path, APP_VARIANT="loses")
    app.start()
    files = {name: tmp_path / f"out.{name}" for name in ("json", "junit", "har")}
    try:
        told = run_kit(
            hasty_kit, "--app", app.url, "--gateway-port", str(gateway), "--only", "fault.slow",
            *(word for name, path in files.items() for word in (f"--{name}", str(path))),
        )  # fmt: skip
    finally:
        app.stop()
    assert told.returncode == 1, told.stderr
    assert "was lost" in told.stdout
    assert f"--only fault.slow --seed {SEED}" in told.stdout
    assert "Bearer [redacted:" in told.stdout
    report = json.loads(files["json"].read_text())
    Draft202012Validator(schema()).validate(report)
    assert {check["id"]: check["outcome"] for check in report["checks"]} == {
        "start.healthy": "passed",
        "fault.slow": "failed",
    }
    assert (report["kind"], report["state"], report["seed"]) == ("kit", "failed", SEED)
    assert report["coverage"]["requests"] >= 2
    assert len(ElementTree.fromstring(files["junit"].read_bytes()).findall(".//failure")) == 1
    directions = {entry["_direction"] for entry in json.loads(files["har"].read_text())["log"]["entries"]}
    assert directions == {"app", "department"}


@pytest.mark.slow
@pytest.mark.enable_socket
def test_a_check_that_looks_back_brings_along_what_it_judges(hasty_kit, tmp_path):
    """Alone it would see no call that the fault is in, and pass."""
    gateway = free_port()
    faulty = next(each for each in MUTANTS if each.name == "document_number_in_url").write(tmp_path)
    app = RunningApp(gateway, tmp_path, faulty)
    app.start()
    chosen = ("--only", "duty.no_personal_data_in_urls", "--json", str(tmp_path / "out.json"))
    try:
        told = run_kit(hasty_kit, "--app", app.url, "--gateway-port", str(gateway), *chosen)
    finally:
        app.stop()
    assert told.returncode == 1, told.stdout + told.stderr
    outcomes = {check["id"]: check["outcome"] for check in json.loads((tmp_path / "out.json").read_text())["checks"]}
    assert outcomes["duty.no_personal_data_in_urls"] == "failed"
    assert "fault.slow" in outcomes
    assert not [code for code in outcomes if code.startswith(("page.", "load."))]


@pytest.mark.slow
@pytest.mark.enable_socket
def test_the_good_app_holds_and_what_needs_more_is_said(kit, tmp_path):
    gateway = free_port()
    app = RunningApp(gateway, tmp_path)
    app.start()
    chosen = ("--only", "start,scenario.apply_received", "--only", "duty.numbers_masked")
    try:
        told = run_kit(kit, "--app", app.url, "--gateway-port", str(gateway), *chosen)
    finally:
        app.stop()
    assert told.returncode == 0, told.stdout + told.stderr
    assert "All that was checked holds." in told.stdout
    assert "start.stops: not checked here; has to stop and start the app: use --image" in told.stdout


def test_a_check_that_isnt_planned_is_named_and_those_that_are_can_be_listed(kit):
    told = run_kit(kit, "--only", "fault.made_up")
    assert told.returncode == 2
    assert "The plan has no such checks: fault.made_up" in told.stdout
    listed = run_kit(kit, "--list")
    assert listed.returncode == 0
    assert "fault.slow" in listed.stdout


@pytest.mark.enable_socket
def test_a_taken_port_is_named(kit):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = run_kit(kit, "--only", "start.healthy", "--gateway-port", str(port))
    assert told.returncode == 2
    assert f"Port {port} is taken" in told.stdout


def test_a_container_gets_the_sandboxs_limits_on_every_system():
    app = ContainerApp("x", port=8081, gateway_port=9001, limits=limits.as_data())
    linux, mac = app.arguments(["/data"], "linux"), app.arguments([], "darwin")
    for options in (linux, mac):
        told = " ".join(options)
        for each in ("--read-only", "--cap-drop ALL", "--security-opt no-new-privileges", "--user 65534:65534"):
            assert each in told
        assert f"--pids-limit {limits.APP.processes} " in told
        assert f"--memory {limits.APP.memory_mb}m --memory-swap {limits.APP.memory_mb}m" in told
    assert "/data:rw,noexec" in " ".join(linux)
    assert "--network host --env PORT=8081 --env GATEWAY_URL=http://127.0.0.1:9001" in " ".join(linux)
    assert "127.0.0.1:8081:8080 --env PORT=8080 --env GATEWAY_URL=http://host.docker.internal:9001" in " ".join(mac)


@pytest.fixture
def untold(tmp_path, monkeypatch):
    """Return an app in a container whose processes Docker can't list; the file `running` says whether it runs."""
    running = tmp_path / "running"
    fake = tmp_path / "docker"
    fake.write_text(
        "#!/bin/sh\n"
        'case "$1$3" in\n'
        'imagex) echo \'[{"Id": "sha256:1"}]\' ;;\n'
        "run*) echo name ;;\n"
        "logs*) echo last words ;;\n"
        "top*) echo 'container name is not running' >&2; exit 1 ;;\n"
        f"inspect*Running*) cat {running} ;;\n"
        f'inspect*) echo "{{\\"Running\\": $(cat {running}), \\"OOMKilled\\": false}}" ;;\n'
        "esac\n"
    )
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    app = ContainerApp("x", port=8081, gateway_port=9001, limits=limits.as_data())
    app.start()
    return app, running


def test_a_container_that_ends_while_it_is_asked_about_has_ended(untold):
    app, running = untold
    running.write_text("false\n")
    told = app.want("app_conduct", {})
    assert (told["running"], told["exits"], told["processes"], told["log"]) == (False, 1, 0, "last words\n")


def test_what_docker_cannot_tell_of_a_running_container_is_no_finding(untold):
    app, running = untold
    running.write_text("true\n")
    with pytest.raises(CannotStart, match="is not running"):
        app.want("app_conduct", {})


def test_an_image_that_isnt_there_is_no_failure_of_the_app(kit, tmp_path):
    fake = tmp_path / "docker"
    fake.write_text("#!/bin/sh\necho 'Error: No such image: nope' >&2\nexit 1\n")
    fake.chmod(0o755)
    command = [sys.executable, str(kit / "minshi-test.py"), "--no-venv", "--language", "en", "--image", "nope"]
    told = subprocess.run(
        command, env=os.environ | {"PATH": str(tmp_path)}, capture_output=True, text=True, check=False, timeout=60
    )
    assert told.returncode == 2
    assert "The image did not start: Error: No such image: nope" in told.stdout


def test_only_takes_the_first_check_along(kit):
    contents = Contents.read(kit)
    session = Session(contents, Setup("http://127.0.0.1:1", SEED, 9000, only=("fault",), has_container=True))
    assert next(each["id"] for each in session.planned) == "start.healthy"
    assert {each["id"].partition(".")[0] for each in session.planned} == {"start", "fault"}
    everything = Session(contents, Setup("http://127.0.0.1:1", SEED, 9000))
    left_out = {each["id"] for each in contents.plan["checks"]} - {each["id"] for each in everything.planned}
    assert {code.partition(".")[0] for code in left_out} == {"start", "page", "conduct", "load"}
    assert session.exit_code() == 2


def test_the_script_needs_only_the_standard_library(kit):
    source = (kit / "minshi-test.py").read_text()
    imported = {
        line.split()[1].partition(".")[0] for line in source.splitlines() if line.startswith(("import ", "from "))
    }
    assert imported <= set(sys.stdlib_module_names)
    assert Path(kit / "requirements.txt").read_text().count("--hash=sha256:") > 50
