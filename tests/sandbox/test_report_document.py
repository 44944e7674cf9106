"""The one document of a run: fits its schema, repeats its bytes, proves its verdict, and holds no secret."""

import hashlib
import json
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from sandbox.reports.document import CheckFacts, RunFacts, document_of, schema, sha256_of, to_bytes
from sandbox.reports.redaction import redacted
from sandbox.runs import reporting, running
from tests.sandbox import factory

VALIDATOR = Draft202012Validator(schema(), format_checker=FormatChecker())
PLAN = {
    "service_item": {"code": "JZZ"},
    "contract": {
        "info": {"version": "2"},
        "paths": {"/a": {"get": {"operationId": "a", "responses": {"200": {}, "4XX": {}}}}},
    },
    "interfaces": [{"code": "population", "version": "1.0.0", "openapi": {}}],
    "scenarios": [{"code": "s", "title_zh": "场景", "title_en": "Scenario", "arazzo": {"info": {"version": "1"}}}],
    "thresholds": {"pass_mark": 80},
    "checks": [
        {"id": "start.healthy", "mandatory": True, "weight": 0},
        {"id": "scenario.s", "mandatory": True, "weight": 10},
        {"id": "load.p95", "mandatory": False, "weight": 30},
    ],
}


def facts(**fields):
    known = {"reference": "r", "kind": "certification", "state": "failed", "order": "O-1", "plan": PLAN}
    return RunFacts(**(known | {"plan_sha256": "a" * 64, "seed": 7} | fields))


def found(code="scenario.s", outcome="failed", **fields):
    return CheckFacts(code=code, outcome=outcome, summary={"zh": "坏", "en": "bad"}, **fields)


def exchange(**request):
    return {"kind": "exchange", "title": {"zh": "题", "en": "T"}, "data": {"request": request, "response": {}}}


@pytest.mark.django_db
@pytest.mark.parametrize("hostile", [True, False])
def test_a_recorded_run_fits_the_schema_and_its_digest_can_be_recomputed(cast, engine, now, hostile):
    run = factory.queued_run(cast, now=now)
    VALIDATOR.validate(reporting.document(run, run.results.all()))
    if hostile:
        engine.lines = factory.hostile_lines()
    running.perform(run_pk=run.pk, worker="w1")
    run.refresh_from_db()
    document = reporting.document(run, run.results.all())
    VALIDATOR.validate(document)
    told = json.dumps(document["digestible"], sort_keys=True, separators=(",", ":")).encode()
    assert hashlib.sha256(told).hexdigest() == run.verdict_digest == document["verdict_sha256"]
    assert to_bytes(document) == to_bytes(reporting.document(type(run).objects.get(pk=run.pk), run.results.all()))


def test_the_bytes_are_canonical_and_the_hash_is_theirs():
    document = document_of(facts(), [found()])
    raw = to_bytes(document)
    assert raw == to_bytes(json.loads(raw))
    assert raw.startswith(b'{"app":')
    assert raw.endswith(b"}\n")
    assert sha256_of(document) == hashlib.sha256(raw).hexdigest()


def test_measurements_lie_apart_from_what_must_repeat():
    quick = found("load.p95", "passed", digestible=False, measurements={"p95_ms": 3.0, "share": 1.0})
    slow = found("load.p95", "failed", digestible=False, measurements={"p95_ms": 900.0, "share": 0.0})
    one = document_of(facts(verdict_sha256="b" * 64), [found(), quick])
    other = document_of(facts(verdict_sha256="b" * 64), [found(), slow])
    assert one["digestible"] == other["digestible"]
    assert one["measured"]["checks"]["load.p95"]["p95_ms"] == 3.0
    assert "measurements" not in one["checks"][2]


def test_each_check_has_its_words_and_the_command_that_repeats_it():
    document = document_of(facts(), [found()])
    check = document["checks"][1]
    assert check["title"] == {"zh": "场景", "en": "Scenario"}
    assert check["reproduce"] == "python3 minshi-test.py --app http://127.0.0.1:8080 --only scenario.s --seed 7"
    assert document["checks"][0]["outcome"] == ""
    assert {each["kind"] for each in document["specs"]} == {"contract", "interface", "scenario"}
    assert document_of(facts(seed=None), [])["checks"][0]["reproduce"] == ""


SECRET = "fXYcpx5FAjvFod1jr_P42ndMiX5RETbm"
JWT = "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    "request_",
    [
        {"headers": {"Authorization": f"Bearer {SECRET}"}},
        {"headers": {"Cookie": f"theme=dark; sid={SECRET}"}},
        {"headers": {"Set-Cookie": f"sid={SECRET}; Path=/; HttpOnly"}},
        {"target": f"/launch?token={SECRET}&lang=zh"},
        {"body": f'{{"session": "{SECRET}"}}'},
        {"body": json.dumps(json.dumps({"token": SECRET}))},
        {"body": f"token={SECRET}&x=1"},
        {"body": {"nested": [{"access_token": SECRET}]}},
        {"body": f"<p>Bearer {SECRET}</p>"},
    ],
)
def test_secrets_are_taken_out_wherever_they_are_written_again(request_):
    again = {"kind": "text", "title": {"zh": "", "en": ""}, "data": {"lines": [f"seen {SECRET} here"]}}
    pieces = [exchange(**request_), again, exchange(target=f"/a?t={JWT}")]
    document = document_of(facts(log_tail=f"GET /launch?token={JWT} {SECRET}"), [found(evidence=pieces)])
    raw = to_bytes(document).decode()
    assert SECRET not in raw
    assert JWT not in raw
    assert "[redacted:" in raw
    VALIDATOR.validate(document)


def test_redaction_is_stable_follows_a_secret_and_spares_ordinary_words():
    value = {
        "a": {"Authorization": f"Bearer {SECRET}"},
        "b": f"x {SECRET}",
        "session": "short",
        "c": "shortly in session",
    }
    once = redacted(value)
    assert redacted(once) == once
    assert once["a"]["Authorization"].removeprefix("Bearer ") == once["b"].removeprefix("x ")
    assert once["c"] == "shortly in session"
    assert "short" not in once["session"]
    picture = {"base64": "eyJhbGciOiJFZERTQSJ9" * 3}
    assert redacted(picture) == picture


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(["token", "body", "headers", "Cookie", "authorization"]), JSON, max_size=4))
def test_redaction_keeps_the_shape_of_anything(value):
    once = redacted(value)
    assert set(once) == set(value)
    assert redacted(once) == once


@pytest.mark.django_db
def test_evidence_isnt_read_while_the_run_goes_on(cast, engine, now):
    engine.lines = factory.hostile_lines()
    run = factory.queued_run(cast, now=now)
    running.perform(run_pk=run.pk, worker="w1")
    document = reporting.document(run, run.results.all(), with_evidence=False)
    assert not any(check["evidence"] for check in document["checks"])


def test_numbers_are_the_same_bytes_from_the_database_and_from_the_kit():
    one = document_of(facts(score=Decimal("80.00")), [found(points=Decimal("10.00"))])
    other = document_of(facts(score=Decimal(80)), [found(points=Decimal(10))])
    assert to_bytes(one) == to_bytes(other)
