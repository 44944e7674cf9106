"""Owns the way to a simulated department from outside a run: the document of a version, the city, one call.

Only the public entry of the probe is used (`Document`, `Department.answer`): a call here is answered as in a run.
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from marketplace.catalogue.models import InterfaceVersion
from sandbox.probe.departments.launch import Session
from sandbox.probe.departments.simulation import Department
from sandbox.probe.departments.sources import Registers
from sandbox.probe.generating import Generator, Sample, UngenerableError
from sandbox.probe.openapi import Document, Operation
from sandbox.world import Person, World

PERSON = "Minshi-Person"  # the header that names as whom the department is called
SEED = 20260101
PEOPLE = 1000
OFFERED = 40
READING = frozenset({"GET", "HEAD", "OPTIONS"})
JSON = "application/json"
_PROBLEM = "application/problem+json"
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
    text: str
    media: str = JSON
    taken: bool = False

    @property
    def pretty(self) -> str:
        """The text for people: JSON indented, anything else as it is."""
        return indented(self.text, self.media)


def indented(text: str, media: str) -> str:
    """Return JSON text with a line for each field, any other text as it is."""
    if not media.endswith("json"):
        return text
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return text


@functools.cache
def city() -> World:
    """Return the simulated city; it is made once in a process and the same everywhere."""
    return World(SEED, PEOPLE)


@functools.lru_cache(maxsize=32)
def _compiled(pk: int, _sha256: str) -> Document:
    return Document(InterfaceVersion.objects.get(pk=pk).document)


def document_of(version: InterfaceVersion) -> Document:
    """Return the compiled document of a published version, which never changes."""
    return _compiled(version.pk, version.sha256)


def people() -> list[Person]:
    """Return the people to choose from: the first of the city, many with names and papers that break software."""
    return [city().person(number) for number in range(OFFERED)]


@functools.cache
def usual_person() -> int:
    """Return whom a page begins with: the first of those offered about whom every department knows something."""
    return next(each.number for each in people() if city().residence_of(each.number) and city().rentals_of(each.number))


def open_department(version: InterfaceVersion) -> Department:
    """Return the department behind a version, with nothing taken yet."""
    return Department(version.interface.code, document_of(version), city())


def send(department: Department, sent: Sent, *, case: str, now: datetime) -> Reply:
    """Answer one call as the department does in a run: no such operation, not valid, refused, or done."""
    document = department.document
    operation, params, known = document.match(sent.method, sent.path)
    if operation is None:
        return _problem(405 if known else 404, "no_operation", "No such operation", "接口没有这个操作")
    try:
        problems, body = _read(document, operation, params, sent)
        if problems:
            return _problem(400, "invalid_request", "Not valid by the interface", "请求不符合接口规范", errors=problems)
        answer = department.answer(operation, _session(sent, case), params, body, sent.key, now=now)
        said = answer.response
    except _FAILURES:
        return _problem(501, "not_simulated", "This operation can't be simulated yet", "暂不能模拟这个操作")
    taken = sent.method not in READING and said.status < 300
    return Reply(said.status, said.body.decode(errors="replace"), said.content_type or JSON, taken)


def again(department: Department, sent: Sent, *, case: str, now: datetime) -> None:
    """Let the department take once more what it took before."""
    send(department, sent, case=case, now=now)


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


def sample_body(version: InterfaceVersion, *, method: str, path: str, person: int) -> str:
    """Return a valid JSON body for an operation, filled with what the city knows of the person; "" without one."""
    document = document_of(version)
    operation = next((each for each in document.operations if (each.method, each.path) == (method, path)), None)
    declared = document.body_schema(operation) if operation is not None else None
    if declared is None:
        return ""
    sample = Sample(Registers(city()).of(person))
    try:
        value = Generator(document, SEED).value(declared[0], sample, person)
    except (UngenerableError, *_FAILURES):
        return ""
    return json.dumps(value, ensure_ascii=False, indent=2)


def _read(
    document: Document, operation: Operation, params: dict[str, str], sent: Sent
) -> tuple[list[dict[str, str]], Any]:
    headers = {name.lower(): value for name, value in sent.headers.items()} | {"content-type": sent.content_type}
    if sent.key:
        headers["idempotency-key"] = sent.key
    problems, body = document.request_problems(
        operation, path=params, query=sent.query, headers=headers, body=sent.body
    )
    return [each.as_dict() for each in problems], body


def _session(sent: Sent, case: str) -> Session:
    return Session(token="", case=case, service_item="", language="zh-hans", subject=case, person=sent.person)  # noqa: S106


def _problem(status: int, code: str, title: str, title_zh: str, **more: Any) -> Reply:
    told = {"type": f"urn:minshi:department:{code}", "title": title, "title_zh": title_zh, "status": status}
    return Reply(status, json.dumps(told | {"code": code} | more, ensure_ascii=False), _PROBLEM)
