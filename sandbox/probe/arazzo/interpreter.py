"""Owns walking a workflow: which step comes next, what it sends, what it leaves behind, when it gives up."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Protocol, TypeVar

from .criteria import Criterion, check_criteria
from .expressions import ExpressionError, Scope, evaluate, substitute
from .reusing import ScenarioError, merged, payload_of, resolved, with_defaults

_MOST_STEPS = 100
_MOST_RETRIES = 20
_MOST_DEPTH = 8
_LONGEST_WAIT = 5.0

Action = dict[str, Any]
AfterStep = Callable[[dict[str, Any], Scope], list[Criterion]]
Made_co = TypeVar("Made_co", covariant=True)


class Caller(Protocol, Generic[Made_co]):
    """Sends one request and leaves url, method, status, request and response in the scope."""

    def __call__(self, operation_id: str, parameters: list[dict[str, Any]], body: Any, scope: Scope) -> Made_co:
        """`parameters` have name, in and value, all expressions replaced; `body` is None without one.

        An operation without an id is named by method and path: `get /things/{id}`.
        """


@dataclass(frozen=True)
class StepResult:
    """One step as it went the last time it was tried; `handled` when a failure action led elsewhere."""

    step: dict[str, Any]
    exchange: Any
    criteria: list[Criterion]
    attempts: int
    problem: str = ""
    handled: bool = False

    @property
    def passed(self) -> bool:
        """Whether every criterion held."""
        return not self.problem and all(criterion.holds for criterion in self.criteria)


@dataclass
class WorkflowResult:
    """The steps that were walked, in order, and the workflow's outputs."""

    steps: list[StepResult] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)

    @property
    def failed(self) -> StepResult | None:
        """The first step that did not pass and that no action of the scenario dealt with, or None."""
        return next((step for step in self.steps if not step.passed and not step.handled), None)


def run_workflow(
    document: dict[str, Any],
    workflow_id: str,
    scope: Scope,
    call: Caller[Any],
    *,
    after_step: AfterStep | None = None,
) -> WorkflowResult:
    """Walk a workflow and, before it, those it depends on. ScenarioError when the document is wrong."""
    scope.sources = {each["name"]: each for each in document.get("sourceDescriptions", []) if "name" in each}
    scope.components = document.get("components", {})
    return _Document(document, call, after_step).run(workflow_id, scope, 0)


class _Document:
    """All workflows of a document, and what they share while they are walked."""

    def __init__(self, document: dict[str, Any], call: Caller[Any], after_step: AfterStep | None) -> None:
        self.document = document
        self.call = call
        self.after_step = after_step
        self._workflows = {each["workflowId"]: each for each in document.get("workflows", [])}
        self._left = _MOST_STEPS * 2

    def run(self, workflow_id: str, scope: Scope, depth: int) -> WorkflowResult:
        """Walk one workflow after those it depends on, with the scope's inputs."""
        if depth > _MOST_DEPTH:
            raise ScenarioError("workflows call each other too deeply")
        result = WorkflowResult()
        given = scope.inputs
        for each in self._ordered(self._named(workflow_id), ()):
            workflow = self._workflows[each]
            scope.steps = {}
            scope.inputs = with_defaults(self.document, workflow, given)
            result.steps += _Walk(self, workflow, scope, depth).walk()
            if result.failed:
                break
            outputs = workflow.get("outputs", {})
            result.outputs = {name: _evaluated(expression, scope) for name, expression in outputs.items()}
            scope.workflows[each] = {"inputs": scope.inputs, "outputs": result.outputs}
        return result

    def step_taken(self) -> None:
        """Count a step over all workflows, so that no document walks for ever."""
        self._left -= 1
        if self._left < 0:
            raise ScenarioError("the workflow takes too many steps")

    def _named(self, workflow_id: str) -> str:
        """Return the id of a workflow of this document; those of other documents are out of reach in the sandbox."""
        if workflow_id.startswith("$"):
            raise ScenarioError(f"{workflow_id} is in another document, which scenarios can't reach")
        if workflow_id not in self._workflows:
            raise ScenarioError(f"there is no workflow {workflow_id}")
        return workflow_id

    def _ordered(self, wanted: str, above: tuple[str, ...]) -> list[str]:
        if wanted in above:
            raise ScenarioError(f"workflow {wanted} depends on itself")
        order: list[str] = []
        for other in self._workflows[wanted].get("dependsOn", []):
            if other not in self._workflows:
                raise ScenarioError(f"workflow {wanted} depends on {other}, which is not there")
            order += [each for each in self._ordered(other, (*above, wanted)) if each not in order]
        return [*order, wanted]


def _evaluated(expression: Any, scope: Scope) -> Any:
    try:
        return substitute(expression, scope)
    except ExpressionError:
        return None


