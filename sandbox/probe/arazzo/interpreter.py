"""Owns walking a workflow: which step comes next, what it sends, what it leaves behind, when it gives up."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from .criteria import Criterion, check_criteria
from .expressions import ExpressionError, Scope, evaluate, substitute

_MOST_STEPS = 100
_MOST_RETRIES = 20
_LONGEST_WAIT = 5.0


class ScenarioError(Exception):
    """The document itself is wrong, not the app; the message names the place."""


Made_co = TypeVar("Made_co", covariant=True)


class Caller(Protocol, Generic[Made_co]):
    """Sends one request and leaves url, method, status, request and response in the scope."""

    def __call__(self, operation_id: str, parameters: list[dict[str, Any]], body: Any, scope: Scope) -> Made_co:
        """`parameters` have name, in and value, all expressions replaced; `body` is None without one."""


@dataclass(frozen=True)
class StepResult:
    """One step as it went the last time it was tried."""

    step: dict[str, Any]
    exchange: Any
    criteria: list[Criterion]
    attempts: int
    problem: str = ""

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
        """The first step that did not pass, or None."""
        return next((step for step in self.steps if not step.passed), None)


def run_workflow(
    document: dict[str, Any],
    workflow_id: str,
    scope: Scope,
    call: Caller[Any],
    *,
    after_step: Callable[[dict[str, Any], Scope], list[Criterion]] | None = None,
) -> WorkflowResult:
    """Walk a workflow and, before it, those it depends on. ScenarioError when the document is wrong."""
    workflows = {each["workflowId"]: each for each in document.get("workflows", [])}
    if workflow_id not in workflows:
        raise ScenarioError(f"there is no workflow {workflow_id}")
    result = WorkflowResult()
    for each in _ordered(workflows, workflow_id, ()):
        scope.steps = {}
        walk = _Walk(workflows[each], scope, call, after_step)
        result.steps += walk.walk()
        if result.failed:
            break
        outputs = workflows[each].get("outputs", {})
        result.outputs = {name: _evaluated(expression, scope) for name, expression in outputs.items()}
        scope.workflows[each] = {"outputs": result.outputs}
    return result


def _ordered(workflows: dict[str, Any], wanted: str, above: tuple[str, ...]) -> list[str]:
    if wanted in above:
        raise ScenarioError(f"workflow {wanted} depends on itself")
    order: list[str] = []
    for other in workflows[wanted].get("dependsOn", []):
        if other not in workflows:
            raise ScenarioError(f"workflow {wanted} depends on {other}, which is not there")
        order += [each for each in _ordered(workflows, other, (*above, wanted)) if each not in order]
    return [*order, wanted]


def _evaluated(expression: Any, scope: Scope) -> Any:
    try:
        return substitute(expression, scope)
    except ExpressionError:
        return None


class _Walk:
    """One pass through the steps of one workflow."""

    def __init__(
        self,
        workflow: dict[str, Any],
        scope: Scope,
        call: Caller[Any],
        after_step: Callable[[dict[str, Any], Scope], list[Criterion]] | None,
    ) -> None:
        self._workflow = workflow
        self._steps: list[dict[str, Any]] = workflow.get("steps", [])
        self._scope = scope
        self._call = call
        self._after_step = after_step
        self._places = {step["stepId"]: place for place, step in enumerate(self._steps)}

    def walk(self) -> list[StepResult]:
        """Return the steps walked; the last one failed if the walk stopped early."""
        results: list[StepResult] = []
        place = 0
        for _ in range(_MOST_STEPS):
            if place >= len(self._steps):
                return results
            step = self._steps[place]
            result, action = self._take(step)
            kind = action.get("type") if action else None
            results.append(result)
            if kind == "goto":
                if action and action.get("stepId") not in self._places:
                    raise ScenarioError(f"step {step['stepId']} goes to a step that is not there")
                place = self._places[str(action["stepId"])] if action else place
            elif kind == "end" or not result.passed:
                return results
            else:
                place += 1
        raise ScenarioError("the workflow takes too many steps")

    def _take(self, step: dict[str, Any]) -> tuple[StepResult, dict[str, Any] | None]:
        """Try one step, again as long as its failure actions say so; return it and the action that follows."""
        attempts = 0
        while True:
            attempts += 1
            result = self._attempt(step, attempts)
            action = self._action(step, passed=result.passed)
            if not action or action.get("type") != "retry":
                return result, action
            if attempts > min(int(action.get("retryLimit", 1)), _MOST_RETRIES):
                return result, None
            time.sleep(min(float(action.get("retryAfter", 0)), _LONGEST_WAIT))

    def _attempt(self, step: dict[str, Any], attempts: int) -> StepResult:
        scope = self._scope
        if "operationId" not in step:
            raise ScenarioError(f"step {step.get('stepId')} has no operationId")
        try:
            given = [*self._workflow.get("parameters", []), *step.get("parameters", [])]
            parameters = [{**each, "value": substitute(each.get("value"), scope)} for each in given]
            body = substitute(step["requestBody"].get("payload"), scope) if "requestBody" in step else None
        except ExpressionError as error:
            return StepResult(step, None, [], attempts, str(error))
        operation_id = str(step["operationId"]).rsplit(".", 1)[-1]
        exchange = self._call(operation_id, parameters, body, scope)
        criteria = check_criteria(step.get("successCriteria", []), scope)
        if self._after_step and all(each.holds for each in criteria):
            criteria += self._after_step(step, scope)
        outputs = step.get("outputs", {})
        scope.steps[step["stepId"]] = {name: _output(expression, scope) for name, expression in outputs.items()}
        return StepResult(step, exchange, criteria, attempts)

    def _action(self, step: dict[str, Any], *, passed: bool) -> dict[str, Any] | None:
        own, general = ("onSuccess", "successActions") if passed else ("onFailure", "failureActions")
        for action in [*step.get(own, []), *self._workflow.get(general, [])]:
            if all(each.holds for each in check_criteria(action.get("criteria", []), self._scope)):
                return dict(action)
        return None


def _output(expression: str, scope: Scope) -> Any:
    try:
        return evaluate(expression, scope)
    except ExpressionError:
        return None
