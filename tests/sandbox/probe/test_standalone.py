"""The demo's departments as their own process: real launch tokens in, decisions out as CloudEvents."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey

from sandbox.probe.client import AppClient
from tests.sandbox.probe.bench import CONTENT, ROOT, RunningApp

pytestmark = [pytest.mark.enable_socket, pytest.mark.filterwarnings("ignore:EdDSA is deprecated")]
KEY = OKPKey.generate_key("Ed25519", parameters={"kid": "platform", "use": "sig"})


class Platform(ThreadingHTTPServer):
    """Publishes its keys and takes events."""

    def __init__(self) -> None:
        self.events: list[tuple[dict[str, str], dict[str, Any]]] = []
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: Platform

    def _answer(self, value: Any) -> None:
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        self._answer(KeySet([KEY]).as_dict(private=False))

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.events.append(({k.lower(): v for k, v in self.headers.items()}, body))
        self._answer({})

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def platform() -> Iterator[Platform]:
    server = Platform()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def app(platform: Platform, tmp_path: Path) -> Iterator[RunningApp]:
    """The reference app over the demo's gateway, both as processes."""
    token = tmp_path / "token"
    token.write_text("department-secret\n")
    address = f"http://127.0.0.1:{platform.server_address[1]}"
    command = [sys.executable, "-m", "sandbox.probe", "gateway", "--port", "0", "--seed", "3", "--people", "200"]
    command += [
        "--interfaces",
        str(CONTENT / "interfaces"),
        "--jwks",
        f"{address}/jwks",
        "--events-url",
        f"{address}/events",
    ]
    command += ["--events-token-file", str(token), "--decide-after", "0.5"]
    gateway = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, env=os.environ | {"PYTHONWARNINGS": "ignore"})
    assert gateway.stdout is not None
    port = int(gateway.stdout.readline().split()[-1])
    running = RunningApp(port, tmp_path)
    running.start()
    yield running
    running.stop()
    gateway.send_signal(signal.SIGTERM)
    assert gateway.wait(20) == 0
    gateway.stdout.close()


def launch_token(case: str) -> str:
    now = int(time.time())
    claims = {
        "iss": "https://minshi.example",
        "aud": "app",
        "sub": "pseudonym",
        "jti": case,
        "iat": now,
        "exp": now + 300,
    }
    claims |= {"case": case, "service_item": "JZZ", "language": "en"}
    return jwt.encode({"alg": "EdDSA", "kid": "platform"}, claims, KEY, algorithms=["EdDSA"])


def test_a_launch_becomes_a_submission_becomes_events(platform: Platform, app: RunningApp) -> None:
    client = AppClient("127.0.0.1", app.port)
    until = time.monotonic() + 20
    while client.send("GET", "/healthz").answer.status != 200:
        assert time.monotonic() < until
        time.sleep(0.1)
    opened = client.send_json("POST", "/api/session", {"token": launch_token("CASE-7")})
    assert opened.answer.status == 201, opened.answer.body
    session = opened.answer.json()["session"]
    body = {"ground": "dwelling", "phone": "14200000001", "pickup": "mail", "declaration": True}
    assert client.send_json("POST", "/api/applications", body, session=session).answer.status == 201
    while len(platform.events) < 2:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert [event["type"] for _, event in platform.events] == ["minshi.case.accepted.v1", "minshi.case.completed.v1"]
    for headers, event in platform.events:
        assert headers["authorization"] == "Bearer department-secret"
        assert headers["content-type"] == "application/cloudevents+json"
        assert event["subject"] == "CASE-7"
