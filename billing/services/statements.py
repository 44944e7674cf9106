"""Issues statements, and takes the vendor's confirmation and the department's acceptance."""

import json
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing.models import Computation, Dispute, Settlement, Statement
from billing.permits import require_department, require_platform, require_vendor
from marketplace.accounts.models import Department, User
from marketplace.core.errors import Conflict, InvalidInput
from marketplace.notices.services import notify
from vendors.models import Vendor


def issue_statements(settlement: Settlement) -> list[Statement]:
    """Write one statement per vendor and paying department of the computation in force."""
    made = settlement.computation
    dues = json.loads(made.outcome)["dues"]
    vendors = {row.code: row for row in Vendor.objects.filter(code__in=[due["vendor"] for due in dues])}
    departments = {row.code: row for row in Department.objects.filter(code__in=[due["department"] for due in dues])}
    return [
        Statement.objects.create(
            number=f"{settlement.period}-{made.version:02d}-{index:04d}",
            computation=made,
            vendor=vendors[due["vendor"]],
            department=departments[due["department"]],
            payable_cents=due["payable"],
            carried_cents=due["carried"],
        )
        for index, due in enumerate(dues, start=1)
    ]


def supersede_statements(made: Computation, *, by: User, now: datetime) -> None:
    """Replace the statements of a computation that is computed again."""
    for statement in made.statements.exclude(state=Statement.State.SUPERSEDED):
        statement.supersede(by=by, now=now)


def notify_vendors(statements: Iterable[Statement], *, kind: str, now: datetime) -> None:
    """Tell the owners and finance people of each vendor."""
    for statement in statements:
        people = User.objects.filter(
            vendor_memberships__vendor=statement.vendor, vendor_memberships__role__in=["owner", "finance"]
        ).distinct()
        path = reverse("billing:statement", args=[statement.number])
        notify(users=people, kind=kind, now=now, params={"number": statement.number}, path=path)


def confirm_statement(*, statement: Statement, by: User, now: datetime, invoice_number: str = "") -> None:
    """The vendor agrees, with the number of its invoice where there is something to pay."""
    require_vendor(by, statement.vendor, "statements.confirm")
    if statement.payable_cents and not invoice_number.strip():
        raise InvalidInput(_("Give the number of the invoice for this statement."), field="invoice_number")
    with transaction.atomic():
        statement.confirm(by=by, now=now, invoice_number=invoice_number.strip())


def confirm_silent_statements(*, settlement: Settlement, by: User, now: datetime) -> list[Statement]:
    """Take silence for consent once the dispute window is over, for statements without an open dispute.

    The invoice number is still missing then; payment waits for it.
    """
    require_platform(by, "settlements.make")
    if settlement.dispute_until is None or now < settlement.dispute_until:
        raise Conflict(_("The dispute window is still open."), code="window-open")
    taken = []
    with transaction.atomic():
        for statement in settlement.computation.statements.filter(state=Statement.State.ISSUED):
            apps = [line.app_id for line in statement.lines()]
            if Dispute.objects.filter(settlement=settlement, app__in=apps, state=Dispute.State.OPEN).exists():
                continue
            statement.confirm(by=by, now=now)
            taken.append(statement)
    return taken


def record_invoice(*, statement: Statement, by: User, now: datetime, invoice_number: str) -> None:
    """Add the invoice number to a statement that was confirmed without one."""
    require_vendor(by, statement.vendor, "statements.confirm")
    rows = Statement.objects.filter(pk=statement.pk, invoice_number="", state__in=["confirmed", "accepted"])
    if not invoice_number.strip() or rows.update(invoice_number=invoice_number.strip()) != 1:
        raise Conflict(_("This statement needs no invoice number now."))
    statement.refresh_from_db()


def accept_statement(*, statement: Statement, by: User, now: datetime) -> None:
    """The department accepts what was delivered (履约验收); the last acceptance confirms the whole settlement."""
    require_department(by, statement.department, "statements.accept")
    with transaction.atomic():
        statement.accept(by=by, now=now)
        made = statement.computation
        if not made.statements.exclude(state=Statement.State.ACCEPTED).exists():
            made.settlement.confirm(by=by, now=now)
