"""Owns the gateway: sessions, the way to each department, faults, and the judgement of every call."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from ..city import Person, World
from ..openapi import Document, Operation, Problem
from . import faults
from .answers import Answer, problem
from .http import RESET, Request, Response, Server
from .launch import LaunchRefusedError, Residents, Session, Sessions, TokenKeys
from .record import DROPPED, FAULT, INVALID, REFUSED, UNAUTHORISED, Call, Diary, personal_in_url
from .simulation import Department
from .sources import Registers, value_at
from .submissions import Submission

_STEP = 0.05


class Gateway:
    """Speaks for all simulated departments on one port."""

    def __init__(
        self,
        world: World,
        interfaces: list[dict[str, Any]],
        keys: TokenKeys,
        residents: Residents,
        on_submission: Callable[[Submission], None] | None = None,
    ) -> None:
        """`interfaces` are the plan's entries: code, version, openapi."""
        self.world = world
        self.diary = Diary()
        self._registers = Registers(world)
        self.faults = faults.Switch()
        self.sessions = Sessions(keys, residents.person_for)
        self.departments = {
            entry["code"]: Department(entry["code"], Document(entry["openapi"]), world, on_submission)
            for entry in interfaces
        }
        self._majors = {entry["code"]: str(entry["version"]).split(".")[0] for entry in interfaces}
        self._server = Server(self.respond)

    def start(self, host: str = "127.0.0.1", port: int = 0) -> int:
        """Bind and serve from a thread of its own; return the port."""
        return self._server.start(host, port)

    def stop(self) -> None:
        """Stop serving."""
        self._server.stop()

    def truth(self, person: int, source: str) -> Any:
        """Return what the registers say of a person, by `x-minshi-source`: `person.name`, `residence.days`."""
        return value_at(self._registers.of(person), source)

    def person_of(self, case: str) -> Person | None:
        """Return whose case it is, or None when nobody ever opened a session for it."""
        number = self.sessions.people.get(case)
        return self.world.person(number) if number is not None else None

    def taken(self, case: str) -> list[Submission]:
        """Return the submissions of a case that departments hold."""
        held = [each for department in self.departments.values() for each in department.submissions(case)]
        return [each for each in held if each.submission]

    # ------------------------------------------------------------------ one request

    async def handle(self, request: Request) -> Response:
        """Answer one request of an app, however long it takes."""
        answer = self.respond(request)
        return answer if isinstance(answer, Response) else await answer

    def respond(self, request: Request) -> Response | Awaitable[Response]:
        """Answer one request of an app at once; only a fault that takes time makes it an awaitable."""
        path = request.target.partition("?")[0]
        if not path.startswith("/"):
            path = urlsplit(path).path
        if "sec-fetch-mode" in request.headers or "origin" in request.headers:
            self._note(request, session=None, outcome="browser", status=403)
            return _json(
                403,
                problem(
                    403, "browser_refused", "Browsers may not call departments", title_zh="浏览器不得直接调用部门接口"
                ),
            )
        if path == "/session":
            return self._open_session(request)
        if path == "/healthz":
            return _json(200, {"status": "ok"})
        return self._department_call(request, path)

    def _open_session(self, request: Request) -> Response:
        if request.method != "POST":
            return _json(405, problem(405, "method_not_allowed", "Use POST"))
        try:
            token = json.loads(request.body)["token"]
            session = self.sessions.exchange(token)
        except LaunchRefusedError as refusal:
            return _json(
                401, problem(401, refusal.code, "The launch token is not valid", title_zh="启动凭证无效或已使用")
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return _json(
                400, problem(400, "bad_request", 'Send {"token": "..."}', title_zh="请求内容须为 JSON 并含 token")
            )
        return _json(
            201,
            {
                "session": session.token,
                "case": session.case,
                "service_item": session.service_item,
                "language": session.language,
                "elder": session.elder,
                "subject": session.subject,
            },
        )

    def _department_call(self, request: Request, path: str) -> Response | Awaitable[Response]:
        session = self.sessions.of(request.headers.get("authorization", ""))
        if session is None:
            self._note(request, session=None, outcome=UNAUTHORISED, status=401)
            return _json(401, problem(401, "no_session", "No valid session", title_zh="会话无效"))
        code, version, rest = [*path.lstrip("/").split("/", 2), "", ""][:3]
        department = self.departments.get(code)
        if department is None or version != f"v{self._majors[code]}":
            self._note(request, session=session, outcome=INVALID, status=404, interface=code)
            return _json(404, problem(404, "no_interface", "No such interface", title_zh="没有这个接口"))
        operation, params, known = department.document.match(request.method, rest)
        if operation is None:
            status = 405 if known else 404
            self._note(request, session=session, outcome=INVALID, status=status, interface=code)
            return _json(status, problem(status, "no_operation", "No such operation", title_zh="接口没有这个操作"))
        return self._operate(request, session, department, operation, params)

    def _operate(
        self, request: Request, session: Session, department: Department, operation: Operation, params: dict[str, str]
    ) -> Response | Awaitable[Response]:
        problems, body = department.document.request_problems(
            operation,
            path=params,
            query=request.target.partition("?")[2],
            headers=request.headers,
            body=request.body,
        )
        behaviour = operation.definition.get("x-minshi-behaviour", {})
        submission = bool(behaviour.get("submission"))
        call = self._note(
            request,
            session=session,
            interface=department.code,
            operation=operation.id,
            scopes=tuple(operation.definition.get("x-minshi-scopes", ())),
            body=body,
            problems=[each.as_dict() for each in problems],
            submission=submission,
        )
        fault = self.faults.for_call(submission=submission, name=call.name, case=session.case)
        if fault is None:
            answer = self._decide(call, department, operation, session=session, params=params, problems=problems)
            call.status = answer.status
            return answer.response
        return self._fail(
            fault, request, call, department, operation, session=session, params=params, problems=problems
        )

    async def _fail(
        self,
        fault: faults.Fault,
        request: Request,
        call: Call,
        department: Department,
        operation: Operation,
        *,
        session: Session,
        params: dict[str, str],
        problems: list[Problem],
    ) -> Response:
        """Answer one call as a department in trouble does."""
        call.fault = fault.kind
        if fault.kind == faults.SLOW_BEFORE and not await _wait(fault.seconds, request):
            call.outcome = DROPPED
            return Response(503)
        if fault.kind in faults.UNTAKEN:
            call.outcome = FAULT
            return self._told(call, faults.spoil(fault, _failed()))
        if fault.kind == faults.LYING and not call.submission:
            session = replace(session, person=self._somebody_else(session.person))
        as_of = self.faults.as_of(fault, session.case) if fault.kind == faults.STALE else None
        answer = self._decide(
            call, department, operation, session=session, params=params, problems=problems, as_of=as_of
        )
        if fault.kind == faults.SLOW_AFTER:
            await _wait(fault.seconds, request)
        if fault.kind == faults.ERROR_AFTER:
            return self._told(call, _failed())
        return self._told(call, faults.spoil(fault, answer.response))

    @staticmethod
    def _told(call: Call, response: Response) -> Response:
        """Note what the caller was told; 0 when it was nothing."""
        call.status = 0 if response.ending == RESET else response.status
        return response

    def _somebody_else(self, person: int) -> int:
        """Return who a lying department takes a person for."""
        entitled = self.world.with_trait("entitled")
        return next((number for number in entitled if number > person), entitled[0])

    def _decide(
        self,
        call: Call,
        department: Department,
        operation: Operation,
        *,
        session: Session,
        params: dict[str, str],
        problems: list[Problem],
        as_of: datetime | None = None,
    ) -> Answer:
        if problems:
            call.outcome = INVALID
            places = "; ".join(f"{each.place}: {each.message}" for each in problems)[:500]
            return Answer(
                400,
                problem(
                    400, "invalid_request", "Not valid by the interface", detail=places, title_zh="请求不符合接口规范"
                ),
            )
        answer = department.answer(
            operation, session, params, call.body, call.idempotency_key, now=call.at, as_of=as_of
        )
        call.outcome = answer.outcome
        if answer.outcome == REFUSED:
            told = answer.value
            call.refusal = {
                "title_en": told.get("title", ""),
                "title_zh": told.get("title_zh", ""),
                "remedy_en": told.get("remedy", ""),
                "remedy_zh": told.get("remedy_zh", ""),
            }
        return answer

    def _note(
        self, request: Request, *, session: Session | None, outcome: str = "", status: int = 0, **details: Any
    ) -> Call:
        private: dict[str, str | None] = {}
        if session is not None:
            person = self.world.person(session.person)
            private = {"name": person.name, "document_number": person.document_number, "phone": person.phone}
        call = self.diary.open(
            now=datetime.now(UTC),
            size=len(request.body) + len(request.target),
            case=session.case if session else "",
            interface=details.pop("interface", ""),
            operation=details.pop("operation", ""),
            method=request.method[:10],
            target=request.target[:2000],
            idempotency_key=request.headers.get("idempotency-key", "")[:100],
            personal_in_url=personal_in_url(f"{request.target} {request.headers.get('referer', '')}", private),
            personal_in_headers=personal_in_url(_own_headers(request), private),
            **details,
        )
        call.outcome, call.status = outcome, status
        return call


def _own_headers(request: Request) -> str:
    """Return the values of the headers that an app made up itself."""
    usual = ("authorization", "referer", "idempotency-key", "host", "content-length")
    return " ".join(value for name, value in request.headers.items() if name not in usual)[:4000]


def _failed() -> Response:
    return _json(500, problem(500, "internal_error", "The department's system failed", title_zh="部门系统出错"))


async def _wait(seconds: float, request: Request) -> bool:
    """Wait as a slow department does; say whether the caller is still there at the end."""
    passed = 0.0
    while passed < seconds:
        await asyncio.sleep(_STEP)
        passed += _STEP
        if not request.connected():
            return False
    return request.connected()


def _json(status: int, value: Any) -> Response:
    media = "application/problem+json" if status >= 400 else "application/json"
    return Response(status, json.dumps(value, ensure_ascii=False).encode(), media)
