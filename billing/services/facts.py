"""Writes usage facts, and holds, releases or upholds suspected ones."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from billing.models import UsageFact
from billing.permits import require_platform
from billing.pseudonyms import applicant_pseudonym
from billing.sealing import local_day, open_day
from marketplace.accounts.models import User
from marketplace.core import audit
from marketplace.core.errors import Conflict, InvalidInput
from marketplace.store.models import Case

OWN_PEOPLE = "own-people"


def record_fact(*, case: Case, now: datetime) -> UsageFact:
    """Return the fact of a decided case, writing it the first time; saying it again changes nothing.

    A case that the store holds, or that one of the vendor's own people launched, is held from the beginning.
    Raises InvalidInput for a case that isn't decided (completed or denied).
    """
    if case.state not in Case.DECIDED or case.decided_at is None:
        raise InvalidInput(_("Only a completed or denied case is use that counts."), field="case")
    decided_on = local_day(case.decided_at)
    counted_on = open_day(decided_on)
    fact, _created = UsageFact.objects.get_or_create(
        case=case,
        defaults={
            "app_id": case.listing.app_id,
            "version_id": case.version_id,
            "service_item_id": case.service_item_id,
            "department_id": case.department_id,
            "applicant_pseudonym": applicant_pseudonym(case.citizen_id),
            "decided_at": case.decided_at,
            "recorded_at": now,
            "counted_on": counted_on,
            "confirmed_by": case.confirmed_by,
            "outcome": case.state,
            "late": counted_on != decided_on,
            "held": case.held or case.own_people,
            "held_reason": case.held_reason or (OWN_PEOPLE if case.own_people else ""),
        },
    )
    return fact


def hold_fact(*, fact: UsageFact, by: User, now: datetime, reason: str) -> None:
    """Take a suspected case out of the count until somebody decides. A sealed day isn't rewritten."""
    require_platform(by, "cases.release")
    if not reason.strip():
        raise InvalidInput(_("Say why the case is held."), field="reason")
    with transaction.atomic():
        if UsageFact.objects.filter(pk=fact.pk, held=False, seal=None).update(held=True, held_reason=reason) != 1:
            raise Conflict(_("The case is held already, or its day is sealed; use an adjustment instead."))
        audit.record("fact_held", fact, by=by, now=now, after={"reason": reason})
    fact.refresh_from_db()


def release_fact(*, fact: UsageFact, by: User, now: datetime) -> None:
    """Let a held case count again: on its own day while that is open, on the next open day after."""
    require_platform(by, "cases.release")
    _count_again(fact, by=by, now=now)


def follow_case(*, case: Case, now: datetime) -> None:
    """Hold or release the fact of a case as the store has held or released the case.

    A sealed day isn't rewritten: where the fact is sealed, what should no longer count becomes an adjustment.
    """
    fact = UsageFact.objects.filter(case=case, upheld_at=None).first()
    if fact is None:
        return
    if case.held and not fact.held:
        rows = UsageFact.objects.filter(pk=fact.pk, held=False, seal=None)
        if rows.update(held=True, held_reason=case.held_reason):
            audit.record("fact_held", fact, by="system:billing", now=now, after={"reason": case.held_reason})
    elif not case.held and fact.held and not case.own_people:
        _count_again(fact, by="system:billing", now=now)


def _count_again(fact: UsageFact, *, by: object, now: datetime) -> None:
    with transaction.atomic():
        held = UsageFact.objects.select_for_update().get(pk=fact.pk)
        counted_on = open_day(held.counted_on)
        late = held.late or counted_on != held.counted_on
        changes = {"held": False, "held_reason": "", "counted_on": counted_on, "late": late, "seal": None}
        if UsageFact.objects.filter(pk=fact.pk, held=True, upheld_at=None).update(**changes) != 1:
            raise Conflict(_("The case isn't held, or manipulation was upheld."))
        audit.record("fact_released", fact, by=by, now=now, after={"counted_on": counted_on.isoformat()})
    fact.refresh_from_db()


def uphold_fact(*, fact: UsageFact, by: User, now: datetime) -> None:
    """Decide that a held case was manipulated: it never counts, and its app gets no award for the period."""
    require_platform(by, "cases.release")
    with transaction.atomic():
        if UsageFact.objects.filter(pk=fact.pk, held=True, upheld_at=None).update(upheld_at=now) != 1:
            raise Conflict(_("The case isn't held, or manipulation was upheld."))
        audit.record("manipulation_upheld", fact, by=by, now=now)
    fact.refresh_from_db()
