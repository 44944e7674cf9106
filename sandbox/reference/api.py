"""Owns the JSON operations of the app's contract."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from .cases import REFUSED, SENDING, Application, Visit
from .departments import NoAnswerError, NoSessionError, RefusedError
from .service import Service, faults_in
from .web import Request, Response, json_response, problem
from .words import EN, ZH, say

Operation = Callable[[Request], Response]
_REFERENCE = re.compile(r"/api/applications/([^/]*)")


class Api:
    """Answers /api/ and /healthz."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._routes: dict[str, dict[str, Operation]] = {
            "/healthz": {"GET": self._health},
            "/api/session": {"POST": self._session},
            "/api/draft": {"GET": self._draft},
            "/api/applications": {"POST": self._submit},
        }

    def answer(self, request: Request) -> Response:
        """Answer one request."""
        routes = self._routes.get(request.path)
        if routes is None and _REFERENCE.fullmatch(request.path):
            routes = {"GET": self._application}
        if routes is None:
            return self._problem(request, 404, "not_found")
        operation = routes.get("GET" if request.method == "HEAD" else request.method)
        if operation is None:
            return problem(405, "not_allowed", say(EN, "not_allowed"), title_zh=say(ZH, "not_allowed"))
        try:
            return operation(request)
        except NoSessionError:
            return self._problem(request, 401, "unauthorised")
        except NoAnswerError:
            return self._problem(request, 503, "busy_title", detail=say(ZH, "busy"))

    def _problem(self, request: Request, status: int, key: str, **more: Any) -> Response:
        return problem(status, key, say(EN, key), title_zh=say(ZH, key), **more)

    def _visit(self, request: Request) -> Visit | None:
        scheme, _, session = request.headers.get("authorization", "").partition(" ")
        return self._service.cases.visit(session.strip()) if scheme.lower() == "bearer" else None

    @staticmethod
    def _json(request: Request) -> Any:
        """Return the body as JSON; None when it isn't."""
        media = request.headers.get("content-type", "").split(";")[0].strip().lower()
        if not request.whole or media != "application/json":
            return None
        try:
            return json.loads(request.body)
        except (ValueError, RecursionError):
            return None

    def _health(self, _: Request) -> Response:
        return json_response(200, {"status": "ok", "version": self._service.settings.version})

    def _session(self, request: Request) -> Response:
        body = self._json(request)
        token = body.get("token") if isinstance(body, dict) and set(body) == {"token"} else None
        if not (isinstance(token, str) and 1 <= len(token) <= 4000):
            return self._problem(request, 422, "error_body")
        try:
            visit = self._service.enter(token)
        except (NoSessionError, RefusedError):
            return self._problem(request, 401, "unauthorised")
        return json_response(201, {"session": visit.session, "case": visit.case, "language": visit.language})

    def _draft(self, request: Request) -> Response:
        visit = self._visit(request)
        if visit is None:
            return self._problem(request, 401, "unauthorised")
        return json_response(200, self._service.draft(visit))

    def _submit(self, request: Request) -> Response:
        visit = self._visit(request)
        if visit is None:
            return self._problem(request, 401, "unauthorised")
        form = self._json(request)
        faults = faults_in(form)
        if faults:
            detail = "; ".join(say(visit.language, key) for key in faults.values())
            return self._problem(request, 422, "error_body", detail=detail)
        try:
            application, new = self._service.submit(visit, form)
        except RefusedError as refusal:
            told = refusal.problem
            return problem(
                422,
                told["code"] or "refused",
                say(EN, "told_refused"),
                title_zh=say(ZH, "told_refused"),
                detail=told["detail"] or say(visit.language, "told_refused"),
                remedy=told["remedy"] or "",
            )
        status = 200 if not new else 202 if application.state == SENDING else 201
        return json_response(status, self._shown(application, visit))

    def _application(self, request: Request) -> Response:
        visit = self._visit(request)
        if visit is None:
            return self._problem(request, 401, "unauthorised")
        application = self._service.standing(visit)
        if application is None or request.path != f"/api/applications/{application.reference}":
            return self._problem(request, 404, "not_found")
        return json_response(200, self._shown(application, visit))

    @staticmethod
    def _shown(application: Application, visit: Visit) -> dict[str, Any]:
        return {
            "reference": application.reference,
            "state": application.state,
            "application_no": application.application_no,
            "department_state": None if application.state == REFUSED else application.department_state,
            "submitted_at": application.submitted_at,
            "message": say(visit.language, f"told_{application.state}"),
            "reason": application.reason,
            "remedy": application.remedy,
        }
