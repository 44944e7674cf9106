"""Prints how many requests a second a simulated department answers, against Prism's static mock of the same document.

Usage: python -m tests.benchmarks.sandbox_mock [rounds]
Both validate each request; both get the same ones from the same client on the loopback, over 16 kept connections: a
lookup and a verification with a body, in turn. Rounds alternate, so that both meet the same noise. The client is wrk
where it is installed, else a process of Python. Prism is installed by npm into a folder that is removed afterwards;
without node and npm a reason comes instead of the figure.
The department also recognises the session, records every call and looks for personal data in URLs; Prism does not.
"""

from __future__ import annotations

import contextlib
import json
import re
import selectors
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sandbox.probe.city import World
from sandbox.probe.departments.gateway import Gateway
from sandbox.probe.departments.launch import Launcher, Residents, TokenKeys
from tests.sandbox.probe.bench import content, free_port

PRISM = "@stoplight/prism-cli@5.14.2"  # the last that runs on Node 20
ROUNDS = 5
SECONDS = 4
CONNECTIONS = 16
INSTALL_SECONDS = 240
START_SECONDS = 60
LOOKUP, VERIFICATION = "/subject", "/verifications"
SCRIPT = """
local calls, turn = {}, 0
function init(args)
  local headers = {["Authorization"] = "Bearer " .. args[1], ["Content-Type"] = "application/json"}
  calls[0] = wrk.format("GET", args[2] .. "LOOKUP", headers)
  calls[1] = wrk.format("POST", args[2] .. "VERIFICATION", headers, args[3])
end
function request()
  turn = 1 - turn
  return calls[turn]
end
"""


def missing() -> str:
    """Return what this machine lacks for the comparison, or nothing."""
    lacking = [tool for tool in ("node", "npm") if shutil.which(tool) is None]
    return f"not measured: this machine has no {', '.join(lacking)}" if lacking else ""


def serve() -> None:
    """Serve the population interface until stdin ends; the first line out says port, session and body."""
    world = World(5, 200)
    residents = Residents(world)
    launcher = Launcher(world, residents, seed=5)
    entry = {"code": "population", "version": "1.0.0", "openapi": content("interfaces/population.openapi.json")}
    gateway = Gateway(world, [entry], TokenKeys(launcher.jwks()), residents)
    launch = launcher.launch("entitled")
    session = gateway.sessions.exchange(launch.token)
    body = {"name": launch.person.name, "document_number": launch.person.document_number}
    started = {"port": gateway.start(), "session": session.token, "body": json.dumps(body, ensure_ascii=False)}
    print(json.dumps(started), flush=True)
    sys.stdin.read()
    gateway.stop()


