"""What a hostile app tries inside its container ends there: the pod ends in time, the host is as before."""

import io
import json
import tempfile

import pytest

from sandbox.engine import Engine, images
from sandbox.engine.limits import APP_LOG_BYTES, LOG_TAIL_BYTES, TMP_FILES
from tests.sandbox.engine.archives import config, digest, docker_archive, file, tar
from tests.sandbox.hostile.conftest import Hostiles

pytestmark = pytest.mark.engine
ASK = "result(ask('', 2))"
FACTS = "result(ask('facts', 15))"
TERM = "result(json.dumps(want('app_signal_term')['data']))"


def facts(hostiles: Hostiles, habit: str, **more: int) -> dict:
    outcome = hostiles.run(habit, FACTS, "end()", **more)
    assert outcome.ended == "completed"
    return json.loads(hostiles.words()[0])


@pytest.mark.parametrize("habit", ["fork_bomb", "memory_hog"])
def test_what_eats_processes_or_memory_dies_or_starves_alone(hostiles: Hostiles, habit: str) -> None:
    outcome = hostiles.run(habit, ASK, "end()")
    assert hostiles.words()[0].startswith("no answer")
    assert outcome.ended == "completed"
    assert outcome.peak_memory_bytes <= 64 << 20
    if habit == "memory_hog":
        assert outcome.app_exit.out_of_memory
        assert not outcome.app_exit.expected


def test_a_spinning_app_leaves_the_probe_its_core(hostiles: Hostiles) -> None:
    outcome = hostiles.run("cpu_spin", "result(ask('', 10))", "end()")
    assert hostiles.words() == ['{"status": "ok"}']
    assert outcome.ended == "completed"


def test_an_app_that_never_listens_meets_the_wall_clock(hostiles: Hostiles) -> None:
    assert hostiles.run("never_listens", "time.sleep(60)", seconds=2).ended == "timeout"


@pytest.mark.parametrize(("habit", "code"), [("exits_at_once", 3), ("exits_later", 0)])
def test_an_exit_is_told_with_its_code(hostiles: Hostiles, habit: str, code: int) -> None:
    outcome = hostiles.run(habit, "time.sleep(50)", cancelled=lambda: "app_exited" in hostiles.events())
    assert hostiles.events()["app_exited"] == {"exit_code": code, "out_of_memory": False}
    assert (outcome.app_exit.exit_code, outcome.app_exit.expected) == (code, False)


@pytest.mark.parametrize("habit", ["is_stuck", "is_deaf"])
def test_an_app_that_does_not_hear_sigterm_is_killed(hostiles: Hostiles, habit: str) -> None:
    first = "time.sleep(2)" if habit == "is_stuck" else "ask('', 10)"
    outcome = hostiles.run(habit, first, TERM, "result(ask('', 0.5))", "end()")
    told = json.loads(hostiles.words()[0])
    assert (told["stopped"], told["exit_code"]) == (False, None)
    assert hostiles.words()[1].startswith("no answer")
    assert outcome.ended == "completed"


def test_a_log_without_line_ends_is_cut_and_kept_short(hostiles: Hostiles) -> None:
    outcome = hostiles.run(
        "floods_without_newline", "time.sleep(50)", cancelled=lambda: "log_flood" in hostiles.events()
    )
    assert outcome.app_exit.log_flood
    assert hostiles.events()["log_flood"]["bytes"] < 2 * APP_LOG_BYTES
    assert len(outcome.log_tail.encode()) <= LOG_TAIL_BYTES


def test_the_temporary_folder_is_full_at_its_limits(hostiles: Hostiles) -> None:
    found = facts(hostiles, "fills", memory_mb=256)["fills"]
    assert (found["blocks"], found["inodes"]) == ("ENOSPC", "ENOSPC")
    assert found["files"] < TMP_FILES
    assert found["deep"] <= TMP_FILES


def test_lines_on_its_own_output_and_calls_to_the_gateway_are_no_results(hostiles: Hostiles) -> None:
    hostiles.run("forges", FACTS, "result(ask('gateway'))", "end()")
    assert len(hostiles.words()) == 2
    assert json.loads(hostiles.words()[0])["forged"][:2] == ["EADDRINUSE", "EADDRINUSE"]
    assert hostiles.words()[1] == "department"
    assert "forged" not in str(hostiles.told("result")[1:])
    assert set(hostiles.events()) == {"app_started"}


def test_there_is_nobody_and_nothing_to_reach(hostiles: Hostiles) -> None:
    hostiles.run(
        "looks_around",
        "found = json.loads(ask('facts', 15))['around']",
        "everything = found.pop('everything')",
        "result(json.dumps(found))",
        "result(str([secret for secret in ('7340033', 'hostile-looks') if secret in everything]))",
        "end()",
    )
    found = json.loads(hostiles.words()[0])
    assert found["commands"] == ["python3 /app.py "]
    assert found["listening"] == [9000]
    assert (found["abstract"], found["interfaces"], found["routes"], found["sockets"]) == ([], [], [], [])
    assert found["set_id"] == ["0o100755"]
    assert hostiles.words()[1] == "[]", "the seed or the run's id"


def test_no_forbidden_call_is_possible(hostiles: Hostiles) -> None:
    assert facts(hostiles, "tries_calls", memory_mb=128)["possible"] == []


def test_labels_names_and_volumes_of_an_image_take_nothing_over(hostiles: Hostiles, real_engine: Engine) -> None:
    with real_engine.client() as client:
        base = images.require(client, images.BASE)
    content = tar(file("app", b"#!/bin/sh", mode=0o4755), file("data/.wh..wh..opq"))
    given = {
        "Cmd": ["/app"],
        "Volumes": {"/data": {}, "/cache": {}},
        "Labels": {"org.minshi.run": "somebody else's", "org.minshi.installation": "other", "org.minshi.content": "x"},
    }
    document = json.dumps(config([content], config=given)).encode()
    names = [images.BASE.tag(), images.PROBE.tag()]
    manifest = [{"Config": f"{digest(document)}.json", "RepoTags": names, "Layers": ["0/layer.tar"]}]
    archive = docker_archive([content], document=document, manifest=manifest)
    with tempfile.TemporaryFile() as rebuilt:
        taken = real_engine.intake(io.BytesIO(archive), rebuilt)
        rebuilt.seek(0)
        hostiles.image_id = real_engine.load(rebuilt, taken.image_id)
    try:
        hostiles.run("", ASK, "end()")
        with real_engine.client() as client:
            found = client.inspect_image(taken.image_id)
            assert images.require(client, images.BASE) == base
        assert not found["Config"].get("Labels")
        assert not found["Config"].get("Volumes")
        assert all(tag.startswith("minshi.local/app-") for tag in found["RepoTags"])
        assert taken.volumes == ("/cache", "/data")
        assert [note.code for note in taken.notes] == ["set_id_stripped"]
    finally:
        real_engine.remove_image(taken.image_id)
