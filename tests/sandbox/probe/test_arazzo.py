"""Arazzo scenarios are interpreted by the grammar of the specification; nothing an app says is ever evaluated."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.probe.arazzo import (
    ExpressionError,
    Message,
    ScenarioError,
    Scope,
    check_criteria,
    evaluate,
    run_workflow,
    substitute,
)


@pytest.fixture
def scope() -> Scope:
    return Scope(
        inputs={"name": "李𬱖", "nested": {"a": [1, {"b": 2}]}, "nothing": None},
        steps={"first": {"reference": "R-1"}},
        url="/api/x",
        method="POST",
        status=201,
        request=Message({"authorization": "Bearer s"}, {"q": "1"}, {"id": "7"}, {"phone": "142"}),
        response=Message(
            {"location": "/there"}, body={"state": "received", "n": 3, "items": [{"x": "a"}], "~/": 1, "ok": True}
        ),
    )


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("$statusCode", 201),
        ("$method", "POST"),
        ("$url", "/api/x"),
        ("$inputs.name", "李𬱖"),
        ("$inputs.nested.a[1].b", 2),
        ("$inputs.nested#/a/0", 1),
        ("$steps.first.outputs.reference", "R-1"),
        ("$request.header.Authorization", "Bearer s"),
        ("$request.query.q", "1"),
        ("$request.path.id", "7"),
        ("$request.body#/phone", "142"),
        ("$response.header.location", "/there"),
        ("$response.body#/items/0/x", "a"),
        ("$response.body#/~0~1", 1),
        ("$response.body#/absent", None),
    ],
)
def test_expressions_look_values_up(scope: Scope, expression: str, value: object) -> None:
    assert evaluate(expression, scope) == value


@pytest.mark.parametrize(
    "expression", ["$nothing", "$inputs.absent", "$inputs", "$response.nothing", "$steps.absent.outputs.x", "$"]
)
def test_an_expression_that_names_nothing_is_an_error(scope: Scope, expression: str) -> None:
    with pytest.raises(ExpressionError):
        evaluate(expression, scope)


def test_payloads_keep_types_and_embed_text(scope: Scope) -> None:
    payload = {
        "whole": "$response.body#/n",
        "part": "Bearer {$steps.first.outputs.reference}",
        "list": ["$inputs.name", 1],
        "plain": "{x}",
    }
    assert substitute(payload, scope) == {"whole": 3, "part": "Bearer R-1", "list": ["李𬱖", 1], "plain": "{x}"}


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("$statusCode == 201", True),
        ("$statusCode != 201", False),
        ("$statusCode >= 200 && $statusCode < 300", True),
        ("$statusCode == 200 || $statusCode == 201", True),
        ("!($statusCode == 500)", True),
        ("$response.body#/state == 'RECEIVED'", True),
        ("$response.body#/state == 'sent'", False),
        ("$response.body#/absent == null", True),
        ("$response.body#/ok == true", True),
        ("$response.body#/ok", True),
        ("$response.body#/n == true", False),
        ("$response.body#/n == '3'", False),
        ("$response.body#/state > 3", False),
        ("'it''s' == 'it''s'", True),
        ("$inputs.name == '李𬱖'", True),
        ("($statusCode == 1 || $statusCode == 201) && $method == 'post'", True),
    ],
)
def test_simple_conditions(scope: Scope, condition: str, holds: bool) -> None:
    assert check_criteria([{"condition": condition}], scope)[0].holds is holds


@pytest.mark.parametrize(
    "condition",
    [
        "",
        "$statusCode ==",
        "== 1",
        "$statusCode == 201 201",
        "(1 == 1",
        "__import__('os')",
        "1 == 1; 2",
        "(" * 50 + "1 == 1" + ")" * 50,
    ],
)
def test_what_is_not_a_condition_does_not_hold_and_says_why(scope: Scope, condition: str) -> None:
    judged = check_criteria([{"condition": condition}], scope)[0]
    assert not judged.holds
    assert judged.seen


def test_an_app_cannot_write_its_own_verdict(scope: Scope) -> None:
    scope.response = Message(body={"state": "' || 1 == 1 || 'x' == '"})
    assert not check_criteria([{"condition": "$response.body#/state == 'received'"}], scope)[0].holds


def test_regular_expressions_and_jsonpath(scope: Scope) -> None:
    criteria = [
        {"context": "$statusCode", "condition": "^20[12]$", "type": "regex"},
        {"context": "$response.body", "condition": "$.items[?@.x == 'a']", "type": "jsonpath"},
        {
            "context": "$response.body",
            "condition": "$.items[?@.x == 'b']",
            "type": {"type": "jsonpath", "version": "rfc9535"},
        },
        {"context": "$response.body", "condition": "$[", "type": "jsonpath"},
        {"context": "$statusCode", "condition": "(", "type": "regex"},
        {"context": "$response.body", "condition": "//a", "type": "xpath"},
    ]
    assert [each.holds for each in check_criteria(criteria, scope)] == [True, True, False, False, False, False]


def test_a_regular_expression_that_explodes_is_cut_off(scope: Scope) -> None:
    scope.response = Message(body="a" * 5000 + "!")
    judged = check_criteria([{"context": "$response.body", "condition": r"^(a|a)*(a|aa)+$", "type": "regex"}], scope)[0]
    assert not judged.holds
    assert judged.seen == "the regular expression took too long"


class Recorder:
    """Answers each call with the next status and remembers what was sent."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.sent: list[tuple[str, list[dict[str, Any]], Any]] = []

    def __call__(self, operation_id: str, parameters: list[dict[str, Any]], body: Any, scope: Scope) -> str:
        self.sent.append((operation_id, parameters, body))
        scope.status = self.statuses.pop(0) if self.statuses else 200
        scope.response = Message(body={"id": len(self.sent)})
        return operation_id


