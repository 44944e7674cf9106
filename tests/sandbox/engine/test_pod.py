"""A pod on a real engine: who starts first, who reaches whom, and that every way of ending leaves nothing behind."""

import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sandbox.engine import Engine, EngineUnavailable
from tests.sandbox.engine.archives import docker_archive, layer
from tests.sandbox.engine.conftest import Pods

pytestmark = pytest.mark.engine


def words(pods: Pods) -> list[str]:
    return [message["summary"]["en"] for message in pods.told("result")]


def test_the_app_answers_through_the_simulated_department(pods: Pods) -> None:
    outcome = pods.run("result(ask('gateway'))", "result(str(job['seed']))", "end()")
    assert (outcome.ended, outcome.detail) == ("completed", "")
    assert words(pods) == ["department", "7"]
    assert pods.events() == ["app_started"]
    assert outcome.seconds_to_first_answer is not None
    assert outcome.log_tail.startswith("app up\n")


def test_the_app_has_no_network_no_root_and_no_disk(pods: Pods) -> None:
    pods.run("result(ask())", "result(ask('interfaces'))", "result(ask('rootfs'))", "end()")
    assert words(pods) == ["65534 8080", "", "Read-only file system"]


def test_the_app_cannot_take_the_gateways_place(pods: Pods) -> None:
    pods.run("result(ask('steal_gateway_port'))", "end()")
    assert words(pods) == ["refused: Address already in use"]


def test_stop_and_start_on_request(pods: Pods) -> None:
    outcome = pods.run(
        "ask()",
        "result(json.dumps(want('app_signal_term')['data']))",
        "want('app_start')",
        "result(ask('gateway'))",
        "end()",
    )
    stopped = json.loads(words(pods)[0])
    assert stopped["stopped"] is True
    assert stopped["exit_code"] == 0
    assert words(pods)[1] == "department"
    assert outcome.app_exit.expected


