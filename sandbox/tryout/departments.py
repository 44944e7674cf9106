"""Owns the way to a simulated department from outside a run: the document of a version, the city, one call.

Only the public entry of the probe is used (`Document`, `Department.answer`): a call here is answered as in a run.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from marketplace.catalogue.models import InterfaceVersion
from marketplace.catalogue.openapi import placed_operations
from sandbox.probe.departments.launch import Session
from sandbox.probe.departments.record import ACCEPTED
from sandbox.probe.departments.simulation import Department
from sandbox.probe.departments.sources import of_person, plain, value_at
from sandbox.probe.openapi import Document
from sandbox.world import Person, World

PERSON = "Minshi-Person"  # the header that names as whom the department is called
SEED = 20260101
PEOPLE = 1000
SPECIAL = 5
_FAILURES = (LookupError, ValueError, TypeError, AttributeError, RecursionError)


@dataclass(frozen=True)
class Sent:
    """One call as it arrives: `path` begins behind the major number of the version."""

    method: str
    path: str
    query: str = ""
    content_type: str = ""
    body: bytes = b""
    key: str = ""
    person: int = 0
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reply:
    """What the department said; `taken` when it will remember the call."""

    status: int
    value: Any
    taken: bool = False


@functools.cache
def city() -> World:
    """Return the simulated city; it is made once in a process and the same everywhere."""
    return World(SEED, PEOPLE)


@functools.lru_cache(maxsize=32)
def _compiled(pk: int, _sha256: str) -> Document:
    document = InterfaceVersion.objects.get(pk=pk).document
    plain: dict[str, Any] = {path: {} for path in document.get("paths") or {}}
    for each in placed_operations(document):
        plain[each.path] |= {"parameters": list(each.shared), each.method: each.operation}
    return Document(document | {"paths": plain})


def document_of(version: InterfaceVersion) -> Document:
    """Return the compiled document of a published version, which never changes; path items are written out."""
    return _compiled(version.pk, version.sha256)


def people() -> list[Person]:
    """Return the people to choose from: the first of the city, which holds what breaks software."""
    return [city().person(number) for number in range(40)]


def known_of(person: int) -> Callable[[str], Any]:
    """Return what looks up a source such as `person.name` for one person of the city."""
    sources = of_person(city(), person)
    return lambda source: plain(value_at(sources, source))


def open_department(version: InterfaceVersion) -> Department:
    """Return the department behind a version, with nothing taken yet."""
    return Department(version.interface.code, document_of(version), city())


def send(department: Department, sent: Sent, *, case: str, now: datetime) -> Reply:
    """Answer one call as the department does in a run: no such operation, not valid, refused, or done."""
    document = department.document
    operation, params, known = document.match(sent.method, sent.path)
    if operation is None:
        return _problem(405 if known else 404, "no_operation", "No such operation", "接口没有这个操作")
    headers = {name.lower(): value for name, value in sent.headers.items()} | {"content-type": sent.content_type}
    try:
        problems, body = document.request_problems(
            operation, path=params, query=sent.query, headers=headers, body=sent.body
        )
        if problems:
            places = [each.as_dict() for each in problems]
            return _problem(400, "invalid_request", "Not valid by the interface", "请求不符合接口规范", errors=places)
        answer = department.answer(operation, _session(sent, case), params, body, sent.key, now=now)
    except _FAILURES:
        return _problem(501, "not_simulated", "This operation can't be simulated yet", "暂不能模拟这个操作")
    return Reply(answer.status, answer.value, answer.outcome == ACCEPTED)


def again(department: Department, sent: Sent, *, case: str, now: datetime) -> None:
    """Let the department take once more what it took before; nothing is checked a second time."""
    operation, params, _known = department.document.match(sent.method, sent.path)
    if operation is None:
        return
    body = json.loads(sent.body) if sent.body else None
    department.answer(operation, _session(sent, case), params, body, sent.key, now=now)


def sample_of(version: InterfaceVersion, *, person: int, now: datetime, most: int = 6) -> list[tuple[str, str, Reply]]:
    """Return what the operations that need no input answer for a person: (method, path, reply)."""
    department = open_department(version)
    found: list[tuple[str, str, Reply]] = []
    for operation in department.document.operations:
        needs = any(parameter.get("required") for _place, parameter in operation.parameters)
        if operation.method == "GET" and not needs and "{" not in operation.path and len(found) < most:
            sent = Sent("GET", operation.path, person=person)
            found.append(("GET", operation.path, send(department, sent, case="sample", now=now)))
    return found


def _session(sent: Sent, case: str) -> Session:
    return Session(token="", case=case, service_item="", language="zh-hans", subject=case, person=sent.person)  # noqa: S106


def _problem(status: int, code: str, title: str, title_zh: str, **more: Any) -> Reply:
    told = {"type": f"urn:minshi:department:{code}", "title": title, "title_zh": title_zh, "status": status}
    return Reply(status, told | {"code": code} | more)
