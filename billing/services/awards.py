"""Proposes the awards of a settled period, shows them to the public, has them approved and pays them apart."""

import json
from collections import defaultdict
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from billing.documents.payment_message import Payment
from billing.models import Award, Computation, DebtorAccount, PaymentFile, Settlement, SettlementLine, UsageFact
from billing.permits import require_independent, require_platform
from billing.pricing.awards import Candidate, Ranking, rank
from billing.pricing.exact import exact
from billing.pricing.tariff import Tariff as Rules
from billing.sealing import midnight
from billing.services.ledger import award_account, payable_account, post
from billing.services.payments import add_instruction, creditor_of, debtor_account, write_file
from marketplace.accounts.models import User
from marketplace.core import audit
from marketplace.core.calendar import deadline
from marketplace.core.errors import Conflict, InvalidInput
from marketplace.core.models import AuditEvent
from marketplace.store.models import FollowUp, Listing
from vendors.models import App

SETTLED = (Settlement.State.APPROVED, Settlement.State.PAID, Settlement.State.CLOSED)


def published_awards() -> QuerySet[Award]:
    """Return what stands on the public award page, with its service item, app, vendor and settlement."""
    return Award.objects.public()


def rankings(*, settlement: Settlement, now: datetime) -> list[Ranking]:
    """Return the ranking of every category (service item) of the computation in force."""
    made = settlement.computation
    rules = Rules.read(json.loads(made.inputs)["tariff"]["rules"])
    by_item: defaultdict[str, list[Candidate]] = defaultdict(list)
    for line in made.lines.select_related("app", "vendor", "service_item"):
        by_item[line.service_item.code].append(_candidate(line, settlement, now))
    return [rank(rules.awards, item, rows) for item, rows in sorted(by_item.items())]


def _candidate(line: SettlementLine, settlement: Settlement, now: datetime) -> Candidate:
    return Candidate(
        app=line.app.code,
        vendor=line.vendor.code,
        group=line.vendor.code,
        billable=line.values["billable"],
        reviews=line.values["reviews"],
        lower_bound=Fraction(line.values["lower_bound"]),
        barred=_barred(line.app, settlement, now),
    )


def _barred(app: App, settlement: Settlement, now: datetime) -> str:
    """Return why the app gets no award whatever its score (untranslated), or an empty text.

    Follow-ups count where the app's own face was bad; those about the service alone are the department's.
    """
    first, end = midnight(settlement.first), midnight(settlement.end)
    facts = UsageFact.objects.filter(app=app, counted_on__gte=settlement.first, counted_on__lt=settlement.end)
    if facts.filter(upheld_at__isnull=False).exists():
        return gettext_noop("Manipulation was upheld.")
    follow_ups = FollowUp.objects.filter(review__app=app, review__app_level__lte=2, opened_at__lt=end)
    if any(row.is_overdue(now) for row in follow_ups.filter(opened_at__gte=first)):
        return gettext_noop("Overdue follow-ups.")
    listings = [f"store.listing:{pk}" for pk in Listing.objects.filter(app=app).values_list("pk", flat=True)]
    suspended = AuditEvent.objects.filter(subject__in=listings, verb="suspended", at__gte=first, at__lt=end)
    return gettext_noop("Suspended in the period.") if suspended.exists() else ""


def propose_awards(*, settlement: Settlement, by: User, now: datetime) -> list[Award]:
    """Write the awards that an approved settlement gives rise to; once, even if every one was withdrawn since."""
    require_platform(by, "settlements.make")
    with transaction.atomic():
        settlement.lock()
        if settlement.state not in SETTLED:
            raise Conflict(_("Awards follow from an approved settlement."), code="not-approved")
        if settlement.awards.exists():
            raise Conflict(_("The awards of this period have been proposed already."))
        made = settlement.computation
        ranked = rankings(settlement=settlement, now=now)
        awards = [award for ranking in ranked for award in _write(ranking, made, by=by, now=now)]
        after = {ranking.category: ranking.no_award or len(ranking.winners) for ranking in ranked}
        audit.record("awards_proposed", settlement, by=by, now=now, after=after)
    return awards


def _write(ranking: Ranking, made: Computation, *, by: User, now: datetime) -> list[Award]:
    lines = {row.app.code: row for row in made.lines.filter(service_item__code=ranking.category).select_related("app")}
    return [
        Award.objects.create(
            settlement=made.settlement,
            service_item_id=lines[winner.app].service_item_id,
            place=winner.place,
            app=lines[winner.app].app,
            vendor_id=lines[winner.app].vendor_id,
            values=_values(winner, lines[winner.app]),
            cents=winner.cents,
            proposed_by=by,
            proposed_at=now,
        )
        for winner in ranking.winners
    ]


def _values(winner: Any, line: SettlementLine) -> dict[str, str]:
    return {
        "use_share": exact(winner.use_share),
        "lower_bound": line.values["lower_bound"],
        "score": exact(winner.score),
    }


def publish_awards(*, settlement: Settlement, by: User, now: datetime) -> list[Award]:
    """Start the public notice (公示) of the proposed awards; it lasts the tariff's working days."""
    require_platform(by, "settlements.make")
    until = deadline(now, settlement.tariff.read().notice_days)
    with transaction.atomic():
        awards = list(settlement.awards.filter(state=Award.State.PROPOSED))
        for award in awards:
            award.publish(by=by, now=now, notice_until=until)
    return awards


def withdraw_award(*, award: Award, by: User, now: datetime, reason: str) -> None:
    """Take an award back before it is approved, after an objection was found right."""
    require_platform(by, "settlements.make")
    if not reason.strip():
        raise InvalidInput(_("Say why the award is withdrawn."), field="reason")
    with transaction.atomic():
        award.withdraw(by=by, now=now, reason=reason)


def approve_awards(*, settlement: Settlement, by: User, now: datetime) -> list[Award]:
    """Release the awards as the second person once the public notice is over, and post what is owed."""
    require_platform(by, "settlements.approve")
    with transaction.atomic():
        awards = list(settlement.awards.filter(state=Award.State.PUBLISHED).select_related("vendor"))
        for award in awards:
            require_independent(by, maker_id=award.proposed_by_id)
            if award.notice_until is None or now < award.notice_until:
                raise Conflict(_("The public notice of the awards isn't over."), code="notice-running")
            award.approve(by=by, now=now)
            post(
                reference=f"award:{award.pk}",
                debit=award_account(),
                credit=payable_account(award.vendor),
                cents=award.cents,
                by=by,
                now=now,
                memo=str(award),
            )
    return awards


def pay_awards(*, settlement: Settlement, by: User, now: datetime) -> PaymentFile | None:
    """Write the payment file of the approved awards, apart from fees, from the award account; None without any."""
    require_platform(by, "payments.make")
    with transaction.atomic():
        awards = list(settlement.awards.filter(state=Award.State.APPROVED).select_related("vendor").order_by("pk"))
        if not awards:
            return None
        debtor = debtor_account(DebtorAccount.Kind.AWARDS, None)
        payments = []
        for award in awards:
            award.pay(by=by, now=now)
            told = gettext("Award %(period)s, place %(place)d") % {"period": settlement.period, "place": award.place}
            payments.append(
                Payment(f"{settlement.period}-AW-{award.pk}-1", creditor_of(award.vendor), award.cents, told)
            )
        made = write_file(settlement, debtor, payments, by=by, now=now)
        for award, payment in zip(awards, payments, strict=True):
            add_instruction(made, payment, vendor=award.vendor, award=award, by=by, now=now)
    return made
