"""Build systems read runs and reports by token; anybody verifies a certificate."""

import hashlib
import io
import json
import zipfile

import pytest
from defusedxml import ElementTree

from marketplace.accounts.services import issue_token
from marketplace.core import clock
from sandbox.runs import running
from tests.sandbox import factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(cast, engine, now):
    return factory.queued_run(cast, now=now)


def get(client, path, user=None, scopes=("apps:upload",)):
    headers = {}
    if user is not None:
        _token, secret = issue_token(name="ci", user=user, scopes=list(scopes), now=clock.now())
        headers["Authorization"] = f"Bearer {secret}"
    return client.get(f"/api/v1{path}", headers=headers)


def test_a_waiting_run_says_why(client, cast, run):
    body = get(client, f"/runs/{run.pk}", cast.developer).json()
    assert (body["state"], body["app"], body["checks_done"], body["checks_total"]) == (
        "queued",
        run.version.app.code,
        0,
        5,
    )
    assert body["waiting_because"]
    assert "seed" not in body
    assert get(client, f"/runs/{run.pk}/report", cast.developer).status_code == 404


def test_a_finished_run_has_a_report_and_a_certificate(client, cast, run):
    running.perform(run_pk=run.pk, worker="w1")
    body = get(client, f"/runs/{run.pk}", cast.developer).json()
    assert (body["state"], body["score"], body["failed_checks"]) == ("passed", 100.0, [])
    report = get(client, f"/runs/{run.pk}/report", cast.developer).json()
    run.refresh_from_db()
    assert report["seed"] == run.seed
    assert [check["id"] for check in report["checks"]] == [check["id"] for check in run.plan["checks"]]
    certificate = get(client, f"/certificates/{body['certificate']}").json()
    assert certificate["valid"]
    assert certificate["claims"]["sub"] == run.image_id
    listed = get(client, f"/versions/{run.version_id}/runs", cast.developer).json()
    assert [item["id"] for item in listed["results"]] == [run.pk]


FILES = ("/runs/{run}/junit.xml", "/runs/{run}/report.har", "/runs/{run}/kit.zip")


def test_a_build_reads_every_form_of_the_report(client, cast, run):
    for path in FILES:
        assert get(client, path.format(run=run.pk), cast.developer).status_code == 404
    running.perform(run_pk=run.pk, worker="w1")
    junit, har, kit = (get(client, path.format(run=run.pk), cast.developer) for path in FILES)
    assert ElementTree.fromstring(junit.content).get("failures") == "0"
    assert json.loads(har.content)["log"]["version"] == "1.2"
    assert zipfile.ZipFile(io.BytesIO(kit.content)).testzip() is None
    report = get(client, f"/runs/{run.pk}/report", cast.developer)
    assert hashlib.sha256(report.content).hexdigest() == report["X-Report-SHA256"]
    type(run.order).objects.filter(pk=run.order_id).update(contract={"openapi": "3.1.0", "paths": {}})
    assert get(client, f"/orders/{run.order.code}/kit.zip", cast.developer).status_code == 200
    assert get(client, "/orders/none/kit.zip", cast.developer).status_code == 404


@pytest.mark.parametrize("path", ["/runs/{run}", "/runs/{run}/report", "/versions/{version}/runs", *FILES])
@pytest.mark.parametrize(("who", "status"), [("stranger", 404), ("citizen", 404), (None, 401)])
def test_others_find_nothing(client, cast, run, path, who, status):
    running.perform(run_pk=run.pk, worker="w1")
    user = getattr(cast, who) if who else None
    response = get(client, path.format(run=run.pk, version=run.version_id), user)
    assert response.status_code == status
    assert json.loads(response.content)["type"]


def test_a_token_without_the_scope_is_told_so(client, cast, run):
    assert get(client, f"/runs/{run.pk}", cast.developer, scopes=("events:write",)).status_code == 403
