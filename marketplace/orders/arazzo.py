"""Checks the structure of an Arazzo 1.0 document against the app contract it drives, with places (pure)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from marketplace.catalogue.findings import Finding, pointer
from marketplace.catalogue.openapi import operations

MAX_STEPS = 40
NAME = re.compile(r"[A-Za-z0-9_\-]{1,80}")
SUPPORTED = re.compile(r"1\.0\.\d+")
_ROOTS = "url method statusCode request response inputs outputs steps workflows sourceDescriptions components"
EXPRESSION_ROOTS = frozenset(f"${name}" for name in _ROOTS.split())
CRITERION_TYPES = {"simple", "regex", "jsonpath"}
ACTION_TYPES = {"end", "goto", "retry"}
PARAMETER_PLACES = {"path", "query", "header", "cookie"}


def check(document: Any, contract: Mapping[str, Any]) -> list[Finding]:
    """Return what is wrong, in the order of the document; `contract` is the checked OpenAPI document of the app."""
    if not isinstance(document, dict):
        return [Finding("not-an-object")]
    if not SUPPORTED.fullmatch(str(document.get("arazzo", ""))):
        return [Finding("arazzo-version", "/arazzo")]
    found = list(_needs(document, (), {"info": dict, "sourceDescriptions": list, "workflows": list}))
    if found:
        return found
    found = list(_needs(document["info"], ("info",), {"title": str, "version": str}))
    if len(document["sourceDescriptions"]) != 1:
        found.append(Finding("arazzo-one-source", "/sourceDescriptions"))
    if not document["workflows"]:
        found.append(Finding("arazzo-no-workflow", "/workflows"))
    named = {operation["operationId"] for _, _, operation in operations(contract) if "operationId" in operation}
    paths = {f"{_escaped(path)}/{method.lower()}" for path, method, _ in operations(contract)}
    workflows = {each.get("workflowId") for each in document["workflows"] if isinstance(each, dict)}
    components = document.get("components") if isinstance(document.get("components"), dict) else {}
    known = Known(frozenset(named), frozenset(paths), frozenset(map(str, workflows)), components or {})
    seen: set[str] = set()
    for position, workflow in enumerate(document["workflows"]):
        found += _workflow(workflow, ("workflows", position), known, seen)
    return found


@dataclass(frozen=True)
class Known:
    """What steps may name: operations by id, by `escaped path/method`, workflows, and the document's components."""

    operations: frozenset[str]
    paths: frozenset[str]
    workflows: frozenset[str]
    components: Mapping[str, Any]


def _escaped(path: str) -> str:
    return path.replace("~", "~0").replace("/", "~1")


def _needs(value: Any, path: tuple[object, ...], fields: Mapping[str, type]) -> Iterator[Finding]:
    if not isinstance(value, dict):
        yield Finding("wrong-type", pointer(path), params={"wanted": "object"})
        return
    names: dict[type, str] = {dict: "object", list: "array", str: "string"}
    for name, kind in fields.items():
        if name not in value:
            yield Finding("missing", pointer(path), params={"name": name})
        elif not isinstance(value[name], kind):
            yield Finding("wrong-type", pointer((*path, name)), params={"wanted": names[kind]})


def _workflow(workflow: Any, path: tuple[object, ...], known: Known, seen: set[str]) -> Iterator[Finding]:
    broken = list(_needs(workflow, path, {"workflowId": str, "steps": list}))
    yield from broken
    if broken:
        return
    yield from _name(workflow["workflowId"], (*path, "workflowId"), seen)
    if not 1 <= len(workflow["steps"]) <= MAX_STEPS:
        yield Finding("arazzo-steps", pointer((*path, "steps")), params={"most": MAX_STEPS})
    done: set[str] = set()
    names = {step.get("stepId") for step in workflow["steps"] if isinstance(step, dict)}
    for position, step in enumerate(workflow["steps"][:MAX_STEPS]):
        yield from _step(step, (*path, "steps", position), known, done, names)


def _name(name: str, path: tuple[object, ...], seen: set[str]) -> Iterator[Finding]:
    if not NAME.fullmatch(name):
        yield Finding("arazzo-name", pointer(path))
    if name in seen:
        yield Finding("arazzo-name-twice", pointer(path), params={"name": name[:80]})
    seen.add(name)


def _step(step: Any, path: tuple[object, ...], known: Known, done: set[str], names: set[object]) -> Iterator[Finding]:
    target = next((name for name in ("workflowId", "operationPath") if name in step), "operationId") if step else ""
    broken = list(_needs(step, path, {"stepId": str, target or "operationId": str}))
    yield from broken
    if broken:
        return
    yield from _target(step[target], target, path, known)
    placed = target != "workflowId"
    yield from _parameters(step.get("parameters", []), (*path, "parameters"), known, placed=placed)
    yield from _criteria(step.get("successCriteria", []), (*path, "successCriteria"))
    for field, kind in (("onSuccess", "successActions"), ("onFailure", "failureActions")):
        yield from _actions(step.get(field, []), (*path, field), names, kind, known)
    yield from _expressions(step, path, done)
    yield from _name(step["stepId"], (*path, "stepId"), done)


