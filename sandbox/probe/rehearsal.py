"""Owns walking an acceptance scenario: its steps against the app, and what departments must have received."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import quote, urlencode

from . import evidence
from .arazzo import Criterion, ScenarioError, Scope, StepResult, WorkflowResult, check_criteria, run_workflow
from .arazzo.expressions import Message
from .client import Exchange, shown
from .context import Context
from .departments.launch import Launch
from .departments.record import ACCEPTED, REFUSED, Call
from .model import ERROR, FAILED, PASSED, Finding, Text, text
from .openapi import Operation

_WITHIN_SECONDS = 5.0
_SETTLE_SECONDS = 0.3
_OUTCOMES = {"accepted": ACCEPTED, "refused": REFUSED}


class _Sender:
    """Sends the steps of one scenario."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def __call__(self, operation_id: str, parameters: list[dict[str, Any]], body: Any, scope: Scope) -> Exchange:
        operation = self._operation(operation_id)
        by_place: dict[str, dict[str, str]] = {"path": {}, "query": {}, "header": {}, "cookie": {}}
        for parameter in parameters:
            if parameter.get("in") not in by_place:
                raise ScenarioError(f"the parameter {parameter['name']} has no place to go")
            by_place[parameter["in"]][parameter["name"]] = _text(parameter["value"])
        path = "/" + "/".join(
            quote(by_place["path"].get(s[1:-1], ""), safe="") if s.startswith("{") else s for s in operation.segments
        )
        target = f"{path}?{urlencode(by_place['query'])}" if by_place["query"] else path
        headers = dict(by_place["header"])
        if by_place["cookie"]:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in by_place["cookie"].items())
        exchange = self._exchange(operation.method, target, headers, body)
        answer = exchange.answer
        scope.url, scope.method, scope.status = target, operation.method, answer.status or None
        lower = {name.lower(): value for name, value in headers.items()}
        scope.request = Message(lower, by_place["query"], by_place["path"], body)
        said = answer.json() if answer.is_json else shown(answer.body, 65_536)
        scope.response = Message({name.lower(): value for name, value in answer.headers}, body=said)
        return exchange

    def _operation(self, name: str) -> Operation:
        """Return the operation of an id, or of `method path`. ScenarioError when the contract has none."""
        contract = self._context.contract
        found = contract.by_id.get(name)
        method, _, path = name.partition(" ")
        found = found or next((o for o in contract.operations if o.path == path and o.method == method.upper()), None)
        if found is None:
            raise ScenarioError(f"the contract has no operation {name}")
        return found

    def _exchange(self, method: str, target: str, headers: dict[str, str], body: Any) -> Exchange:
        """Send a payload in the media type that the scenario names, JSON unless it says otherwise."""
        media = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
        if body is None or not media or "json" in media:
            return self._context.app.send_json(method, target, body, extra=headers)
        encoded = urlencode(body) if isinstance(body, dict) and "form" in media else _text(body)
        return self._context.app.send(method, target, headers=headers, body=encoded.encode("utf-8", "replace"))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def rehearse(context: Context, scenario: dict[str, Any]) -> Finding:
    """Walk a scenario of the plan and judge it."""
    document = scenario["arazzo"]
    workflow = document["workflows"][-1]
    try:
        launch = context.launch(workflow.get("x-minshi-citizen", {}).get("trait", "entitled"))
    except LookupError as error:
        return Finding(
            ERROR,
            text(f"场景要的人在模拟城市里不存在：{error}", f"The scenario asks for somebody the city has not: {error}"),
        )
    scope = Scope(inputs=launch.inputs)
    try:
        result = run_workflow(document, workflow["workflowId"], scope, _Sender(context))
    except ScenarioError as error:
        return Finding(ERROR, text(f"场景本身有误：{error}", f"The scenario itself is wrong: {error}"))
    failed = result.failed
    if failed is not None:
        return _step_failed(failed, result, context, launch)
    expectations = workflow.get("x-minshi-received", [])
    for expectation in expectations:
        problem, calls = _received(context, launch, scope, expectation)
        if problem:
            return Finding(FAILED, problem, evidence=[*_steps(result), evidence.department_calls(calls)])
    count = len(result.steps)
    summary = text(
        f"{count} 个步骤全部通过，部门收到的内容与预期一致。",
        f"All {count} steps passed, and departments received what was expected.",
    )
    proof = [*_steps(result), evidence.department_calls(context.gateway.diary.of_case(launch.case))]
    return Finding(PASSED, summary, {"steps": float(count)}, proof)


