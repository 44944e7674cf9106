"""Takes in what a department says about a case, by whichever way, and moves the case: the only code that does."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import ApiToken, Department, User
from marketplace.core import audit
from marketplace.core.calendar import deadline
from marketplace.core.errors import Conflict, DomainError, InvalidInput, NotAllowed
from marketplace.notices.services import notify
from marketplace.store import numbers, policy, progress
from marketplace.store.links import page_for
from marketplace.store.models import Case, CaseStep, IncomingEvent
from marketplace.store.services.holds import hold_case, release_held_case
from marketplace.store.signals import case_decided

TYPES = {f"minshi.case.{kind}.v1": kind for kind in progress.KINDS}
WORDS = {"reason": 500, "remedy": 500, "result": 200, "note": 500}
TOLD = {progress.REQUESTED, progress.NOT_ACCEPTED, progress.COMPLETED, progress.DENIED}


class UnknownCase(DomainError):
    """No such case at this department."""

    code = "unknown-case"
    status = 404


@dataclass(frozen=True)
class Report:
    """One statement of a department about one case; `words` has reason, remedy, result, note where there are any."""

    source: str
    event_id: str
    kind: str
    case_number: str
    occurred_at: datetime
    department: Department
    confirmed_by: str
    by: ApiToken | User
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def type(self) -> str:
        """The CloudEvents type."""
        return f"minshi.case.{self.kind}.v1"

    @property
    def sha256(self) -> str:
        """Digest of what was said: the same id with another digest is a contradiction."""
        at = self.occurred_at.astimezone(UTC).isoformat(timespec="microseconds")
        said = [self.type, self.case_number, at, dict(self.words)]
        return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True)
class Receipt:
    """What became of a report."""

    event: IncomingEvent
    case: Case
    duplicate: bool


def take_in(report: Report, *, now: datetime) -> Receipt:
    """Store a report and move its case, in one transaction; return only what is durable once it commits.

    The same (source, id) again changes nothing. Raises Conflict `event-id-reused` when it says something else,
    UnknownCase, InvalidInput.
    """
    _require_words(report)
    with transaction.atomic():
        case = _locked_case(report)
        earlier = IncomingEvent.objects.filter(source=report.source, event_id=report.event_id).first()
        if earlier:
            return _again(earlier, report, case)
        _require_time(report, case, now)
        event = _store(report, case, now)
        if event.outcome == progress.REVIEW:
            hold_case(case, by=report.by, now=now)
        elif case.withdrawn_at is None:
            _apply(event, report, case, now)
        return Receipt(event=event, case=case, duplicate=False)


def record_clerk_decision(
    *,
    case: Case,
    kind: str,
    by: User,
    now: datetime,
    occurred_at: datetime | None = None,
    reason: str = "",
    remedy: str = "",
    result: str = "",
    note: str = "",
) -> Receipt:
    """Record what a clerk of the case's department says by hand; `kind` is one of progress.KINDS.

    The same statement of the same kind about the same case counts once, whoever presses the button again.
    """
    if not by.can_in(case.department, "cases.decide"):
        raise NotAllowed(_("Only clerks of the department in charge decide this case."))
    said = {"reason": reason, "remedy": remedy, "result": result, "note": note}
    report = Report(
        source=f"clerk:{case.department.code}",
        event_id=f"{case.number}/{kind}/{(occurred_at or now).isoformat()}",
        kind=kind,
        case_number=case.number,
        occurred_at=occurred_at or now,
        department=case.department,
        confirmed_by=Case.ConfirmedBy.CLERK,
        by=by,
        words={name: text.strip() for name, text in said.items() if text.strip()},
    )
    return take_in(report, now=now)


def resolve_event(*, event: IncomingEvent, resolution: str, by: User, now: datetime) -> None:
    """Decide on a report that had to wait: the record stands (and counts again), or the case never counts.

    Once for each report; the case is released when the record of its last waiting report was kept and none was set
    aside.
    """
    if not by.can_in(event.case.department, "cases.decide"):
        raise NotAllowed(_("Only clerks of the department in charge decide this case."))
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=event.case_id)
        rows = IncomingEvent.objects.waiting().filter(pk=event.pk)
        if not rows.update(resolution=resolution, resolved_by=by, resolved_at=now):
            raise Conflict(_("Somebody has decided on this report already."), code="resolved-already")
        audit.record("report_resolved", case, by=by, now=now, after={"event": event.pk, "resolution": resolution})
        left = case.incoming_events.filter(outcome=progress.REVIEW).exclude(resolution=IncomingEvent.Resolution.KEPT)
        if not left.exists():
            release_held_case(case, by=by, now=now)


def _locked_case(report: Report) -> Case:
    rows = Case.objects.select_for_update(of=("self",)).select_related("service_item", "citizen", "listing__app")
    case = rows.filter(number=numbers.tidy(report.case_number)).first()
    if case is None or case.department_id != report.department.pk:
        code = "other-department" if case else "unknown-case"
        message = _("Your department has no case “%(number)s”.") % {"number": report.case_number[:40]}
        raise UnknownCase(message, field="subject", extra={"log_code": code})
    return case


def _again(earlier: IncomingEvent, report: Report, case: Case) -> Receipt:
    if earlier.sha256 != report.sha256 or earlier.case_id != case.pk:
        message = _("The event %(id)s of this source came before with other content. Send news under a new id.")
        raise Conflict(message % {"id": report.event_id}, code="event-id-reused", field="id")
    IncomingEvent.objects.filter(pk=earlier.pk).update(duplicates=F("duplicates") + 1)
    return Receipt(event=earlier, case=case, duplicate=True)


def _require_words(report: Report) -> None:
    if report.kind in progress.NEEDS_REMEDY:
        for name in ("reason", "remedy"):
            if not report.words.get(name):
                message = _("Say the reason and the remedy: where and until when the citizen can object.")
                raise InvalidInput(message, code="remedy-missing", field=f"data/{name}")
    if report.kind == progress.REQUESTED and not report.words.get("note"):
        raise InvalidInput(_("Say at once and in full what is missing."), code="note-missing", field="data/note")
    for name, limit in WORDS.items():
        if len(report.words.get(name, "")) > limit:
            too_long = _("“%(name)s” is longer than %(limit)s characters.") % {"name": name, "limit": limit}
            raise InvalidInput(too_long, code="too-long", field=f"data/{name}")


def _require_time(report: Report, case: Case, now: datetime) -> None:
    if report.occurred_at > now + policy.CLOCK_SKEW:
        raise InvalidInput(_("This lies in the future: check the clock of your system."), field="time")
    if report.occurred_at < case.launched_at - policy.CLOCK_SKEW:
        raise InvalidInput(_("This lies before the case was started: check the clock of your system."), field="time")


def _store(report: Report, case: Case, now: datetime) -> IncomingEvent:
    others = [_folded(event) for event in case.incoming_events.counting()]
    new = progress.Report.of(report.kind, report.occurred_at, f"{report.source}\x1f{report.event_id}")
    try:
        with transaction.atomic():
            return IncomingEvent.objects.create(
                source=report.source,
                event_id=report.event_id,
                type=report.type,
                case=case,
                occurred_at=report.occurred_at,
                received_at=now,
                sha256=report.sha256,
                token=report.by if isinstance(report.by, ApiToken) else None,
                by=report.by if isinstance(report.by, User) else None,
                data=dict(report.words),
                outcome=progress.judge(new, others=others, withdrawn_at=case.withdrawn_at),
                late=now - report.occurred_at > policy.LATE_AFTER,
            )
    except IntegrityError as error:
        message = _("The event %(id)s of this source came before with other content. Send news under a new id.")
        raise Conflict(message % {"id": report.event_id}, code="event-id-reused", field="id") from error


def _folded(event: IncomingEvent) -> progress.Report:
    return progress.Report.of(TYPES[event.type], event.occurred_at, f"{event.source}\x1f{event.event_id}")


def _apply(event: IncomingEvent, report: Report, case: Case, now: datetime) -> None:
    stands = progress.fold(_folded(each) for each in case.incoming_events.counting())
    if event.outcome == progress.APPLIED:
        _write_step(event, report, case)
    due_at = _due(case, stands)
    if (case.accepted_at, case.due_at) != (stands.accepted_at, due_at):
        Case.objects.filter(pk=case.pk).update(accepted_at=stands.accepted_at, due_at=due_at)
        case.accepted_at, case.due_at = stands.accepted_at, due_at
    if stands.state != case.state:
        _advance(case, stands.state, report, now)
        if report.kind in TOLD:
            path = page_for(case.citizen, "case", case.number)
            params: dict[str, object] = {"number": case.number, "kind": report.kind}
            notify(users=[case.citizen], kind="case-moved", now=now, params=params, path=path)


def _write_step(event: IncomingEvent, report: Report, case: Case) -> None:
    shown = report.words.get("note") or report.words.get("reason") or report.words.get("result") or ""
    state = {progress.REQUESTED: "supplement", progress.RECEIVED: "accepted"}.get(report.kind, report.kind)
    CaseStep.objects.create(case=case, kind=report.kind, state=state, at=event.occurred_at, note=shown[:500])


def _due(case: Case, stands: progress.Progress) -> datetime | None:
    """Return the promised end: working days from acceptance, plus the time that the clock stood still."""
    if stands.accepted_at is None or stands.state == Case.State.SUPPLEMENT or not case.service_item.promised_limit:
        return None
    pause = timedelta(seconds=int(stands.paused.total_seconds()))
    return deadline(stands.accepted_at, case.service_item.promised_limit) + pause


def _advance(case: Case, to: str, report: Report, now: datetime) -> None:
    """Walk the table to the state where the reports put the case; a decision implies acceptance."""
    by, state, at, way = report.by, Case.State, report.occurred_at, report.confirmed_by
    reason, remedy = report.words.get("reason", ""), report.words.get("remedy", "")
    if to == state.NOT_ACCEPTED:
        case.refuse_acceptance(by=by, now=now, at=at, confirmed_by=way, reason=reason, remedy=remedy)
        return
    if case.state != state.ACCEPTED:
        case.accept(by=by, now=now)
    if to == state.SUPPLEMENT:
        case.ask_supplement(by=by, now=now)
    elif to == state.COMPLETED:
        case.complete(by=by, now=now, at=at, confirmed_by=way, result=report.words.get("result", ""))
    elif to == state.DENIED:
        case.deny(by=by, now=now, at=at, confirmed_by=way, reason=reason, remedy=remedy)
    if case.is_decided:
        case_decided.send(sender=Case, case=case, now=now)
