"""Lines of the probe and the browser: what the contract allows passes, everything else is refused."""

from typing import Any

import pytest

from sandbox.engine.errors import ProtocolBroken
from sandbox.engine.messages import check, check_from_browser

RESULT: dict[str, Any] = {
    "type": "result",
    "check": "page.axe_390",
    "group": "page",
    "outcome": "passed",
    "summary": {"zh": "好", "en": "fine"},
    "measurements": {"violations": 0},
    "digestible": True,
    "evidence": [{"kind": "text", "title": {"zh": "题", "en": "title"}, "data": {"x": 1}}],
}
PROGRESS = {"type": "progress", "check": "load.p95", "state": "running", "done": 3, "total": 17}
WANT = {"type": "want", "id": 1, "what": "memory", "args": {}}


@pytest.mark.parametrize("message", [RESULT, PROGRESS, WANT, {"type": "ready"}, {"type": "end"}])
def test_the_contract_passes_unchanged(message: dict[str, Any]) -> None:
    assert check(message) == message


def test_unknown_keys_are_dropped() -> None:
    assert check(PROGRESS | {"verdict": "passed"}) == PROGRESS
    assert check({"type": "ready", "x": 1}) == {"type": "ready"}


@pytest.mark.parametrize(
    "message",
    [
        None,
        [],
        "ready",
        {},
        {"type": "engine", "event": "app_started"},
        {"type": ["ready"]},
        RESULT | {"outcome": "certified"},
        RESULT | {"group": "other"},
        RESULT | {"check": "x" * 201},
        RESULT | {"check": None},
        RESULT | {"summary": "text"},
        RESULT | {"summary": {"zh": "only"}},
        RESULT | {"summary": {"zh": "x" * 4001, "en": ""}},
        RESULT | {"measurements": {"a": "1"}},
        RESULT | {"measurements": {"a": True}},
        RESULT | {"measurements": [1]},
        RESULT | {"evidence": {}},
        RESULT | {"evidence": [{}] * 51},
        RESULT | {"evidence": [{"kind": "html", "title": {"zh": "", "en": ""}, "data": {}}]},
        RESULT | {"evidence": [{"kind": "text", "title": {"zh": "", "en": ""}, "data": "<b>"}]},
        PROGRESS | {"done": -1},
        PROGRESS | {"done": True},
        PROGRESS | {"total": 1e3},
        PROGRESS | {"state": "half"},
        WANT | {"what": "host_shell"},
        WANT | {"args": []},
        WANT | {"id": "1"},
        {"type": "end", "said": "all is well"},
        {"type": "end", "said": {"receipt": 1}},
        {"type": "end", "said": {"receipt": "x" * 4001}},
        {"type": "end", "said": {str(n): "" for n in range(21)}},
    ],
)
def test_what_is_not_in_the_contract_is_refused(message: Any) -> None:
    with pytest.raises(ProtocolBroken):
        check(message)


def test_an_end_may_say_a_little() -> None:
    assert check({"type": "end"}) == {"type": "end"}
    said = {"type": "end", "said": {"receipt": "R1"}}
    assert check({**said, "more": 1}) == said


def test_the_browser_may_report_pages() -> None:
    assert check_from_browser(RESULT) == RESULT


@pytest.mark.parametrize("message", [RESULT | {"group": "fault"}, WANT])
def test_the_browser_may_not_write_other_verdicts_or_ask_for_anything(message: dict[str, Any]) -> None:
    with pytest.raises(ProtocolBroken):
        check_from_browser(message)