def _target(name: str, field: str, path: tuple[object, ...], known: Known) -> Iterator[Finding]:
    """Check that the operation or workflow of a step is there."""
    if field == "workflowId":
        if name not in known.workflows:
            yield Finding("arazzo-workflow", pointer((*path, field)), params={"name": name[:80]})
    elif field == "operationPath":
        if name.partition("#/paths/")[2] not in known.paths:
            yield Finding("arazzo-operation", pointer((*path, field)), params={"name": name[:80]})
    elif name.rsplit(".", 1)[-1] not in known.operations:
        yield Finding("arazzo-operation", pointer((*path, field)), params={"name": name[:80]})


def _reference(entry: Any, path: tuple[object, ...], kind: str, known: Known) -> Iterator[Finding]:
    """Check that a Reusable Object names a component."""
    reference = str(entry["reference"])
    group = known.components.get(kind)
    if not reference.startswith(f"$components.{kind}.") or reference.split(".", 2)[2] not in (group or {}):
        yield Finding("arazzo-component", pointer((*path, "reference")), params={"name": reference[:80]})


def _parameters(parameters: Any, path: tuple[object, ...], known: Known, *, placed: bool = True) -> Iterator[Finding]:
    for position, each in enumerate(parameters if isinstance(parameters, list) else []):
        if isinstance(each, dict) and "reference" in each:
            yield from _reference(each, (*path, position), "parameters", known)
            continue
        yield from _needs(each, (*path, position), {"name": str, "in": str} if placed else {"name": str})
        if isinstance(each, dict) and "value" not in each:
            yield Finding("missing", pointer((*path, position)), params={"name": "value"})
        if isinstance(each, dict) and isinstance(each.get("in"), str) and each["in"] not in PARAMETER_PLACES:
            params = {"values": ", ".join(sorted(PARAMETER_PLACES))}
            yield Finding("not-one-of", pointer((*path, position, "in")), params=params)


def _criteria(criteria: Any, path: tuple[object, ...]) -> Iterator[Finding]:
    if not isinstance(criteria, list):
        yield Finding("wrong-type", pointer(path), params={"wanted": "array"})
        return
    for position, each in enumerate(criteria):
        yield from _needs(each, (*path, position), {"condition": str})
        kind = each.get("type", "simple") if isinstance(each, dict) else "simple"
        kind = kind.get("type") if isinstance(kind, dict) else kind
        if kind not in CRITERION_TYPES:
            params = {"values": ", ".join(sorted(CRITERION_TYPES))}
            yield Finding("not-one-of", pointer((*path, position, "type")), params=params)
        elif kind != "simple" and isinstance(each, dict) and "context" not in each:
            yield Finding("missing", pointer((*path, position)), params={"name": "context"})


def _actions(actions: Any, path: tuple[object, ...], names: set[object], kind: str, known: Known) -> Iterator[Finding]:
    for position, each in enumerate(actions if isinstance(actions, list) else []):
        place = (*path, position)
        if isinstance(each, dict) and "reference" in each:
            yield from _reference(each, place, kind, known)
            continue
        yield from _needs(each, place, {"name": str, "type": str})
        if not isinstance(each, dict):
            continue
        if each.get("type") not in ACTION_TYPES:
            yield Finding("not-one-of", pointer((*place, "type")), params={"values": ", ".join(sorted(ACTION_TYPES))})
        if "stepId" in each and each["stepId"] not in names:
            yield Finding("arazzo-step", pointer((*place, "stepId")), params={"name": str(each["stepId"])[:80]})
        if "workflowId" in each and each["workflowId"] not in known.workflows:
            params = {"name": str(each["workflowId"])[:80]}
            yield Finding("arazzo-workflow", pointer((*place, "workflowId")), params=params)


def _expressions(step: Mapping[str, Any], path: tuple[object, ...], done: set[str]) -> Iterator[Finding]:
    """Check the runtime expressions of a step: their roots, and that they look back at steps already done."""
    waiting: list[tuple[tuple[object, ...], Any]] = [(path, dict(step))]
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, dict):
            waiting += [((*place, key), each) for key, each in value.items() if not str(key).startswith("x-")]
        elif isinstance(value, list):
            waiting += [((*place, position), each) for position, each in enumerate(value)]
        elif isinstance(value, str) and "description" not in place[-1:] and "context" not in place[-1:]:
            yield from _expression(value, place, done | {str(step["stepId"])})


def _expression(text: str, path: tuple[object, ...], done: set[str]) -> Iterator[Finding]:
    if path[-1] == "condition" and not text.startswith("$s") and text.startswith(("$[", "$.", "^")):
        return
    for found in re.finditer(r"(?<![\w'\"])\$[A-Za-z]+(?:\.[A-Za-z0-9_\-]+)?", text):
        root, _, following = found.group().partition(".")
        if root not in EXPRESSION_ROOTS:
            yield Finding("arazzo-expression", pointer(path), params={"expression": found.group()[:80]})
        elif root == "$steps" and following not in done:
            yield Finding("arazzo-step", pointer(path), params={"name": following})
