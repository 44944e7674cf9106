"""Bytes from a container: bounded, cleaned, and refused when they are not what was agreed."""

import json
import socket
import struct
import threading

import pytest

from sandbox.engine.errors import ProtocolBroken
from sandbox.engine.limits import FRAME_BYTES
from sandbox.engine.streams import Attachment, LineReader, Tail, cleaned, printable


def lines(reader: LineReader, data: bytes) -> list[object]:
    return list(reader.feed(data))


def test_lines_are_cut_wherever_the_pieces_end() -> None:
    reader = LineReader()
    assert lines(reader, b'{"a":1}\n{"b"') == [{"a": 1}]
    assert lines(reader, b":2}\n") == [{"b": 2}]


@pytest.mark.parametrize("data", [b"x" * 101, b"x" * 101 + b"\n", b'{"a":1}\n' + b"y" * 101])
def test_a_line_over_the_limit(data: bytes) -> None:
    with pytest.raises(ProtocolBroken):
        lines(LineReader(line_bytes=100), data)


def test_output_over_the_limit() -> None:
    reader = LineReader(output_bytes=20)
    lines(reader, b"1\n" * 10)
    with pytest.raises(ProtocolBroken):
        lines(reader, b"1")


@pytest.mark.parametrize(
    "line", [b"", b"nonsense", b"NaN", b"[Infinity]", b"\xff\xfe", b"[" * 100_000, b"1" * 5000, b'"' + b"[" * 60]
)
def test_what_is_no_json_line(line: bytes) -> None:
    with pytest.raises(ProtocolBroken):
        lines(LineReader(), line + b"\n")


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(ProtocolBroken):
        lines(LineReader(), b"[" * 60 + b"]" * 60 + b"\n")


def test_control_characters_and_surrogates_go() -> None:
    value = json.loads('{"a\\u0000": ["\\u001b[31mred\\u009b", "\\ud800x", "line\\n\\ttab", 3, true, null]}')
    clean = cleaned(value)
    assert clean == {"a": ["[31mred", "?x", "line\n\ttab", 3, True, None]}
    assert printable("居住证 𠮷") == "居住证 𠮷"


def test_a_tail_keeps_the_end_and_counts_all() -> None:
    tail = Tail(keep=10)
    for number in range(100):
        tail.add(f"{number:04}".encode())
    assert tail.total == 400
    assert tail.text() == "9700980099"


def test_a_tail_shows_no_escapes() -> None:
    tail = Tail()
    tail.add(b"\x1b]0;title\x07ok\xff")
    assert tail.text() == "]0;titleok\ufffd"


@pytest.fixture
def ends() -> tuple[socket.socket, socket.socket]:
    ours, theirs = socket.socketpair()
    yield ours, theirs
    theirs.close()
    ours.close()


def test_frames_go_out_with_their_length(ends: tuple[socket.socket, socket.socket]) -> None:
    attachment = Attachment(ends[0], keep=None)
    attachment.send_frame({"名": 1})
    text = '{"名":1}'.encode()
    assert ends[1].recv(100) == struct.pack(">I", len(text)) + text


def test_a_frame_over_the_limit_is_not_sent(ends: tuple[socket.socket, socket.socket]) -> None:
    with pytest.raises(ProtocolBroken):
        Attachment(ends[0], keep=None).send_frame("x" * FRAME_BYTES)


def test_both_streams_are_told_apart(ends: tuple[socket.socket, socket.socket]) -> None:
    for stream, data in ((1, b"out"), (2, b"err"), (1, b"")):
        ends[1].sendall(struct.pack(">BxxxL", stream, len(data)) + data)
    ends[1].close()
    assert list(Attachment(ends[0], keep=None).chunks()) == [(1, b"out"), (2, b"err")]


def test_an_attachment_cut_off_in_a_frame_just_ends(ends: tuple[socket.socket, socket.socket]) -> None:
    ends[1].sendall(struct.pack(">BxxxL", 1, 10) + b"half")
    ends[1].close()
    assert list(Attachment(ends[0], keep=None).chunks()) == [(1, b"half")]


def test_closing_wakes_the_reader(ends: tuple[socket.socket, socket.socket]) -> None:
    attachment = Attachment(ends[0], keep=None)
    reader = threading.Thread(target=lambda: list(attachment.chunks()))
    reader.start()
    attachment.close()
    reader.join(5)
    assert not reader.is_alive()
