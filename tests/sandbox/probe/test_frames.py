"""Frames in, lines out: whole, bounded, and answers go to whoever asked."""

from __future__ import annotations

import io
import json
import os
import threading
from typing import Any, BinaryIO

import pytest

from sandbox.probe.context import WantRefusedError
from sandbox.probe.frames import MAX_LINE, Line, encode_line, read_frame


def frame(value: Any) -> bytes:
    body = json.dumps(value).encode()
    return len(body).to_bytes(4, "big") + body


def test_frames_are_read_one_by_one() -> None:
    stream = io.BytesIO(frame({"a": 1}) + frame({"b": "李𬱖"}))
    assert [read_frame(stream), read_frame(stream), read_frame(stream)] == [{"a": 1}, {"b": "李𬱖"}, None]


@pytest.mark.parametrize(
    "raw", [frame({"a": 1})[:-1], b"\xff\xff\xff\xff", frame([1]), (5).to_bytes(4, "big") + b"nojso"]
)
def test_what_is_no_frame_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"frame|JSON|Expecting"):
        read_frame(io.BytesIO(raw))


def test_a_line_too_long_loses_evidence_from_the_end() -> None:
    message = {"type": "result", "evidence": [{"n": 1}, {"big": "x" * MAX_LINE}, {"n": 3}]}
    assert json.loads(encode_line(message))["evidence"] == [{"n": 1}]
    assert encode_line({"text": "a\nb"}).count(b"\n") == 1


@pytest.fixture
def line() -> Any:
    """A line whose engine end is in the test's hands: (line, write end of its stdin, read end of its stdout)."""
    from_engine, to_probe = os.pipe()
    from_probe, to_engine = os.pipe()
    streams: list[BinaryIO] = [
        os.fdopen(from_engine, "rb"),
        os.fdopen(to_probe, "wb", 0),
        os.fdopen(from_probe, "rb"),
        os.fdopen(to_engine, "wb"),
    ]
    yield Line(streams[0], streams[3]), streams[1], streams[2]
    streams[1].close()
    for listener in [each for each in threading.enumerate() if each.name == "frames"]:
        listener.join(5)
        assert not listener.is_alive()
    for stream in (streams[0], *streams[2:]):
        stream.close()


@pytest.mark.parametrize(("ok", "data"), [(True, {"stopped": True}), (False, {"reason": "no"})])
def test_a_want_is_answered_or_refused(line: Any, ok: bool, data: dict[str, Any]) -> None:
    probe, to_probe, from_probe = line
    to_probe.write(frame({"plan": {}}))
    assert probe.job() == {"plan": {}}

    def engine() -> None:
        want = json.loads(from_probe.readline())
        assert want == {"type": "want", "id": 1, "what": "app_start", "args": {}}
        to_probe.write(frame({"type": "answer", "id": want["id"], "ok": ok, "data": data}))

    thread = threading.Thread(target=engine)
    thread.start()
    if ok:
        assert probe.want("app_start", {}) == data
    else:
        with pytest.raises(WantRefusedError):
            probe.want("app_start", {})
    thread.join(5)


def test_there_must_be_a_job() -> None:
    with pytest.raises(ValueError, match="no job"):
        Line(io.BytesIO(b""), io.BytesIO()).job()