class _Walk:
    """One pass through the steps of one workflow."""

    def __init__(self, document: _Document, workflow: dict[str, Any], scope: Scope, depth: int) -> None:
        self._document = document
        self._workflow = workflow
        self._steps: list[dict[str, Any]] = workflow.get("steps", [])
        self._scope = scope
        self._depth = depth
        self._places = {step["stepId"]: place for place, step in enumerate(self._steps)}

    def walk(self) -> list[StepResult]:
        """Return the steps walked; the last one failed if the walk stopped early."""
        results: list[StepResult] = []
        place = 0
        for _ in range(_MOST_STEPS):
            if place >= len(self._steps):
                return results
            step = self._steps[place]
            result, action, within = self._take(step)
            kind = action.get("type") if action else None
            results += [*within, replace(result, handled=kind == "goto" and not result.passed)]
            if kind == "goto" and action and "workflowId" in action:
                return results + self._document.run(action["workflowId"], self._fresh(), self._depth + 1).steps
            if kind == "goto" and action:
                place = self._place(step, action)
            elif kind == "end" or not result.passed:
                return results
            else:
                place += 1
        raise ScenarioError("the workflow takes too many steps")

    def _place(self, step: dict[str, Any], action: Action) -> int:
        if action.get("stepId") not in self._places:
            raise ScenarioError(f"step {step['stepId']} goes to a step that is not there")
        return self._places[str(action["stepId"])]

    def _fresh(self, inputs: dict[str, Any] | None = None) -> Scope:
        """Return the scope of another workflow: its own steps, the same document and finished workflows."""
        scope = self._scope
        given = scope.inputs if inputs is None else inputs
        return Scope(inputs=given, workflows=scope.workflows, sources=scope.sources, components=scope.components)

    def _take(self, step: dict[str, Any]) -> tuple[StepResult, Action | None, list[StepResult]]:
        """Try one step, again as often as its failure actions say; return it, the action that follows, inner steps."""
        attempts = 0
        while True:
            attempts += 1
            self._document.step_taken()
            result, within = self._attempt(step, attempts)
            action = self._action(step, passed=result.passed)
            if not action or action.get("type") != "retry":
                return result, action, within
            if attempts > min(int(action.get("retryLimit", 1)), _MOST_RETRIES):
                return result, None, within
            time.sleep(min(self._wait(action), _LONGEST_WAIT))
            self._before_retry(step, action)

    def _wait(self, action: Action) -> float:
        """Return the seconds before another attempt; an answer's Retry-After overrules the action."""
        asked = self._scope.response.headers.get("retry-after", "")
        return float(asked) if asked.isascii() and asked.isdigit() else max(0.0, float(action.get("retryAfter", 0)))

    def _before_retry(self, step: dict[str, Any], action: Action) -> None:
        """Carry out the step or workflow that a retry names, before the step is tried again."""
        if "workflowId" in action:
            self._document.run(action["workflowId"], self._fresh(), self._depth + 1)
        elif "stepId" in action:
            self._document.step_taken()
            self._attempt(self._steps[self._place(step, action)], 1)

    def _attempt(self, step: dict[str, Any], attempts: int) -> tuple[StepResult, list[StepResult]]:
        """Try a step once; return it, and the steps of the workflow that it called."""
        scope = self._scope
        inner = WorkflowResult()
        exchange = None
        try:
            parameters = self._parameters(step)
            body = payload_of(step["requestBody"], scope) if "requestBody" in step else None
        except ExpressionError as error:
            return StepResult(step, None, [], attempts, str(error)), []
        if "workflowId" in step:
            inputs = {each["name"]: each["value"] for each in parameters if "in" not in each}
            inner = self._document.run(str(step["workflowId"]), self._fresh(inputs), self._depth + 1)
            scope.outputs = inner.outputs
            if inner.failed:
                return StepResult(step, None, [], attempts, f"workflow {step['workflowId']} failed"), inner.steps
        else:
            media = step.get("requestBody", {}).get("contentType", "")
            if media and not any(str(each["name"]).lower() == "content-type" for each in parameters):
                parameters.append({"name": "Content-Type", "in": "header", "value": media})
            exchange = self._document.call(_operation(step), parameters, body, scope)
        criteria = check_criteria(step.get("successCriteria", []), scope)
        if self._document.after_step and all(each.holds for each in criteria):
            criteria += self._document.after_step(step, scope)
        outputs = step.get("outputs", {})
        left = {name: _output(expression, scope) for name, expression in outputs.items()}
        scope.steps[step["stepId"]] = left or dict(inner.outputs)
        return StepResult(step, exchange, criteria, attempts), inner.steps

    def _parameters(self, step: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the step's parameters and its workflow's, references resolved and expressions replaced."""
        document = self._document.document
        own, general = (
            [resolved(document, each, "parameters") for each in place.get("parameters", [])]
            for place in (step, self._workflow)
        )
        if "workflowId" in step:
            general = []
        given = merged(own, general, "name", "in")
        return [{**each, "value": substitute(each.get("value"), self._scope)} for each in given]

    def _action(self, step: dict[str, Any], *, passed: bool) -> Action | None:
        own, general = ("onSuccess", "successActions") if passed else ("onFailure", "failureActions")
        document = self._document.document
        of_step = [resolved(document, each, general) for each in step.get(own, [])]
        of_workflow = [resolved(document, each, general) for each in self._workflow.get(general, [])]
        for action in merged(of_step, of_workflow, "name"):
            if all(each.holds for each in check_criteria(action.get("criteria", []), self._scope)):
                return dict(action)
        return None


def _operation(step: dict[str, Any]) -> str:
    """Return the operation of a step: its id, or `method path` from a path such as `{$source}#/paths/~1things/get`."""
    if "operationId" in step:
        return str(step["operationId"]).rsplit(".", 1)[-1]
    path = str(step.get("operationPath", ""))
    tokens = path.partition("#")[2].split("/")
    if len(tokens) != 4 or tokens[:2] != ["", "paths"]:
        raise ScenarioError(f"step {step.get('stepId')} names no operation and no workflow")
    return f"{tokens[3].lower()} {tokens[2].replace('~1', '/').replace('~0', '~')}"


def _output(expression: Any, scope: Scope) -> Any:
    try:
        return evaluate(expression, scope) if isinstance(expression, str) else expression
    except ExpressionError:
        return None