@contextlib.contextmanager
def department() -> Iterator[dict[str, Any]]:
    """A simulated department in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.sandbox_mock", "serve"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.stdin.close()
        process.wait(15)


@contextlib.contextmanager
def prism(folder: Path) -> Iterator[int]:
    """Prism's mock of the same document, and its port."""
    document = folder / "population.openapi.json"
    document.write_text(json.dumps(content("interfaces/population.openapi.json"), ensure_ascii=False))
    port = free_port()
    command = [str(folder / "node_modules/.bin/prism"), "mock", str(document), "-p", str(port), "-h", "127.0.0.1"]
    process = subprocess.Popen(
        [*command, "--verboseLevel", "fatal"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(15)


def rate(folder: Path, port: int, base: str, known: dict[str, Any]) -> float:
    """Requests a second of one round. RuntimeError when any answer was no success."""
    wanted = (known["session"], base, known["body"])
    if shutil.which("wrk") is None:
        command = [sys.executable, "-m", "tests.benchmarks.sandbox_mock", "ask", str(port), *wanted]
        return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    script = folder / "calls.lua"
    script.write_text(SCRIPT.replace("LOOKUP", LOOKUP).replace("VERIFICATION", VERIFICATION))
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-s", str(script), f"http://127.0.0.1:{port}/"]
    done = subprocess.run([*command, *wanted], capture_output=True, text=True, check=True)
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        raise RuntimeError(f"answers that are no success: {done.stdout}")
    return float(re.search(r"Requests/sec:\s+([0-9.]+)", done.stdout)[1])


def requests(session: str, base: str, body: str) -> tuple[bytes, bytes]:
    """The two requests, as bytes."""
    head = f"HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {session}\r\nContent-Type: application/json\r\n"
    raw = body.encode()
    posted = f"POST {base}{VERIFICATION} {head}Content-Length: {len(raw)}\r\n\r\n".encode() + raw
    return f"GET {base}{LOOKUP} {head}\r\n".encode(), posted


def is_whole(answer: bytes) -> bool:
    """Say whether an answer has arrived to its end."""
    head, found, rest = answer.partition(b"\r\n\r\n")
    if not found:
        return False
    length = re.search(rb"(?i)content-length: *([0-9]+)", head)
    return len(rest) >= int(length[1]) if length else rest.endswith(b"0\r\n\r\n")


def ask(port: int, session: str, base: str, body: str) -> float:
    """Play wrk: requests a second over kept connections, each of which waits for its answer."""
    calls = requests(session, base, body)
    selector = selectors.DefaultSelector()
    answers: dict[socket.socket, bytes] = {}
    count = 0
    for place in range(CONNECTIONS):
        connection = socket.create_connection(("127.0.0.1", port))
        selector.register(connection, selectors.EVENT_READ)
        answers[connection] = b""
        connection.sendall(calls[place % 2])
    began = time.monotonic()
    while time.monotonic() - began < SECONDS:
        for key, _ in selector.select(1):
            connection = key.fileobj
            answers[connection] += connection.recv(65536)
            if not is_whole(answers[connection]):
                continue
            if not answers[connection].startswith(b"HTTP/1.1 20"):
                raise RuntimeError(f"an answer that is no success: {answers[connection][:200]!r}")
            count += 1
            answers[connection] = b""
            connection.sendall(calls[count % 2])
    seconds = time.monotonic() - began
    for connection in answers:
        connection.close()
    return count / seconds


def refuses(port: int, base: str, session: str) -> bool:
    """Say whether a request with a bad body is refused: both sides must really validate."""
    body = b'{"name": 5}'
    head = (
        f"POST {base}{VERIFICATION} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {session}\r\nConnection: close\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(head.encode() + body)
        status = int(connection.recv(4096).split(b" ")[1])
    return status in (400, 422)


def compared(folder: Path, rounds: int) -> dict[str, Any]:
    """Alternate rounds against both; the ratio of medians."""
    ours, theirs = [], []
    with department() as known, prism(folder) as port:
        bases = {"ours": (known["port"], "/population/v1"), "theirs": (port, "")}
        for where, base in bases.values():
            if not refuses(where, base, known["session"]):
                raise RuntimeError("a side that doesn't validate requests")
            rate(folder, where, base, known)  # warm
        for _ in range(rounds):
            ours.append(rate(folder, *bases["ours"], known))
            theirs.append(rate(folder, *bases["theirs"], known))
    medians = {"department_a_second": statistics.median(ours), "prism_a_second": statistics.median(theirs)}
    ratio = medians["department_a_second"] / medians["prism_a_second"]
    about = {"rounds": rounds, "prism": PRISM, "client": "wrk" if shutil.which("wrk") else "python"}
    return {"figures": {"mock_vs_prism": round(ratio, 2)}, "medians": medians | about}


def figures(rounds: int = ROUNDS) -> dict[str, Any]:
    """Return the ratio and what was measured, or the reason why nothing was."""
    reason = missing()
    if reason:
        return {"figures": {"mock_vs_prism": reason}, "medians": {}}
    with tempfile.TemporaryDirectory() as name:
        install = ["npm", "install", "--no-audit", "--no-fund", "--prefix", name, PRISM]
        try:
            subprocess.run(install, capture_output=True, check=True, timeout=INSTALL_SECONDS)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            return {"figures": {"mock_vs_prism": f"not measured: npm can't install {PRISM} ({error})"}, "medians": {}}
        return compared(Path(name), rounds)


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        serve()
    elif sys.argv[1:2] == ["ask"]:
        print(ask(int(sys.argv[2]), *sys.argv[3:]))
    else:
        print(json.dumps(figures(*map(int, sys.argv[1:])), indent=2))
