"""Owns turning a story into an Arazzo 1.0 document, and reading back the documents that were made here (pure)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from sandbox.composition.palette import Call, Palette
from sandbox.composition.story import (
    ANSWER,
    CONTAINS,
    FIXED,
    OPEN,
    PERSON,
    PRESENT,
    Receipt,
    Step,
    Story,
    Value,
    from_data,
)

PICKED = "x-minshi-story"
RETRY_AFTER_SECONDS = 0.5
RETRIES = 10


class StoryBroken(ValueError):
    """A step names an operation that the contract doesn't have (any more)."""


def compose(story: Story, palette: Palette) -> dict[str, Any]:
    """Return the Arazzo document of a story. StoryBroken, or ValueError when a step looks ahead."""
    story.check_order()
    wanted = _outputs(story)
    steps = [_opening(palette, wanted)] if palette.opening else []
    steps += [_step(each, palette, wanted) for each in story.steps]
    workflow: dict[str, Any] = {
        "workflowId": story.code,
        "summary": story.title_zh,
        "x-minshi-summary-en": story.title_en,
        "x-minshi-citizen": {"trait": story.trait},
        "inputs": {"type": "object", "properties": {name: {} for name in _inputs(story)}},
        "steps": steps,
        PICKED: story.as_data(),
    }
    if story.receipts:
        workflow["x-minshi-received"] = [_receipt(each, palette) for each in story.receipts]
    return {
        "arazzo": "1.0.1",
        "info": {"title": story.title_zh, "x-minshi-title-en": story.title_en, "version": "1.0.0"},
        "sourceDescriptions": [{"name": "app", "url": "contract.openapi.json", "type": "openapi"}],
        "workflows": [workflow],
    }


def story_of(document: Mapping[str, Any], palette: Palette) -> Story | None:
    """Return the story behind a document that was composed here and not changed since; None for any other."""
    try:
        story = from_data(document["workflows"][0][PICKED])
        return story if compose(story, palette) == document else None
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        return None


def _inputs(story: Story) -> list[str]:
    used = [value for step in story.steps for value in step.used()]
    used += [value for receipt in story.receipts for value in receipt.fields.values()]
    return sorted({"launch_token", *(value.name for value in used if value.kind == PERSON)})


def _outputs(story: Story) -> dict[str, set[str]]:
    """Which fields of which step's answer something else needs."""
    wanted: dict[str, set[str]] = {}
    for value in [each for step in story.steps for each in step.used()]:
        if value.kind == ANSWER:
            wanted.setdefault(value.step, set()).add(value.name)
    for value in [each for receipt in story.receipts for each in receipt.fields.values()]:
        if value.kind == ANSWER:
            wanted.setdefault(value.step, set()).add(value.name)
    return wanted


def _call_of(calls: Mapping[str, Call], operation: str) -> Call:
    call = calls.get(operation)
    if call is None:
        raise StoryBroken(operation)
    return call


def _opening(palette: Palette, wanted: Mapping[str, set[str]]) -> dict[str, Any]:
    call = palette.opening
    assert call is not None  # noqa: S101 -- the caller asked
    status = min(status for status in call.answers or {201: ()} if status < 400)
    names = {palette.session_field, *wanted.get(OPEN, ())}
    return {
        "stepId": OPEN,
        "description": "从平台进入应用",
        "x-minshi-description-en": "Enter the app from the platform",
        "operationId": call.operation,
        "requestBody": {"contentType": "application/json", "payload": {palette.token_field: "$inputs.launch_token"}},
        "successCriteria": [{"condition": f"$statusCode == {status}"}],
        "outputs": {name: f"$response.body#/{_token(name)}" for name in sorted(names)},
    }


def _step(step: Step, palette: Palette, wanted: Mapping[str, set[str]]) -> dict[str, Any]:
    call = _call_of(palette.calls, step.operation)
    made: dict[str, Any] = {
        "stepId": step.id,
        "description": call.title["zh"],
        "x-minshi-description-en": call.title["en"],
        "operationId": call.operation,
    }
    parameters = [
        {"name": name.partition(" ")[2], "in": name.partition(" ")[0], "value": expression(value)}
        for name, value in step.parameters.items()
    ]
    if call.secured and palette.opening:
        bearer = f"Bearer {{$steps.{OPEN}.outputs.{palette.session_field}}}"
        parameters.insert(0, {"name": "Authorization", "in": "header", "value": bearer})
    if parameters:
        made["parameters"] = parameters
    if call.fields:
        payload = {name: expression(value) for name, value in step.values.items()}
        made["requestBody"] = {"contentType": "application/json", "payload": payload}
    made["successCriteria"] = _criteria(step)
    outputs = wanted.get(step.id)
    if outputs:
        made["outputs"] = {name: f"$response.body#/{_token(name)}" for name in sorted(outputs)}
    if step.patient:
        retry = {"name": "wait", "type": "retry", "retryAfter": RETRY_AFTER_SECONDS, "retryLimit": RETRIES}
        made["onFailure"] = [retry]
    return made


def _criteria(step: Step) -> list[dict[str, str]]:
    criteria = [{"condition": " || ".join(f"$statusCode == {status}" for status in step.statuses)}]
    for name, expected in step.expected.items():
        place = f"$response.body#/{_token(name)}"
        if expected.how == PRESENT or expected.value is None:
            criteria.append({"condition": f"{place} != null"})
        elif expected.how == CONTAINS:
            pattern = re.escape(str(expected.value.fixed))
            criteria.append({"context": place, "condition": pattern, "type": "regex"})
        else:
            criteria.append({"condition": f"{place} == {_operand(expected.value)}"})
    return criteria


def _receipt(receipt: Receipt, palette: Palette) -> dict[str, Any]:
    call = _call_of(palette.receipts, receipt.operation)
    zh = {"accepted": "收下", "refused": "按规则拒绝"}[receipt.outcome]
    en = {"accepted": "taken", "refused": "refused by the rules"}[receipt.outcome]
    made: dict[str, Any] = {
        "operation": receipt.operation,
        "outcome": receipt.outcome,
        "count": receipt.count,
        "title_zh": f"部门{zh} {receipt.count} 次“{call.title['zh']}”",
        "title_en": f"“{call.title['en']}” {en} {receipt.count} times",
    }
    if receipt.fields:
        made["criteria"] = [
            {"condition": f"$request.body#/{_token(name)} == {_operand(value)}"}
            for name, value in receipt.fields.items()
        ]
    return made


def _token(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def expression(value: Value) -> Any:
    """Return a value as a step's parameter or payload has it."""
    if value.kind == FIXED:
        return value.fixed
    return f"$inputs.{value.name}" if value.kind == PERSON else f"$steps.{value.step}.outputs.{value.name}"


def _operand(value: Value) -> str:
    """Return a value as a side of a condition; texts are quoted, so that nothing in them is read as a condition."""
    if value.kind != FIXED:
        return str(expression(value))
    if isinstance(value.fixed, str):
        return "'" + value.fixed.replace("'", "''") + "'"
    return json.dumps(value.fixed)