def test_an_app_that_ignores_sigterm_is_told_and_killed(pods: Pods, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.engine.app.STOP_SECONDS", 0.5)
    pods.run("ask('deaf')", "result(json.dumps(want('app_signal_term')['data']))", "result(ask('', 1))", "end()")
    assert json.loads(words(pods)[0])["stopped"] is False
    assert words(pods)[1].startswith("no answer")


def test_peak_memory_is_told(pods: Pods) -> None:
    outcome = pods.run("ask()", "result(str(want('memory')['data']['peak_bytes']))", "end()")
    assert 1 << 20 < int(words(pods)[0]) <= outcome.peak_memory_bytes <= 64 << 20


def test_a_memory_hog_dies_alone(pods: Pods) -> None:
    outcome = pods.run("ask()", "result(ask('hog'))", "end()")
    assert words(pods)[0].startswith("no answer")
    assert outcome.ended == "completed"
    assert outcome.app_exit.out_of_memory
    assert not outcome.app_exit.expected


def test_a_fork_bomb_meets_its_limit(pods: Pods) -> None:
    outcome = pods.run("result(ask('forks', 40))", "end()", memory_mb=1024)
    assert words(pods) == ["BlockingIOError"]
    assert outcome.ended == "completed"


def test_a_volume_is_a_small_tmpfs(pods: Pods) -> None:
    pods.run("result(ask('volume'))", "end()", volumes=("/data",), memory_mb=128)
    assert words(pods) == ["written, then No space left on device"]


def test_a_log_flood_is_stopped(pods: Pods) -> None:
    outcome = pods.run("ask('flood', 50)", "time.sleep(50)", cancelled=lambda: "log_flood" in pods.events())
    assert "log_flood" in pods.events()
    assert outcome.app_exit.log_flood
    assert len(outcome.log_tail) <= 16 * 1024


def test_an_app_that_exits_is_told(pods: Pods) -> None:
    outcome = pods.run("ask('die', 2)", "time.sleep(50)", cancelled=lambda: "app_exited" in pods.events())
    assert "app_exited" in pods.events()
    assert (outcome.app_exit.exit_code, outcome.app_exit.expected) == (3, False)


@pytest.mark.parametrize(
    ("steps", "detail"),
    [
        (("sys.exit(1)",), "the probe ended without saying so"),
        (("print('nonsense', flush=True)", "time.sleep(60)"), "the probe sent a line that is not JSON"),
        (("say(type='verdict')", "time.sleep(60)"), "the probe sent a line of an unknown type"),
        (("print('x' * 300_000, flush=True)", "time.sleep(60)"), "the probe sent a line longer than the limit allows"),
    ],
)
def test_a_probe_that_breaks_the_contract_is_the_platforms_fault(
    pods: Pods, steps: tuple[str, ...], detail: str
) -> None:
    outcome = pods.run(*steps)
    assert (outcome.ended, outcome.detail) == ("probe_died", detail)


def test_what_the_probe_prints_on_the_side_is_kept(pods: Pods) -> None:
    outcome = pods.run("print('reason', file=sys.stderr, flush=True)", "sys.exit(1)")
    assert outcome.probe_log_tail == "reason\n"


def test_the_wall_clock_ends_a_run(pods: Pods) -> None:
    assert pods.run("time.sleep(60)", seconds=2).ended == "timeout"


def test_a_cancelled_run_ends(pods: Pods) -> None:
    assert pods.run("time.sleep(60)", cancelled=lambda: bool(pods.events())).ended == "cancelled"


def test_an_error_in_the_caller_leaves_nothing(pods: Pods) -> None:
    def broken() -> bool:
        raise RuntimeError("database gone")

    with pytest.raises(RuntimeError, match="database gone"):
        pods.run("time.sleep(60)", cancelled=broken)


def test_an_unknown_image_is_the_engines_word_not_a_pull(pods: Pods) -> None:
    pods.image_id = "sha256:" + "0" * 64
    with pytest.raises(EngineUnavailable):
        pods.run("end()")


def test_two_runs_at_a_time_do_not_meet(pods: Pods, real_engine: Engine) -> None:
    others = Pods(real_engine, pods.image_id)
    with ThreadPoolExecutor(2) as both:
        one = both.submit(pods.run, "result('one')", "result(ask('gateway'))", "end()")
        two = both.submit(others.run, "result('two')", "result(ask('gateway'))", "end()", run_id="other-run")
    assert (one.result().ended, two.result().ended) == ("completed", "completed")
    assert (words(pods), words(others)) == (["one", "department"], ["two", "department"])
    assert others.left("other-run") == 0


def test_an_image_that_cannot_start_is_the_apps_fault(pods: Pods, real_engine: Engine) -> None:
    with tempfile.TemporaryFile() as rebuilt:
        taken = real_engine.intake(io.BytesIO(docker_archive([layer("no-python")])), rebuilt)
        rebuilt.seek(0)
        pods.image_id = real_engine.load(rebuilt, taken.image_id)
    outcome = pods.run("result(ask('', 1))", "end()")
    assert "app_not_started" in pods.events()
    assert outcome.ended == "completed"
    assert words(pods)[0].startswith("no answer")
    real_engine.remove_image(taken.image_id)


BROWSER = """
import json, os, sys, urllib.request
length = int.from_bytes(sys.stdin.buffer.read(4), "big")
job = json.loads(sys.stdin.buffer.read(length))
page = urllib.request.urlopen("http://127.0.0.1:8080/").read().decode()
said = {"zh": "", "en": f"{job['page']} {os.getuid()} {page}"}
print(json.dumps({"type": "result", "check": "page.axe_390", "group": GROUP, "outcome": "passed", "summary": said}))
print(json.dumps({"type": "end", "said": {"receipt": "R1"}}), flush=True)
"""
ASKING = (
    "ask()",
    "result(json.dumps(want('browser', job={'page': 'home', 'checks': ['page.axe_390']})))",
    "end()",
)


def test_the_browser_reports_pages_from_a_container_of_its_own(pods: Pods) -> None:
    pods.run(*ASKING, browser=BROWSER.replace("GROUP", "'page'"))
    assert words(pods)[0] == "home 65532 65534 8080"
    assert json.loads(words(pods)[1])["data"] == {"results": 1, "reason": "", "said": {"receipt": "R1"}}


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        (BROWSER.replace("GROUP", "'fault'"), "a result that is not of the page group"),
        (BROWSER.replace("GROUP", "'page'").replace("axe_390", "double_click"), "a result that it was not asked for"),
    ],
)
def test_the_browser_cannot_write_other_verdicts(pods: Pods, program: str, reason: str) -> None:
    outcome = pods.run(*ASKING, browser=program)
    answer = json.loads(words(pods)[0])
    assert answer["ok"] is False
    assert answer["data"]["reason"] == f"the browser sent {reason}"
    assert outcome.ended == "completed"


def test_a_killed_workers_pod_is_reaped(
    pods: Pods, real_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINSHI_INSTALLATION", "killed-worker")
    program = tmp_path / "worker.py"
    program.write_text(
        "from sandbox.engine import connect\n"
        "from tests.sandbox.engine.conftest import Pods\n"
        f"pods = Pods(connect({real_engine.host!r}), {pods.image_id!r})\n"
        "pods.run('result(ask())', 'time.sleep(60)', run_id='killed-run')\n"
    )
    root = Path(__file__).parents[3]
    worker = subprocess.Popen([sys.executable, str(program)], cwd=root, env=os.environ | {"PYTHONPATH": str(root)})
    deadline = time.monotonic() + 60
    while pods.left("killed-run") < 2 and time.monotonic() < deadline:
        time.sleep(0.1)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert real_engine.reap({"killed-run"}) == 0
    assert pods.left("killed-run") == 2
    assert real_engine.reap({"another-run"}) == 2
    assert pods.left("killed-run") == 0
