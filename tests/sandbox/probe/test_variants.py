"""The checks against the reference app as a local process: the good one passes, the built-in faults are found."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sandbox.probe.browser import walk_pages
from tests.sandbox.probe.bench import job, run

pytestmark = pytest.mark.enable_socket


def test_the_good_app_passes_start_contract_scenarios_and_duties(tmp_path: Path) -> None:
    good = job(groups={"start", "contract", "scenario", "duty", "conduct"})
    found = run(good, tmp_path)
    assert {check: line["outcome"] for check, line in found.items()} == dict.fromkeys(found, "passed")
    assert set(found) == {check["id"] for check in good["plan"]["checks"]}
    assert found["contract.no_server_error"]["measurements"]["requests"] >= 500


@pytest.mark.slow
def test_the_good_app_survives_faults_and_load(tmp_path: Path) -> None:
    found = run(job(groups={"start", "fault", "load"}, load_seconds=2), tmp_path)
    assert {check: line["outcome"] for check, line in found.items()} == dict.fromkeys(found, "passed")


@pytest.mark.slow
def test_the_slow_app_passes_with_half_the_points_for_load(tmp_path: Path) -> None:
    found = run(job(groups={"start", "load", "scenario"}, load_seconds=2, p95_ms=880), tmp_path, variant="slow")
    assert {check: line["outcome"] for check, line in found.items()} == dict.fromkeys(found, "passed")
    assert found["load.p95"]["measurements"]["share"] == 0.5
    assert not found["load.p95"]["digestible"]


@pytest.mark.slow
def test_the_app_that_loses_submissions_is_told_so_in_plain_words(tmp_path: Path) -> None:
    found = run(job(groups={"start", "fault"}, recovery_seconds=2), tmp_path, variant="loses")
    slow = found["fault.slow"]
    assert slow["outcome"] == "failed"
    assert "丢了" in slow["summary"]["zh"]
    assert re.search("was lost", slow["summary"]["en"])
    kinds = {piece["kind"] for piece in slow["evidence"]}
    assert kinds == {"exchange", "department_calls"}
    calls = next(piece for piece in slow["evidence"] if piece["kind"] == "department_calls")["data"]["calls"]
    assert [call["outcome"] for call in calls] == ["dropped"]


def test_an_app_that_declares_too_little_fails_its_duty(tmp_path: Path) -> None:
    narrow = job(groups={"start", "scenario", "duty"})
    narrow["manifest"]["scopes"] = ["person.identity"]
    narrow["plan"]["scenarios"] = narrow["plan"]["scenarios"][:1]
    narrow["plan"]["checks"] = [
        c for c in narrow["plan"]["checks"] if "too_short" not in c["id"] and "rare" not in c["id"]
    ]
    found = run(narrow, tmp_path)
    assert found["duty.declared_only"]["outcome"] == "failed"
    assert "person.contact" in found["duty.declared_only"]["summary"]["en"]


@pytest.mark.browser
@pytest.mark.slow
def test_citizens_get_through_the_pages_of_the_good_app_in_every_way(tmp_path: Path) -> None:
    a_job = job(groups={"start", "page"})
    found = run(a_job, tmp_path, pages=walk_pages)
    told = {check: line["summary"]["en"] for check, line in found.items() if line["outcome"] != "passed"}
    assert told == {}
    assert set(found) == {each["id"] for each in a_job["plan"]["checks"]}
    for check in ("page.axe_1280", "page.axe_390", "page.axe_320"):
        assert found[check]["measurements"]["pages"] == 8
    pictures = [piece for piece in found["page.axe_390"]["evidence"] if piece["kind"] == "screenshot"]
    assert 3 <= len(pictures) <= 8, "as many as fit into one result"
    assert found["page.double_click"]["measurements"]["submissions"] == 1
