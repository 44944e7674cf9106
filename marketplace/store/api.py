"""The store's part of the API: departments' events; listings and reviews for everybody."""

import json
from datetime import datetime
from decimal import Decimal

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Router, Schema
from ninja.errors import AuthenticationError

from marketplace.accounts.models import ApiToken
from marketplace.accounts.tokens import Scope
from marketplace.core import clock
from marketplace.core.errors import DomainError, NotAllowed
from marketplace.core.pagination import LIMIT, Page, page_of
from marketplace.core.problems import problem
from marketplace.store import policy, progress
from marketplace.store.models import Listing, Review
from marketplace.store.services.comparison import Offer, offers
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
        detail = _("Send %(single)s or %(batch)s.") % {"single": SINGLE, "batch": BATCH}
        return problem("unsupported-type", detail, status=415)
    limit = policy.EVENT_BYTES if kind == SINGLE else policy.BATCH_BYTES
    if int(request.headers.get("Content-Length") or 0) > limit:
        count_rejection(code="too-large", now=now, token=token)
        return problem("too-large", _("The body may have up to %(limit)s bytes.") % {"limit": limit}, status=413)
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        body = None
    if kind == SINGLE and isinstance(body, dict):
        receipt = receive_event(token=token, event=body, now=now)
        return JsonResponse(_receipt(receipt), status=_status(receipt))
    if kind == BATCH and isinstance(body, list):
        answers = receive_batch(token=token, events=body, now=now)
        return JsonResponse([_answer(each) for each in answers], safe=False)
    count_rejection(code="not-json", now=now, token=token)
    single = _("The body must be an object in JSON (UTF-8).")
    batch = _("The body must be an array of objects in JSON (UTF-8).")
    return problem("not-json", single if kind == SINGLE else batch, status=400)


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


class ScoreOut(Schema):
    """A Bayesian mean with its 90 % interval; the numbers are null while there are too few reviews to say."""

    mean: Decimal | None
    lower: Decimal | None
    upper: Decimal | None
    reviews: int


class ListingOut(Schema):
    """One app as citizens can choose it; times in seconds from launch to completion."""

    app: str
    name_zh: str
    name_en: str
    service_item: str
    vendor: str
    version: str
    listed_at: datetime | None
    test_score: Decimal | None
    certified_at: datetime | None
    certificate: str | None
    scopes: list[str]
    citizens: ScoreOut
    median_seconds: int | None
    ninetieth_percentile_seconds: int | None


class FollowUpOut(Schema):
    """What became of a bad review, as the public sees it."""

    state: str
    opened_at: datetime
    verify_due_at: datetime
    rectify_due_at: datetime
    measure: str
    unfounded_reason: str
    satisfied: bool | None


class ReviewOut(Schema):
    """One review with the name left out; levels 5 (very satisfied) to 1; no words once it was removed."""

    id: int
    app: str
    version: str
    service_level: int | None
    app_level: int | None
    tags: list[str]
    text: str
    addition: str
    reply: str
    submitted_at: datetime
    held: bool
    removed_at: datetime | None
    removal_reason: str
    follow_up: FollowUpOut | None


@router.get("/listings", response=Page[ListingOut], summary="Apps that citizens can choose", operation_id="listings")
def listings(request: HttpRequest, service_item: str = "", cursor: str = "", limit: int = LIMIT) -> dict[str, object]:
    """List the public listings, of one service item or of all."""
    rows = Listing.objects.public().select_related("app__vendor", "service_item", "version")
    if service_item:
        rows = rows.filter(service_item__code=service_item)
    page = page_of(rows, cursor=cursor, limit=limit)
    return page | {"items": [_listing(offer) for offer in offers(page["items"], now=clock.now())]}


@router.get(
    "/listings/{app}/reviews", response=Page[ReviewOut], summary="Reviews of an app", operation_id="listing_reviews"
)
def reviews(request: HttpRequest, app: str, cursor: str = "", limit: int = LIMIT) -> dict[str, object]:
    """List everything that citizens said about an app, held and removed reviews included and marked."""
    listing = get_object_or_404(Listing.objects.filter(state__in=["listed", "suspended"]), app__code=app)
    rows = Review.objects.filter(app=listing.app_id).select_related("app", "version", "follow_up")
    return page_of(rows, cursor=cursor, limit=limit, show=_review)


def _listing(offer: Offer) -> dict[str, object]:
    listing, score = offer.listing, offer.score
    shown = {"mean": score.mean, "lower": score.lower, "upper": score.upper} if score.enough else {}
    summary = listing.version.certificate_summary
    return {
        "app": listing.app.code,
        "name_zh": listing.app.name_zh,
        "name_en": listing.app.name_en,
        "service_item": listing.service_item.code,
        "vendor": listing.app.vendor.code,
        "version": listing.version.version,
        "listed_at": listing.listed_at,
        "test_score": listing.version.score,
        "certified_at": listing.version.certified_at,
        "certificate": summary.get("certificate"),
        "scopes": [scope for scope in listing.version.manifest.get("scopes", []) if isinstance(scope, str)],
        "citizens": {"mean": None, "lower": None, "upper": None, "reviews": score.count} | shown,
        "median_seconds": offer.times.median,
        "ninetieth_percentile_seconds": offer.times.ninetieth,
    }


def _review(review: Review) -> dict[str, object]:
    gone = review.removed_at is not None
    return {
        "id": review.pk,
        "app": review.app.code,
        "version": review.version.version,
        "service_level": None if gone else review.service_level,
        "app_level": None if gone else review.app_level,
        "tags": [] if gone else review.tags,
        "text": "" if gone else review.text,
        "addition": "" if gone else review.addition,
        "reply": "" if gone else review.reply,
        "submitted_at": review.submitted_at,
        "held": review.held,
        "removed_at": review.removed_at,
        "removal_reason": review.removal_reason,
        "follow_up": getattr(review, "follow_up", None),
    }
