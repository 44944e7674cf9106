"""Fail closed: a container locked down like an app tries the forbidden things, and all of them must be refused."""

from __future__ import annotations

import json
import threading
import uuid
from dataclasses import asdict
from pathlib import Path
from typing import Any

from docker.api.client import APIClient

from . import containers, images
from .errors import ProtocolBroken
from .limits import SELF_TEST
from .results import Finding, SelfTestReport
from .streams import STDOUT, Attachment, LineReader, Tail

PROGRAM = Path(__file__).with_name("selftest_program.py")
EXPECTED = frozenset(
    {
        *("socket_vsock", "socket_packet", "socket_alg", "socket_bluetooth", "socket_can", "socket_tipc"),
        *("socket_xdp", "socket_key", "socket_netfilter", "socket_raw"),
        *("io_uring", "call_x32", "call_32_bit", "user_namespace", "mount", "trace"),
        *("write_outside_tmp", "run_from_tmp", "fill_tmp", "fork_past_limit", "memory_past_limit"),
        *("network_interface", "network_route", "engine_socket", "privileges"),
    }
)
WALL_CLOCK_SECONDS = 60
NAME_CHARACTERS = 64
DETAIL_CHARACTERS = 300


def run(client: APIClient) -> SelfTestReport:
    """Run it once; anything missing, unknown or unreadable fails it. Raises EngineUnavailable without a base image."""
    command = ["python3", "-I", "-c", PROGRAM.read_text(), json.dumps(asdict(SELF_TEST))]
    container_id = containers.create(
        client, images.require(client, images.BASE), SELF_TEST, run_id=f"self-test-{uuid.uuid4()}", command=command
    )
    try:
        attachment = containers.attach(client, container_id)
        deadline = threading.Timer(WALL_CLOCK_SECONDS, attachment.close)
        deadline.start()
        try:
            client.start(container_id)
            return judge(_first_line(attachment))
        finally:
            deadline.cancel()
            attachment.close()
    except ProtocolBroken as error:
        return _failed("ran", str(error))
    finally:
        containers.remove(client, container_id)


def judge(value: Any) -> SelfTestReport:
    """The report for what the program printed (pure)."""
    try:
        findings = tuple(
            Finding(
                name=str(item["name"])[:NAME_CHARACTERS],
                forbidden_succeeded=item["forbidden_succeeded"] is not False,
                detail=str(item["detail"])[:DETAIL_CHARACTERS],
            )
            for item in value["findings"]
        )
    except (KeyError, TypeError):
        return _failed("readable", "the program's answer can't be read")
    if {finding.name for finding in findings} != EXPECTED:
        return _failed("complete", "not everything was tried", findings)
    return SelfTestReport(passed=not any(finding.forbidden_succeeded for finding in findings), findings=findings)


def _failed(name: str, detail: str, findings: tuple[Finding, ...] = ()) -> SelfTestReport:
    return SelfTestReport(passed=False, findings=(*findings, Finding(name, forbidden_succeeded=True, detail=detail)))


def _first_line(attachment: Attachment) -> Any:
    reader, errors = LineReader(), Tail()
    for stream, data in attachment.chunks():
        if stream != STDOUT:
            errors.add(data)
            continue
        for value in reader.feed(data):
            return value
    raise ProtocolBroken(f"the program printed nothing: {errors.text()[-DETAIL_CHARACTERS:]}")