def _received(
    context: Context, launch: Launch, scope: Scope, expectation: dict[str, Any]
) -> tuple[Text | None, list[Call]]:
    """Compare what departments received in this case with one expectation of the scenario."""
    wanted = expectation.get("count", 1)
    outcome = _OUTCOMES.get(expectation.get("outcome", ""))
    until = time.monotonic() + float(expectation.get("within", _WITHIN_SECONDS))

    def matching() -> list[Call]:
        calls = context.gateway.diary.of_case(launch.case)
        named = [call for call in calls if call.name == expectation["operation"]]
        return [call for call in named if outcome is None or call.outcome == outcome]

    while len(matching()) < wanted and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(_SETTLE_SECONDS)
    calls = matching()
    title = text(
        expectation.get("title_zh", expectation["operation"]), expectation.get("title_en", expectation["operation"])
    )
    if len(calls) != wanted:
        return text(
            f"没有做到“{title['zh']}”：应有 {wanted} 次，实有 {len(calls)} 次。",
            f"Not so: “{title['en']}”. Expected {wanted}, found {len(calls)}.",
        ), context.gateway.diary.of_case(launch.case)
    for call in calls:
        scope.request = Message(body=call.body)
        broken = next((c for c in check_criteria(expectation.get("criteria", []), scope) if not c.holds), None)
        if broken:
            return text(
                f"没有做到“{title['zh']}”：{broken.condition}（实际 {broken.seen}）",
                f"Not so: “{title['en']}”. {broken.condition} (found {broken.seen})",
            ), calls
    return None, calls


def _step_failed(failed: StepResult, result: WorkflowResult, context: Context, launch: Launch) -> Finding:
    zh = failed.step.get("description", failed.step["stepId"])
    en = failed.step.get("x-minshi-description-en", failed.step["stepId"])
    broken = next((c for c in failed.criteria if not c.holds), None)
    reason = f"{broken.condition} ({broken.seen})" if broken else failed.problem
    if failed.exchange is not None and failed.exchange.answer.error:
        trouble = evidence.TROUBLE[failed.exchange.answer.error]
        summary = text(f"步骤“{zh}”没有得到应答：{trouble['zh']}。", f"Step “{en}” got no answer: {trouble['en']}.")
    else:
        summary = text(f"步骤“{zh}”没有通过：{reason}", f"Step “{en}” did not pass: {reason}")
    calls = evidence.department_calls(context.gateway.diary.of_case(launch.case))
    return Finding(FAILED, summary, {"steps": float(len(result.steps))}, [*_steps(result), calls])


def _steps(result: WorkflowResult) -> list[dict[str, Any]]:
    proof = []
    for step in result.steps[-8:]:
        if step.exchange is None:
            continue
        mark = "✓" if step.passed else "✗"
        zh = f"{mark} {step.step.get('description', step.step['stepId'])}"
        en = f"{mark} {step.step.get('x-minshi-description-en', step.step['stepId'])}"
        shown_step = evidence.exchange(zh, en, step.exchange)
        shown_step["data"]["criteria"] = [_criterion(each) for each in step.criteria]
        proof.append(shown_step)
    return proof


def _criterion(criterion: Criterion) -> dict[str, Any]:
    return {"holds": criterion.holds, "condition": criterion.condition[:300], "seen": criterion.seen[:300]}
