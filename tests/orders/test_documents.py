"""Scenarios, thresholds and weights are checked with places before anybody is measured by them."""

import json

import pytest

from marketplace.catalogue.sentences import DocumentRefused, sentence
from marketplace.orders import arazzo, defaults
from marketplace.orders import sentences as _sentences  # noqa: F401 - registers the sentences
from marketplace.orders.differences import between
from marketplace.orders.services import put_scenario
from tests.orders import factory

STEP = "/workflows/0/steps/1"


def steps(made):
    return made["workflows"][0]["steps"]


SPOILED = [
    (lambda made: made.update(arazzo="2.0.0"), "arazzo-version", "/arazzo"),
    (lambda made: made.pop("info"), "missing", ""),
    (lambda made: made["info"].pop("version"), "missing", "/info"),
    (lambda made: made.update(sourceDescriptions=[]), "arazzo-one-source", "/sourceDescriptions"),
    (lambda made: made.update(workflows=[]), "arazzo-no-workflow", "/workflows"),
    (lambda made: made["workflows"][0].update(steps=[]), "arazzo-steps", "/workflows/0/steps"),
    (lambda made: made["workflows"][0].update(workflowId="a b"), "arazzo-name", "/workflows/0/workflowId"),
    (lambda made: made["workflows"].append(made["workflows"][0]), "arazzo-name-twice", "/workflows/1/workflowId"),
    (lambda made: steps(made)[1].update(stepId="draft"), "arazzo-name-twice", f"{STEP}/stepId"),
    (lambda made: steps(made)[1].pop("operationId"), "missing", STEP),
    (lambda made: steps(made)[1].update(operationId="nothing"), "arazzo-operation", f"{STEP}/operationId"),
    (lambda made: steps(made)[1].update(successCriteria={}), "wrong-type", f"{STEP}/successCriteria"),
    (
        lambda made: steps(made)[1].update(successCriteria=[{"condition": "$statuscode == 200"}]),
        "arazzo-expression",
        f"{STEP}/successCriteria/0/condition",
    ),
    (
        lambda made: steps(made)[1].update(successCriteria=[{"condition": "$.a", "type": "xpath"}]),
        "not-one-of",
        f"{STEP}/successCriteria/0/type",
    ),
    (
        lambda made: steps(made)[1].update(successCriteria=[{"condition": "$.a", "type": "jsonpath"}]),
        "missing",
        f"{STEP}/successCriteria/0",
    ),
    (
        lambda made: steps(made)[1].update(requestBody={"payload": "$steps.later.outputs.name"}),
        "arazzo-step",
        f"{STEP}/requestBody/payload",
    ),
    (
        lambda made: steps(made)[1].update(onFailure=[{"name": "x", "type": "goto", "stepId": "nowhere"}]),
        "arazzo-step",
        f"{STEP}/onFailure/0/stepId",
    ),
    (
        lambda made: steps(made)[1].update(parameters=[{"name": "x", "in": "body", "value": 1}]),
        "not-one-of",
        f"{STEP}/parameters/0/in",
    ),
]


def test_a_right_scenario_has_no_findings():
    assert arazzo.check(factory.scenario(), factory.contract()) == []


@pytest.mark.parametrize(("spoil", "rule", "place"), SPOILED)
def test_an_error_of_a_scenario_is_named_with_its_place(spoil, rule, place):
    made = factory.scenario()
    spoil(made)
    found = arazzo.check(made, factory.contract())
    assert (rule, place) in [(each.rule, each.place) for each in found]
    assert all(sentence(each) for each in found)


