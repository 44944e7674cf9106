"""The product in one test: from a demand order to a paid statement, with the chapters of the demo at a small scale.

The engine is the tests' own and says what a script tells it to; the demo and the tests marked `engine` use a real one.
"""

import json

import jsonschema
import pytest

from billing.services.awards import rankings
from marketplace.config.celery import app as celery_app
from marketplace.core import clock
from marketplace.demo.calendar import settled_quarter
from marketplace.demo.chapters import ask, build, choose, pay, people, publish
from marketplace.demo.outcome import summarise
from marketplace.demo.telling import Telling
from sandbox.engine import IntakeRefused
from tests.demo.standing import TODAY, StandingClock
from tests.sandbox import fake_engine

CASES, REVIEWS = 110, 60


@pytest.fixture
def story_clock(monkeypatch):
    standing = StandingClock()
    monkeypatch.setattr(clock, "_source", standing)
    return standing


@pytest.fixture
def telling(story_clock, settings, tmp_path, client):
    settings.SANDBOX_ENGINE = "tests.sandbox.fake_engine"
    settings.STATE_DIR = settings.MEDIA_ROOT = tmp_path
    celery_app.conf.update(task_always_eager=True, task_eager_propagates=True)
    fake_engine.reset()

    def send(events, token):
        response = client.post(
            "/api/v1/events",
            data=json.dumps(events),
            content_type="application/cloudevents-batch+json",
            headers={"Authorization": f"Bearer {token}"},
        )
        assert response.status_code == 200, response.content
        return response.json()

    yield Telling(
        quarter=settled_quarter(TODAY.date()),
        clock=story_clock,
        folder=tmp_path,
        say=lambda line: None,
        send=send,
        cases=CASES,
        reviews=REVIEWS,
    )
    celery_app.conf.update(task_always_eager=False, task_eager_propagates=False)
    fake_engine.reset()


def upload(telling, key, version):
    path = telling.folder / f"{key}-{version}.tar"
    path.write_bytes(f"{key} {version}".encode())
    submitted = build._upload(telling, key, version, path)
    submitted.refresh_from_db()
    return submitted


def failing(check):
    """Return result lines in which one mandatory check fails; the rest isn't reached."""
    return [fake_engine.result(check, "failed")]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_from_a_demand_order_to_a_paid_statement(telling, shared_data):
    people.tell(telling)
    publish.tell(telling)
    pay.publish_tariff(telling)
    ask.draft(telling)
    ask.rehearse_and_open(telling)
    assert telling.order.state == "open"

    build.register(telling)
    telling.at(telling.quarter.day(-20))
    assert upload(telling, "data", "1.0.0").state == "certified"
    assert upload(telling, "ninghai", "1.0.0").state == "certified"
    fake_engine.script.lines = failing("fault.exactly_once")
    assert upload(telling, "hezhong", "1.0.0").state == "failed"
    fake_engine.script.lines = None
    assert upload(telling, "hezhong", "1.0.1").state == "certified"
    fake_engine.script.refusal = IntakeRefused("layer-too-large", "layer.tar", {})
    assert upload(telling, "ninghai", "1.0.9").state == "refused"

    choose.list_apps(telling)
    choose.live(telling)
    settlement = pay.settle(telling)

    assert [ranking.no_award for ranking in rankings(settlement=settlement, now=telling.clock())] == [""]
    outcome = summarise(telling, settlement) | {"seconds": 1.0}
    schema = json.loads((shared_data / "demo_outcome.schema.json").read_text())
    jsonschema.validate(outcome, schema)
    assert settlement.state == "paid"
    assert outcome["ledger"]["debits"] == outcome["ledger"]["credits"] != "0.00"
    assert outcome["audit"]["verified"]
    assert sum(outcome["reviews"].values()) > 0
    assert set(outcome["confirmed_by"]) >= {"api", "clerk"}
    assert [award["place"] for award in outcome["settlement"]["awards"]] == [1, 2, 3]
    fees = [each for each in outcome["payment_files"] if each["kind"] == "fees"]
    assert [each["control_sum"] for each in fees] == [outcome["settlement"]["total_payable"]]
