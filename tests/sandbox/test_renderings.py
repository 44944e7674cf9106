"""JUnit, HAR and coverage: forms of the one document that other programs open, harmless whatever an app wrote."""

import json
import re
from datetime import UTC, datetime

import pytest
from defusedxml import ElementTree

from sandbox.reports.comparing import Outcome, compare
from sandbox.reports.document import CheckFacts, RunFacts, document_of
from sandbox.reports.redaction import redacted
from sandbox.reports.renderings.coverage import coverage_of, declares, operations_of
from sandbox.reports.renderings.har import har_of
from sandbox.reports.renderings.http_text import evidence_text
from sandbox.reports.renderings.junit import junit_of
from tests.sandbox.test_report_document import PLAN, SECRET

EVIL = "\x1b[31m]]><script>alert(1)</script>\u202e\x00\ud800\ufffe&\"'"
BOTH = {"zh": EVIL, "en": EVIL}
AT = datetime(2026, 3, 1, 8, tzinfo=UTC)
REQUEST = {
    "method": "POST",
    "target": f"/a b?x=1&y={EVIL}",
    "headers": {EVIL: EVIL, "Content-Type": "text/x"},
    "body": EVIL,
}
RESPONSE = {"status": 500, "headers": {"Location": EVIL}, "body": EVIL, "seconds": 0.25, "error": "deadline"}
CALL = {
    "number": 1,
    "method": EVIL,
    "target": EVIL,
    "status": 201,
    "outcome": "accepted",
    "fault": "",
    "body": {"k": EVIL},
}
EVIDENCE = [
    {"kind": "exchange", "title": BOTH, "data": {"request": REQUEST, "response": RESPONSE}},
    {"kind": "department_calls", "title": BOTH, "data": {"calls": [CALL, "odd", {"target": 5}], "more": 0}},
    {"kind": "text", "title": BOTH, "data": {"lines": [EVIL]}},
    {"kind": "axe", "title": BOTH, "data": {"violations": [{"help": EVIL}]}},
    {"kind": "screenshot", "title": BOTH, "data": {"base64": "iVBORw0KGgo="}},
    {"kind": "exchange", "title": BOTH, "data": {"request": "odd", "response": 5}},
    {"kind": "department_calls", "title": BOTH, "data": {"calls": EVIL}},
]


@pytest.fixture(scope="module")
def document():
    run = RunFacts(
        reference="r", kind="certification", state="failed", order=EVIL, plan=PLAN, plan_sha256="a" * 64, seed=7,
        app="anju", version="1.0.0", started_at=AT, queued_at=AT, seconds=61.5, log_tail=EVIL,
    )  # fmt: skip
    results = [
        CheckFacts("start.healthy", "passed", BOTH, measurements={"seconds": 1.5}, at=AT),
        CheckFacts("scenario.s", "failed", BOTH, evidence=EVIDENCE, at=AT),
        CheckFacts("load.p95", "skipped", BOTH, at=AT),
    ]
    return document_of(run, results)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_junit_is_what_build_systems_read(document, language):
    root = ElementTree.fromstring(junit_of(document, language=language))
    assert root.tag == "testsuites"
    assert {name: root.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "3", "failures": "1", "errors": "0", "skipped": "1",
    }  # fmt: skip
    assert [suite.get("name") for suite in root] == ["start", "scenario", "load"]
    for suite in root:
        assert suite[0].tag == "properties"
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.get("timestamp"))
        assert {"name", "tests", "failures", "errors", "skipped", "time", "timestamp", "hostname"} == set(suite.attrib)
        assert {each.get("name"): each.get("value") for each in suite[0]}["seed"] == "7"
        for case in suite.findall("testcase"):
            assert {"name", "classname", "time"} == set(case.attrib)
            assert {child.tag for child in case} <= {"failure", "error", "skipped", "system-out"}
    failure = root.find("testsuite[@name='scenario']/testcase/failure")
    assert failure.get("type") == "mandatory"
    assert "--only scenario.s --seed 7" in failure.text
    assert "␛[31m" in failure.text
    assert "iVBOR" not in failure.text


def test_junit_survives_any_text_and_stays_data(document):
    raw = junit_of(document).decode()
    assert "<script>" not in raw
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\u202e\ufffe\ud800-\udfff]", raw)
    assert junit_of(document) == junit_of(document)