def test_what_else_a_step_may_be():
    made = factory.scenario()
    contract = factory.contract()
    path, methods = next(iter(contract["paths"].items()))
    escaped = path.replace("~", "~0").replace("/", "~1")
    made["components"] = {"parameters": {"p": {"name": "x", "in": "query", "value": 1}}}
    made["workflows"].insert(0, {"workflowId": "before", "steps": [steps(made)[0] | {"stepId": "first"}]})
    steps_of_last = made["workflows"][-1]["steps"]
    steps_of_last[0]["parameters"] = [{"reference": "$components.parameters.p"}]
    steps_of_last.append({"stepId": "whole", "workflowId": "before", "parameters": [{"name": "n", "value": 1}]})
    method = next(iter(methods))
    by_path = f"{{$sourceDescriptions.app.url}}#/paths/{escaped}/{method}"
    steps_of_last.append({"stepId": "by_path", "operationPath": by_path})
    assert arazzo.check(made, contract) == []
    steps_of_last[0]["parameters"] = [{"reference": "$components.parameters.q"}]
    steps_of_last[-2]["workflowId"] = "absent"
    steps_of_last[-1]["operationPath"] += "x"
    assert [each.rule for each in arazzo.check(made, contract)] == [
        "arazzo-component",
        "arazzo-workflow",
        "arazzo-operation",
    ]


@pytest.mark.parametrize(
    "value", [[], "x", None, {"arazzo": "1.0.1", "info": [], "sourceDescriptions": 1, "workflows": {}}]
)
def test_what_is_no_scenario_at_all(value):
    assert arazzo.check(value, factory.contract())


def test_the_scenarios_of_the_story_are_right():
    contract = json.loads((factory.CONTENT / "residence_permit.contract.openapi.json").read_text())
    for file in (factory.CONTENT / "scenarios").glob("*.json"):
        assert arazzo.check(json.loads(file.read_text()), contract) == [], file.name


@pytest.mark.django_db
def test_a_scenario_names_the_line_of_its_error(cast, now):
    order = factory.draft(cast, now=now)
    broken = factory.scenario()
    steps(broken)[1]["operationId"] = "nothing"
    text = json.dumps(broken, indent=1)
    with pytest.raises(DocumentRefused) as refusal:
        put_scenario(order=order, code="b", title_zh="x", title_en="x", content=text.encode(), by=cast.editor, now=now)
    (finding,) = refusal.value.findings
    assert "nothing" in text.splitlines()[finding.line - 1]


class TestThresholds:
    """Every threshold within its bounds."""

    def test_the_usual_ones_are_right(self):
        assert defaults.check_thresholds(defaults.default_thresholds()) == []

    @pytest.mark.parametrize(
        ("changes", "place"),
        [
            ({"pass_mark": 101}, "/pass_mark"),
            ({"p95_ms": "fast"}, "/p95_ms"),
            ({"load_rps": True}, "/load_rps"),
            ({"x": 1}, "/x"),
        ],
    )
    def test_what_is_out_of_bounds(self, changes, place):
        assert [each.place for each in defaults.check_thresholds(defaults.default_thresholds() | changes)] == [place]

    def test_one_that_is_missing(self):
        given = defaults.default_thresholds()
        del given["memory_mb"]
        assert [each.place for each in defaults.check_thresholds(given)] == ["/memory_mb"]


class TestWeights:
    """Every check once, weights from 0 to 100, what protects citizens mandatory."""

    def rules(self, checks):
        return {each.rule for each in defaults.check_weights(checks)}

    def test_the_usual_ones_are_right(self):
        assert self.rules(defaults.default_checks()) == set()

    @pytest.mark.parametrize(
        ("position", "change", "rule"),
        [
            (0, {"id": "x"}, "check-unknown"),
            (1, {"id": "start.healthy"}, "check-twice"),
            (2, {"weight": 101}, "check-weight"),
            (2, {"weight": 1.5}, "check-weight"),
            (0, {"mandatory": False}, "check-mandatory"),
            (2, {"mandatory": "yes"}, "check-mandatory"),
        ],
    )
    def test_what_is_wrong(self, position, change, rule):
        checks = defaults.default_checks()
        checks[position] |= change
        assert rule in self.rules(checks)

    def test_one_that_is_missing_and_no_weight_at_all(self):
        assert self.rules(defaults.default_checks()[:-1]) == {"check-missing"}
        assert self.rules([each | {"weight": 0} for each in defaults.default_checks()]) == {"check-no-weight"}


def test_differences_are_told_at_the_deepest_place():
    before = {"a": {"b": [1, 2]}, "c": 1}
    after = {"a": {"b": [1, 3]}, "d": "x"}
    assert between(before, after) == {"/a/b/1": [2, 3], "/c": [1, None], "/d": [None, "x"]}
