"""Reads CloudEvents 1.0 from departments' systems and keeps count of those that were turned away."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import ApiToken
from marketplace.core.errors import DomainError, InvalidInput, NotAllowed
from marketplace.store import policy
from marketplace.store.models import Case, RejectedEvent
from marketplace.store.services.reports import TYPES, WORDS, Receipt, Report, take_in

ATTRIBUTE_BYTES = {"id": 120, "source": 200, "type": 80, "subject": 40, "time": 40}


@dataclass(frozen=True)
class Answer:
    """What a batch says about one of its events: a receipt, or the refusal."""

    event_id: str
    receipt: Receipt | None = None
    refusal: DomainError | None = None


def receive_event(*, token: ApiToken, event: Mapping[str, object], now: datetime) -> Receipt:
    """Take in one CloudEvent of a department's system; returns once it is durable.

    `event` has specversion "1.0", id, source (the token's own), type (`minshi.case.<kind>.v1`), time, subject (the
    case number) and data {reason, remedy, result, note}. Refusals are counted and raised: InvalidInput (422),
    NotAllowed `other-source` (403), UnknownCase (404, also for another department's case), Conflict
    `event-id-reused` (409).
    """
    try:
        return take_in(_read(token, event), now=now)
    except DomainError as refusal:
        event_id = event.get("id") if isinstance(event, Mapping) else ""
        code = str(refusal.extra.pop("log_code", refusal.code))
        count_rejection(code=code, now=now, token=token, event_id=event_id if isinstance(event_id, str) else "")
        raise


def receive_batch(*, token: ApiToken, events: list[Mapping[str, object]], now: datetime) -> list[Answer]:
    """Take in up to BATCH_LIMIT events, each by itself; returns one answer per event, in order."""
    if len(events) > policy.BATCH_LIMIT:
        message = _("Send at most %(limit)s events at once.") % {"limit": policy.BATCH_LIMIT}
        raise InvalidInput(message, code="batch-too-long")
    answers = []
    for event in events:
        event_id = str(event.get("id", "")) if isinstance(event, Mapping) else ""
        try:
            answers.append(Answer(event_id, receipt=receive_event(token=token, event=event, now=now)))
        except DomainError as refusal:
            answers.append(Answer(event_id, refusal=refusal))
    return answers


def count_rejection(*, code: str, now: datetime, token: ApiToken | None = None, event_id: str = "") -> None:
    """Count one report that was turned away; retries of the same one on the same day share a row."""
    day = timezone.localtime(now, timezone.get_default_timezone()).date()
    with transaction.atomic():
        row, created = RejectedEvent.objects.get_or_create(
            day=day,
            code=code[:40],
            source=token.source if token else "",
            event_id=event_id[:120],
            defaults={"last_at": now, "department": token.department if token else None},
        )
        if not created:
            RejectedEvent.objects.filter(pk=row.pk).update(times=F("times") + 1, last_at=now)


def _read(token: ApiToken, event: Mapping[str, object]) -> Report:
    if not isinstance(event, Mapping):
        raise InvalidInput(_("An event is a JSON object."), code="not-an-event")
    if event.get("specversion") != "1.0":
        raise InvalidInput(_("Only CloudEvents 1.0 are read."), code="not-an-event", field="specversion")
    text = {name: _attribute(event, name, limit) for name, limit in ATTRIBUTE_BYTES.items()}
    if token.department is None or not token.source:
        raise NotAllowed(_("This token belongs to no department's system."), code="other-source", field="source")
    if text["source"] != token.source:
        raise NotAllowed(_("This source doesn't belong to your token."), code="other-source", field="source")
    if text["type"] not in TYPES:
        raise InvalidInput(_("There is no such type of event."), code="unknown-type", field="type")
    return Report(
        source=token.source,
        event_id=text["id"],
        kind=TYPES[text["type"]],
        case_number=text["subject"],
        occurred_at=_time(text["time"]),
        department=token.department,
        confirmed_by=Case.ConfirmedBy.API,
        by=token,
        words=_words(event.get("data", {})),
    )


def _attribute(event: Mapping[str, object], name: str, limit: int) -> str:
    value = event.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > limit or "\x00" in value:
        message = _("“%(name)s” must be a text of 1 to %(limit)s characters.") % {"name": name, "limit": limit}
        raise InvalidInput(message, code="not-an-event", field=name)
    return value


def _time(text: str) -> datetime:
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None or timezone.is_naive(found):
        message = _("“time” must be a date and time with its zone, such as 2026-08-03T10:00:00+08:00.")
        raise InvalidInput(message, code="not-an-event", field="time")
    return found


def _words(data: object) -> dict[str, str]:
    if not isinstance(data, Mapping):
        raise InvalidInput(_("“data” must be a JSON object."), code="not-an-event", field="data")
    words = {}
    for name in WORDS:
        value = data.get(name, "")
        if not isinstance(value, str) or "\x00" in value:
            message = _("“%(name)s” must be a text.") % {"name": name}
            raise InvalidInput(message, code="not-an-event", field=f"data/{name}")
        if value.strip():
            words[name] = value.strip()
    return words
