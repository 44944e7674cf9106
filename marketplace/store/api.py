"""The store's part of the API: departments' events."""

import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router
from ninja.errors import AuthenticationError

from marketplace.accounts.models import ApiToken
from marketplace.accounts.tokens import Scope
from marketplace.core import clock
from marketplace.core.errors import DomainError, NotAllowed
from marketplace.core.problems import problem
from marketplace.store import policy, progress
from marketplace.store.services.events import Answer, count_rejection, receive_batch, receive_event
from marketplace.store.services.reports import TYPES, Receipt

router = Router(tags=["store"])

SINGLE = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"

EVENT_SCHEMA = {
    "type": "object",
    "required": ["specversion", "id", "source", "type", "time", "subject"],
    "properties": {
        "specversion": {"const": "1.0"},
        "id": {"type": "string", "maxLength": 120, "description": "Unique within the source."},
        "source": {"type": "string", "description": "The source that belongs to the token."},
        "type": {"type": "string", "enum": sorted(TYPES)},
        "time": {"type": "string", "format": "date-time", "description": "When it happened."},
        "subject": {"type": "string", "description": "The case number."},
        "data": {
            "type": "object",
            "properties": {
                "reason": {"type": "string", "maxLength": 500, "description": "Needed when not accepted or denied."},
                "remedy": {"type": "string", "maxLength": 500, "description": "Needed when not accepted or denied."},
                "result": {"type": "string", "maxLength": 200},
                "note": {"type": "string", "maxLength": 500, "description": "What is missing."},
            },
        },
    },
}


class EventScope(Scope):
    """The scope check of events; every refusal is counted."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        """Return the token; count and refuse what isn't valid."""
        try:
            found = super().authenticate(request, token)
        except NotAllowed as refusal:
            count_rejection(code=refusal.code, now=clock.now())
            raise
        if found is None:
            count_rejection(code="unauthenticated", now=clock.now())
        return found

    def __call__(self, request: HttpRequest) -> ApiToken | None:
        """Count requests that carry no token, too."""
        if not request.headers.get("Authorization", "").lower().startswith("bearer "):
            count_rejection(code="unauthenticated", now=clock.now())
            raise AuthenticationError
        return super().__call__(request)


@router.post(
    "/events",
    auth=EventScope("events:write"),
    summary="Report what happened to cases",
    operation_id="receive_events",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                SINGLE: {"schema": EVENT_SCHEMA},
                BATCH: {"schema": {"type": "array", "maxItems": policy.BATCH_LIMIT, "items": EVENT_SCHEMA}},
            },
        },
    },
)
def receive_events(request: HttpRequest) -> HttpResponse:
    """Take in one CloudEvent or a batch; answered only after it is durable.

    Sending an event again (same source and id) is safe. 202 says that it contradicts what is known and waits for a
    person. A batch is answered per event, in order, each with a status of its own.
    """
    now, token = clock.now(), request.auth  # type: ignore[attr-defined]
    kind = (request.content_type or "").lower()
    if kind not in {SINGLE, BATCH}:
        count_rejection(code="unsupported-type", now=now, token=token)
        detail = f"Send {SINGLE} or {BATCH}."
        return problem("unsupported-type", detail, status=415)
    limit = policy.EVENT_BYTES if kind == SINGLE else policy.BATCH_BYTES
    if int(request.headers.get("Content-Length") or 0) > limit:
        count_rejection(code="too-large", now=now, token=token)
        return problem("too-large", f"The body may have up to {limit} bytes.", status=413)
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict if kind == SINGLE else list):
        count_rejection(code="not-json", now=now, token=token)
        wanted = "an object" if kind == SINGLE else "an array of objects"
        return problem("not-json", f"The body must be {wanted} in JSON (UTF-8).", status=400)
    if kind == SINGLE:
        receipt = receive_event(token=token, event=body, now=now)
        return JsonResponse(_receipt(receipt), status=_status(receipt))
    answers = receive_batch(token=token, events=body, now=now)
    return JsonResponse([_answer(each) for each in answers], safe=False)


def _status(receipt: Receipt) -> int:
    return 202 if receipt.event.outcome == progress.REVIEW else 200


def _receipt(receipt: Receipt) -> dict[str, object]:
    return {
        "id": receipt.event.event_id,
        "outcome": receipt.event.outcome,
        "duplicate": receipt.duplicate,
        "late": receipt.event.late,
        "case": receipt.case.number,
        "state": receipt.case.state,
    }


def _answer(answer: Answer) -> dict[str, object]:
    if answer.receipt:
        return {"status": _status(answer.receipt)} | _receipt(answer.receipt)
    refusal = answer.refusal
    assert isinstance(refusal, DomainError)  # noqa: S101 - an answer is a receipt or a refusal
    said = problem(refusal.code, str(refusal), status=refusal.status, field=refusal.field, **refusal.extra)
    return {"id": answer.event_id} | json.loads(said.content)