def workflow(*steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"workflowId": "w", "steps": list(steps), **more}


def step(name: str, **more: Any) -> dict[str, Any]:
    return {"stepId": name, "operationId": name, "successCriteria": [{"condition": "$statusCode == 200"}], **more}


def test_outputs_flow_from_step_to_step() -> None:
    document = {
        "workflows": [
            workflow(
                step("a", outputs={"id": "$response.body#/id"}),
                step(
                    "b",
                    operationId="$sourceDescriptions.app.b",
                    parameters=[{"name": "id", "in": "path", "value": "$steps.a.outputs.id"}],
                    requestBody={"payload": {"id": "$steps.a.outputs.id"}},
                ),
                outputs={"last": "$steps.a.outputs.id"},
            )
        ]
    }
    call = Recorder()
    result = run_workflow(document, "w", Scope(), call)
    assert result.failed is None
    assert call.sent[1] == ("b", [{"name": "id", "in": "path", "value": 1}], {"id": 1})
    assert result.outputs == {"last": 1}


def test_a_failed_step_ends_the_workflow() -> None:
    call = Recorder(200, 500)
    result = run_workflow({"workflows": [workflow(step("a"), step("b"), step("c"))]}, "w", Scope(), call)
    assert result.failed is not None
    assert result.failed.step["stepId"] == "b"
    assert len(call.sent) == 2


@pytest.mark.parametrize(
    ("statuses", "passes", "calls"), [((500, 500, 200), True, 3), ((500, 500, 500, 500), False, 3)]
)
def test_a_step_is_tried_again_as_often_as_its_action_says(statuses: tuple[int, ...], passes: bool, calls: int) -> None:
    retry = {"name": "again", "type": "retry", "retryAfter": 0, "retryLimit": 2}
    call = Recorder(*statuses)
    result = run_workflow({"workflows": [workflow(step("a", onFailure=[retry]))]}, "w", Scope(), call)
    assert (result.failed is None) is passes
    assert len(call.sent) == calls


def test_actions_go_elsewhere_or_end() -> None:
    document = {
        "workflows": [
            workflow(
                step("a", onSuccess=[{"name": "on", "type": "goto", "stepId": "c"}]),
                step("b"),
                step("c", onSuccess=[{"name": "enough", "type": "end"}]),
                step("d"),
            )
        ]
    }
    call = Recorder()
    run_workflow(document, "w", Scope(), call)
    assert [operation for operation, _, _ in call.sent] == ["a", "c"]


def test_workflows_run_what_they_depend_on_first() -> None:
    document = {"workflows": [{**workflow(step("b")), "dependsOn": ["v"]}, {"workflowId": "v", "steps": [step("a")]}]}
    call = Recorder()
    run_workflow(document, "w", Scope(), call)
    assert [operation for operation, _, _ in call.sent] == ["a", "b"]


@pytest.mark.parametrize(
    "document",
    [
        {"workflows": []},
        {"workflows": [workflow({"stepId": "a"})]},
        {"workflows": [{**workflow(step("a")), "dependsOn": ["w"]}]},
        {"workflows": [{**workflow(step("a")), "dependsOn": ["absent"]}]},
        {"workflows": [workflow(step("a", onSuccess=[{"name": "on", "type": "goto", "stepId": "absent"}]))]},
        {"workflows": [workflow(step("a", onSuccess=[{"name": "on", "type": "goto", "stepId": "a"}]))]},
    ],
)
def test_a_document_that_is_wrong_is_not_blamed_on_the_app(document: dict[str, Any]) -> None:
    with pytest.raises(ScenarioError):
        run_workflow(document, "w", Scope(), Recorder())
