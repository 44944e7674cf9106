"""The clauses of Arazzo 1.0.1 beyond plain steps: components, workflows as steps, replacements, retries, references."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.probe.arazzo import Message, ScenarioError, Scope, check_criteria, evaluate, run_workflow

ASKED = {"name": "n", "in": "query", "value": "$inputs.n"}
OK = [{"condition": "$statusCode == 200"}]
Sent = list[tuple[str, list[dict[str, Any]], Any]]


class Server:
    """Answers with the next status (200 when none is left) and remembers what was sent."""

    def __init__(self, *statuses: int, headers: dict[str, str] | None = None) -> None:
        self.statuses = list(statuses)
        self.headers = headers or {}
        self.sent: Sent = []

    def __call__(self, operation_id: str, parameters: list[dict[str, Any]], body: Any, scope: Scope) -> str:
        self.sent.append((operation_id, parameters, body))
        scope.status = self.statuses.pop(0) if self.statuses else 200
        scope.response = Message(self.headers, body={"id": len(self.sent), "items": [{"x": "a"}]})
        return operation_id

    @property
    def operations(self) -> list[str]:
        return [operation for operation, _, _ in self.sent]


def step(name: str, **more: Any) -> dict[str, Any]:
    return {"stepId": name, "operationId": name, "successCriteria": OK, **more}


def document(*steps: dict[str, Any], others: tuple[dict[str, Any], ...] = (), **more: Any) -> dict[str, Any]:
    workflow = {"workflowId": "w", "steps": list(steps), **more.pop("workflow", {})}
    return {"workflows": [workflow, *others], **more}


def given(server: Server, place: int = 0) -> dict[str, Any]:
    return {each["name"]: each["value"] for each in server.sent[place][1]}


class TestComponents:
    """Reusable Objects name a component and may give another value."""

    def test_parameters_by_reference(self) -> None:
        auth = {"name": "Authorization", "in": "header", "value": "$inputs.key"}
        made = document(
            step("a", parameters=[{"reference": "$components.parameters.auth"}]),
            step("b", parameters=[{"reference": "$components.parameters.auth", "value": "other"}]),
            components={"parameters": {"auth": auth}},
        )
        server = Server()
        run_workflow(made, "w", Scope(inputs={"key": "k"}), server)
        assert [given(server, place) for place in (0, 1)] == [{"Authorization": "k"}, {"Authorization": "other"}]

    def test_actions_by_reference(self) -> None:
        again = {"name": "again", "type": "retry", "retryLimit": 1}
        enough = {"name": "enough", "type": "end"}
        made = document(
            step("a", onFailure=[{"reference": "$components.failureActions.again"}]),
            step("b", onSuccess=[{"reference": "$components.successActions.enough"}]),
            step("c"),
            components={"failureActions": {"again": again}, "successActions": {"enough": enough}},
        )
        server = Server(500, 200, 200)
        assert run_workflow(made, "w", Scope(), server).failed is None
        assert server.operations == ["a", "a", "b"]

    def test_defaults_of_inputs_also_by_reference(self) -> None:
        inputs = {"properties": {"size": {"type": "integer", "default": 3}}}
        for schema in (inputs, {"$ref": "#/components/inputs/usual"}):
            made = document(
                step("a", parameters=[{"name": "size", "in": "query", "value": "$inputs.size"}]),
                workflow={"inputs": schema},
                components={"inputs": {"usual": inputs}},
            )
            server = Server()
            run_workflow(made, "w", Scope(), server)
            assert given(server) == {"size": 3}

    @pytest.mark.parametrize(
        "wrong", ["$components.parameters.absent", "$components.inputs.auth", "$inputs.x", "auth", "$components"]
    )
    def test_a_reference_to_nothing_is_the_scenarios_fault(self, wrong: str) -> None:
        made = document(step("a", parameters=[{"reference": wrong}]), components={"parameters": {"auth": {}}})
        with pytest.raises(ScenarioError):
            run_workflow(made, "w", Scope(), Server())


def test_a_step_overrides_the_parameters_and_actions_of_its_workflow_by_name() -> None:
    made = document(
        step("a", parameters=[{"name": "q", "in": "query", "value": "own"}], onFailure=[{"name": "f", "type": "end"}]),
        step("b"),
        workflow={
            "parameters": [{"name": "q", "in": "query", "value": "all"}, {"name": "q", "in": "header", "value": "h"}],
            "failureActions": [{"name": "f", "type": "retry", "retryLimit": 3}],
        },
    )
    server = Server(500)
    run_workflow(made, "w", Scope(), server)
    assert [each["value"] for each in server.sent[0][1]] == ["own", "h"]
    assert server.operations == ["a"]


class TestWorkflowsAsSteps:
    """A step may call a workflow; an action may go to one; its outputs and inputs can be seen afterwards."""

    INNER = {  # noqa: RUF012
        "workflowId": "inner",
        "steps": [
            step(
                "i",
                parameters=[{"name": "n", "in": "query", "value": "$inputs.n"}],
                outputs={"id": "$response.body#/id"},
            )
        ],
        "outputs": {"made": "$steps.i.outputs.id"},
    }

    def test_outputs_come_back(self) -> None:
        call = {"stepId": "s", "workflowId": "inner", "parameters": [{"name": "n", "value": "$inputs.n"}]}
        query = [
            {"name": "direct", "in": "query", "value": "$steps.s.outputs.made"},
            {"name": "named", "in": "query", "value": "$workflows.inner.outputs.made"},
            {"name": "input", "in": "query", "value": "$workflows.inner.inputs.n"},
        ]
        server = Server()
        result = run_workflow(
            document(call, step("b", parameters=query), others=(self.INNER,)), "w", Scope(inputs={"n": 5}), server
        )
        assert result.failed is None
        assert given(server, 1) == {"direct": 1, "named": 1, "input": 5}
        assert [each.step["stepId"] for each in result.steps] == ["i", "s", "b"]

    def test_a_failed_workflow_fails_the_step(self) -> None:
        call = {"stepId": "s", "workflowId": "inner", "parameters": [{"name": "n", "value": 1}]}
        server = Server(500)
        result = run_workflow(document(call, step("b"), others=(self.INNER,)), "w", Scope(), server)
        assert result.failed is not None
        assert server.operations == ["i"]

    def test_an_action_goes_to_a_workflow_and_does_not_come_back(self) -> None:
        away = [{"name": "away", "type": "goto", "workflowId": "inner"}]
        server = Server()
        run_workflow(
            document(step("a", onSuccess=away), step("b"), others=(self.INNER,)), "w", Scope(inputs={"n": 1}), server
        )
        assert server.operations == ["a", "i"]

    @pytest.mark.parametrize("wrong", ["absent", "$sourceDescriptions.other.w", "w"])
    def test_a_workflow_that_is_not_there_or_calls_itself(self, wrong: str) -> None:
        with pytest.raises(ScenarioError):
            run_workflow(document({"stepId": "s", "workflowId": wrong}), "w", Scope(), Server())


class TestFailureActions:
    """What follows a step that did not pass."""

    def test_goto_deals_with_the_failure(self) -> None:
        other = [{"name": "other", "type": "goto", "stepId": "c", "criteria": [{"condition": "$statusCode == 409"}]}]
        server = Server(409)
        result = run_workflow(document(step("a", onFailure=other), step("b"), step("c")), "w", Scope(), server)
        assert server.operations == ["a", "c"]
        assert result.failed is None

    def test_an_action_whose_criteria_do_not_hold_is_passed_over(self) -> None:
        other = [{"name": "other", "type": "goto", "stepId": "c", "criteria": [{"condition": "$statusCode == 409"}]}]
        result = run_workflow(document(step("a", onFailure=other), step("c")), "w", Scope(), Server(500))
        assert result.failed is not None

    def test_a_retry_may_do_another_step_before(self) -> None:
        retry = [{"name": "r", "type": "retry", "retryLimit": 1, "stepId": "login"}]
        server = Server(200, 401, 200, 200)
        result = run_workflow(document(step("login"), step("a", onFailure=retry)), "w", Scope(), server)
        assert server.operations == ["login", "a", "login", "a"]
        assert result.failed is None

    def test_retry_after_of_the_answer_overrules_the_action(self, monkeypatch: pytest.MonkeyPatch) -> None:
        waited: list[float] = []
        monkeypatch.setattr("sandbox.probe.arazzo.interpreter.time.sleep", waited.append)
        retry = [{"name": "r", "type": "retry", "retryAfter": 0.5, "retryLimit": 1}]
        for headers in ({}, {"retry-after": "2"}, {"retry-after": "9999"}, {"retry-after": "soon"}):
            run_workflow(document(step("a", onFailure=retry)), "w", Scope(), Server(503, headers=headers))
        assert waited == [0.5, 2.0, 5.0, 0.5]


class TestRequests:
    """What a step sends."""

    @pytest.mark.parametrize("place", ["path", "query", "header", "cookie"])
    def test_parameters_in_all_places(self, place: str) -> None:
        server = Server()
        run_workflow(
            document(step("a", parameters=[{"name": "p", "in": place, "value": "{$inputs.x}!"}])),
            "w",
            Scope(inputs={"x": "v"}),
            server,
        )
        assert server.sent[0][1] == [{"name": "p", "in": place, "value": "v!"}]

    def test_replacements_change_the_payload(self) -> None:
        body = {
            "payload": {"a": {"b": [1, 2]}, "c": 1},
            "replacements": [
                {"target": "/a/b/1", "value": "$inputs.x"},
                {"target": "/c", "value": "{$inputs.x}"},
                {"target": "/new~1name", "value": 3},
            ],
        }
        made = document(step("a", requestBody=body))
        server = Server()
        run_workflow(made, "w", Scope(inputs={"x": 9}), server)
        assert server.sent[0][2] == {"a": {"b": [1, 9]}, "c": "9", "new/name": 3}
        assert body["payload"] == {"a": {"b": [1, 2]}, "c": 1}

    def test_a_replacement_of_nothing_fails_the_step(self) -> None:
        body = {"payload": {}, "replacements": [{"target": "/a/b", "value": 1}]}
        result = run_workflow(document(step("a", requestBody=body)), "w", Scope(), Server())
        assert result.failed is not None
        assert "/a/b" in result.failed.problem

    def test_the_media_type_is_told(self) -> None:
        server = Server()
        body = {"contentType": "application/x-www-form-urlencoded", "payload": {"a": 1}}
        run_workflow(document(step("a", requestBody=body)), "w", Scope(), server)
        assert given(server) == {"Content-Type": "application/x-www-form-urlencoded"}

    def test_an_operation_may_be_named_by_its_path(self) -> None:
        server = Server()
        named = {"stepId": "a", "operationPath": "{$sourceDescriptions.app.url}#/paths/~1things~1{id}/get"}
        run_workflow(document(named), "w", Scope(), server)
        assert server.operations == ["get /things/{id}"]


def test_expressions_of_the_document_and_into_bodies() -> None:
    scope = Scope(
        sources={"app": {"url": "app.json", "type": "openapi"}},
        components={"parameters": {"p": {"value": 4}}},
        workflows={"v": {"inputs": {"a": 1}, "outputs": {"b": {"c": 2}}}},
        response=Message(body={"items": [{"x": "a"}]}),
    )
    wanted = {
        "$sourceDescriptions.app.url": "app.json",
        "$components.parameters.p.value": 4,
        "$workflows.v.inputs.a": 1,
        "$workflows.v.outputs.b#/c": 2,
        "$response.body.items[0].x": "a",
    }
    assert {expression: evaluate(expression, scope) for expression in wanted} == wanted


def test_versions_of_criteria_that_nobody_knows_do_not_hold() -> None:
    scope = Scope(response=Message(body={"a": 1}))

    def holds(kind: dict[str, str]) -> bool:
        return check_criteria([{"context": "$response.body", "condition": "$.a", "type": kind}], scope)[0].holds

    assert holds({"type": "jsonpath", "version": "draft-goessner-dispatch-jsonpath-00"})
    assert not holds({"type": "jsonpath", "version": "9"})
    assert not holds({"type": "xpath", "version": "xpath-31"})


def test_steps_are_counted_over_all_workflows() -> None:
    back = [{"name": "back", "type": "goto", "stepId": "s"}]
    call = {"stepId": "s", "workflowId": "inner", "onSuccess": back}
    inner = {"workflowId": "inner", "steps": [step("i")]}
    with pytest.raises(ScenarioError, match="too many"):
        run_workflow(document(call, others=(inner,)), "w", Scope(), Server())
