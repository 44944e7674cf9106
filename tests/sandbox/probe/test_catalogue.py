"""Every check says what it is in both languages, and naming checks costs the platform no library."""

from __future__ import annotations

import subprocess
import sys

import pytest

from marketplace.orders import defaults
from sandbox.probe.catalogue import CHECKS, SCENARIO, check_for
from sandbox.probe.context import DEFAULTS
from sandbox.probe.model import GROUPS, Check
from sandbox.probe.runner import planned
from tests.sandbox.probe.bench import ROOT, plan_checks


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_every_check_is_complete_in_both_languages(check: Check) -> None:
    for sentence in (check.title, check.proves, check.remedy):
        assert set(sentence) == {"zh", "en"}
        assert all(sentence.values())
    assert check.group in GROUPS
    assert check.group == check.id.partition(".")[0]
    assert check.run is not None or check.group == "page"


def test_ids_are_unique() -> None:
    assert len({check.id for check in CHECKS}) == len(CHECKS)


def test_each_scenario_of_a_plan_is_the_scenario_check() -> None:
    assert check_for("scenario.anything") is SCENARIO


def test_an_unknown_check_is_an_error() -> None:
    with pytest.raises(KeyError):
        check_for("nothing.like_this")


def test_checks_run_in_the_order_of_the_catalogue() -> None:
    plan = {"checks": list(reversed(plan_checks(["a", "b"])))}
    order = planned(plan)
    assert order[0] == "start.healthy"
    assert order.index("fault.exactly_once") < order.index("duty.declared_only") < order.index("load.p95")


@pytest.mark.parametrize("module", ["catalogue", "pod"])
def test_importing_needs_the_standard_library_only(module: str) -> None:
    heavy = "joserfc jsonschema faker regex schemathesis hypothesis playwright jsonpath_rfc9535 referencing django"
    code = f"import sys, sandbox.probe.{module}; print([m for m in {heavy.split()!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_orders_start_from_the_defaults_of_the_catalogue() -> None:
    here = [{"id": c.id, "mandatory": c.mandatory_by_default, "weight": c.default_weight} for c in CHECKS]
    assert defaults.default_checks() == here
    assert [each.id for each in defaults.usual_checks() if each.always_mandatory] == [
        check.id for check in CHECKS if check.always_mandatory
    ]


def test_a_file_in_the_folder_is_all_that_a_check_needs() -> None:
    files = {path.stem for path in (ROOT / "sandbox" / "probe" / "checks").glob("[a-z]*.py")}
    assert len(files) == len(CHECKS)


def test_what_is_always_mandatory_is_mandatory_and_every_group_has_checks() -> None:
    assert all(check.mandatory_by_default for check in CHECKS if check.always_mandatory)
    assert CHECKS[0].id == "start.healthy"
    assert CHECKS[-1].at_end


def test_every_threshold_that_a_check_reads_can_be_set_in_an_order() -> None:
    assert set(DEFAULTS) <= set(defaults.THRESHOLDS)
    assert {name: defaults.THRESHOLDS[name].usual for name in DEFAULTS} == DEFAULTS