def test_har_is_valid_and_tells_the_apps_calls_from_the_citizens(document):
    log = json.loads(har_of(document, language="en"))["log"]
    assert log["version"] == "1.2"
    assert set(log["creator"]) == {"name", "version"}
    assert [entry["_direction"] for entry in log["entries"]] == ["app", "department", "department"]
    assert {entry["pageref"] for entry in log["entries"]} == {page["id"] for page in log["pages"]} == {"scenario.s"}
    for entry in log["entries"]:
        assert {"startedDateTime", "time", "request", "response", "cache", "timings"} <= set(entry)
        assert datetime.fromisoformat(entry["startedDateTime"])
        assert set(entry["timings"]) == {"send", "wait", "receive"}
        request, response = entry["request"], entry["response"]
        assert {"method", "url", "httpVersion", "cookies", "headers", "queryString", "headersSize", "bodySize"} <= set(
            request
        )
        assert {"status", "statusText", "httpVersion", "cookies", "headers", "content", "redirectURL"} <= set(response)
        assert {"size", "mimeType", "text"} == set(response["content"])
        assert re.fullmatch(r"http://127\.0\.0\.1:[89]0[80]0/[\x21-\x7e]*", request["url"])
        assert all(isinstance(each["value"], str) for each in request["headers"] + request["queryString"])
    first = log["entries"][0]
    assert (first["time"], first["response"]["statusText"], first["response"]["_error"]) == (
        250.0,
        "Internal Server Error",
        "deadline",
    )
    assert first["request"]["queryString"][0] == {"name": "x", "value": "1"}


def test_no_rendering_shows_a_secret():
    piece = {
        "kind": "exchange",
        "title": {"zh": "", "en": ""},
        "data": redacted({"request": {"target": f"/?token={SECRET}"}}),
    }
    run = RunFacts("r", "certification", "failed", "O", PLAN, "a" * 64, 7, log_tail=f"session={SECRET}")
    made = document_of(
        run, [CheckFacts("scenario.s", "failed", {"zh": f"Bearer {SECRET}", "en": ""}, evidence=[piece])]
    )
    for raw in (junit_of(made), har_of(made), json.dumps(made).encode()):
        assert SECRET.encode() not in raw


@pytest.mark.parametrize("piece", EVIDENCE)
def test_evidence_as_text_never_fails_and_is_clean(piece):
    told = evidence_text(piece)
    assert "\x1b" not in told
    assert "\u202e" not in told


CONTRACT = {
    "paths": {
        "/a": {"get": {"operationId": "readA", "responses": {"200": {}, "404": {}, "x-note": {}}}, "parameters": []},
        "/b/{id}": {"post": {"responses": {201: {}, "4XX": {}, "default": {}}}},
    }
}


def test_coverage_names_what_was_never_seen_and_what_nobody_declared():
    seen = {"readA": {"200": 5, "500": 1, "0": 2}, "post /b/{id}": {"422": 3}}
    found = coverage_of(CONTRACT, seen)
    first, second = found["operations"]
    assert (first["declared"], first["missing"], first["undeclared"]) == (["200", "404"], ["404"], ["500"])
    assert (second["declared"], second["missing"], second["undeclared"]) == (
        ["201", "4XX", "default"], ["201", "default"], [],
    )  # fmt: skip
    assert (found["declared"], found["covered"], found["requests"]) == (5, 2, 11)
    assert operations_of(CONTRACT) == {"readA", "post /b/{id}"}
    assert declares(["4XX"], "418") == "4XX"
    assert not declares(["default"], "0")
    assert coverage_of({}, {})["operations"] == []


def test_a_comparison_says_what_broke_what_was_mended_and_what_still_fails():
    before = {
        "a": Outcome("passed", {"p95": 10.0, "x": 1.0}),
        "b": Outcome("failed", {}),
        "c": Outcome("error", {}),
        "old": Outcome("passed", {}),
    }
    after = {
        "a": Outcome("failed", {"p95": 15.0, "x": 1.0}),
        "b": Outcome("advisory", {}),
        "c": Outcome("skipped", {}),
        "new": Outcome("failed", {}),
    }
    found = compare(before, after, figures=({"pod_seconds": 30.0}, {"pod_seconds": 31.0, "ended": "completed"}))
    assert (found.newly_failing, found.newly_passing, found.still_failing) == (["a"], ["b"], ["c"])
    assert (found.added, found.dropped) == (["new"], ["old"])
    assert [(row.check, row.name, row.change) for row in found.measurements] == [
        ("", "pod_seconds", 1 / 30),
        ("a", "p95", 0.5),
    ]
    assert compare(after, after).measurements == []
