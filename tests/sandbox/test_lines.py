"""What a line may say, and that text from an app comes out harmless."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.reports.cleaning import clean_text, clean_value
from sandbox.reports.messages import EVIDENCE_BYTES, LineRefused, read_engine, read_progress, read_result
from tests.sandbox.fake_engine import result

PLANNED = {"load.p95", "page.axe_390"}
JPEG = base64.b64encode(b"\xff\xd8\xff\xe0" + bytes(40)).decode()
BOTH = {"zh": "中", "en": "en"}


def read(line, seen=()):
    return read_result(line, planned=PLANNED, seen=seen)


def piece(kind="text", **fields):
    return {"kind": kind, "title": BOTH, "data": {"lines": ["x"]}} | fields


def test_a_line_as_agreed_is_read_whole():
    found = read(result("load.p95", measurements={"share": 0.5}, evidence=[piece()], digestible=False))
    assert (found.check, found.share, found.digestible, len(found.evidence)) == ("load.p95", 0.5, False, 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"check": "load.made_up"},
        {"check": ["load.p95"]},
        {"group": "page"},
        {"outcome": "perfect"},
        {"outcome": ["passed"]},
        {"summary": "one language"},
        {"summary": {"zh": 1, "en": 2}},
        {"measurements": {"share": "1"}},
        {"measurements": {"share": True}},
        {"measurements": {"share": float("nan")}},
        {"measurements": {"x": 1e300}},
        {"measurements": {str(n): n for n in range(101)}},
        {"evidence": "none"},
        {"evidence": [piece()] * 51},
        {"evidence": [piece(kind="html")]},
        {"evidence": [piece(kind=["text"])]},
        {"evidence": [piece(data="x")]},
    ],
)
def test_any_other_line_is_refused(changes):
    with pytest.raises(LineRefused):
        read(result("load.p95") | changes)


def test_a_check_speaks_once():
    with pytest.raises(LineRefused):
        read(result("load.p95"), seen={"load.p95"})


def test_a_screenshot_keeps_only_a_checked_picture():
    found = read(result("page.axe_390", evidence=[piece("screenshot", data={"image": JPEG, "media": "text/html"})]))
    assert found.evidence[0]["data"] == {"media": "image/jpeg", "base64": JPEG}


@pytest.mark.parametrize(
    "picture",
    [
        "",
        "<svg onload=alert(1)>",
        base64.b64encode(b"<svg>").decode(),
        base64.b64encode(b"\xff\xd8\xff" + bytes(200_000)).decode(),
    ],
)
def test_anything_but_a_small_picture_is_left_out_and_the_result_counts(picture):
    found = read(result("page.axe_390", evidence=[piece("screenshot", data={"base64": picture, "page": "/apply"})]))
    assert found.evidence[0]["data"] == {"page": "/apply"}


def test_evidence_is_bounded_as_a_whole():
    big = piece(data={"lines": ["x" * 10_000] * 4})
    found = read(result("load.p95", evidence=[big] * 40))
    assert 0 < len(json.dumps(found.evidence)) <= EVIDENCE_BYTES + 2_000


@pytest.mark.parametrize(
    "changes", [{"state": "hacked"}, {"done": -1}, {"done": True}, {"total": 10**9}, {"check": "x"}]
)
def test_progress_is_counted_and_planned(changes):
    with pytest.raises(LineRefused):
        read_progress({"check": "load.p95", "state": "done", "done": 1, "total": 2} | changes, planned=PLANNED)


@pytest.mark.parametrize("event", ["<b>", "", "a" * 61, None])
def test_engine_events_have_plain_names(event):
    with pytest.raises(LineRefused):
        read_engine({"event": event, "data": {}})


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "␛[31mred␛[0m"),
        ("\x1b]8;;http://evil\x07link\x1b]8;;\x07", "␛]8;;http://evil␇link␛]8;;␇"),
        ("a\x00b\x07c\x7f\x9bd", "a␀b␇c␡⟨U+009B⟩d"),
        ("safe\u202egpj.exe", "safe⟨U+202E⟩gpj.exe"),
        ("\u2066a\u2069\ufeff", "⟨U+2066⟩a⟨U+2069⟩⟨U+FEFF⟩"),
        ("line\r\nline\rx\tz\n", "line\nline␍x\tz\n"),
        ("\ud800", "⟨U+D800⟩"),
        ("张·阿依古丽 𠮷 👩‍💻", "张·阿依古丽 𠮷 👩‍💻"),
    ],
)
def test_text_keeps_its_words_and_its_tricks_become_signs(given_text, shown):
    assert clean_text(given_text) == shown


@given(st.text(alphabet=st.characters(), max_size=300))
def test_cleaned_text_is_storable_bounded_and_stays_clean(text):
    cleaned = clean_text(text, limit=100)
    assert len(cleaned) <= 100
    assert "\x1b" not in cleaned
    cleaned.encode()
    assert clean_text(cleaned, limit=100) == cleaned


def test_nesting_and_width_are_cut():
    deep: object = "x"
    for _ in range(100):
        deep = [deep]
    assert "x" not in json.dumps(clean_value(deep))
    assert len(clean_value({str(n): n for n in range(10_000)})) == 200
    assert clean_value(float("inf")) is None
