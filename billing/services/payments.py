"""Writes the payment files of an approved settlement or of awards, and posts what they pay."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.documents.payment_message import Party, Payment, write_message
from billing.models import Award, DebtorAccount, PaymentFile, PaymentInstruction, Settlement, Statement
from billing.permits import require_platform
from billing.pricing.invariant import hold
from billing.sealing import local_day
from billing.services.ledger import payable_account, post, treasury_account
from marketplace.accounts.models import Department, User
from marketplace.core import audit
from marketplace.core.calendar import add_working_days
from marketplace.core.errors import InvalidInput
from vendors.models import Vendor
from vendors.services import bank_account_of


def pay(*, settlement: Settlement, by: User, now: datetime) -> list[PaymentFile]:
    """Write one payment file per paying department, post the payments and mark the settlement paid; all or nothing.

    Raises InvalidInput naming the statement without an invoice, the vendor without an account, or the department
    without a debtor account.
    """
    require_platform(by, "payments.make")
    with transaction.atomic():
        settlement.lock()
        settlement.pay(by=by, now=now)
        due: defaultdict[Department, list[Statement]] = defaultdict(list)
        statements = settlement.computation.statements.filter(released_cents__gt=0)
        for statement in statements.select_related("vendor", "department").order_by("number"):
            if not statement.invoice_number:
                message = _("Statement %(number)s has no invoice number yet.") % {"number": statement.number}
                raise InvalidInput(message, field="invoice_number", code="invoice-missing")
            due[statement.department].append(statement)
        return [
            _fee_file(settlement, department, rows, by=by, now=now)
            for department, rows in sorted(due.items(), key=lambda pair: pair[0].code)
        ]


def _fee_file(
    settlement: Settlement, department: Department, rows: Sequence[Statement], *, by: User, now: datetime
) -> PaymentFile:
    debtor = debtor_account(DebtorAccount.Kind.FEES, department)
    payments = [
        Payment(f"{row.number}-1", creditor_of(row.vendor), row.released_cents or 0, _remittance(row)) for row in rows
    ]
    made = write_file(settlement, debtor, payments, by=by, now=now)
    for row, payment in zip(rows, payments, strict=True):
        add_instruction(made, payment, vendor=row.vendor, statement=row, by=by, now=now)
    hold(made.control_cents == sum(row.released_cents or 0 for row in rows), "the file pays the released statements")
    return made


def _remittance(row: Statement) -> str:
    told = gettext("Fee for government-service apps, statement %(number)s, invoice %(invoice)s")
    return told % {"number": row.number, "invoice": row.invoice_number}


def debtor_account(kind: str, department: Department | None) -> DebtorAccount:
    """Return the account to pay from; raises InvalidInput naming whose is missing."""
    account = DebtorAccount.objects.filter(kind=kind, department=department).first()
    if account is None:
        whose = department.name_zh if department else gettext("Awards")
        raise InvalidInput(_("%(whose)s: no account to pay from is on record.") % {"whose": whose}, field="debtor")
    return account


def creditor_of(vendor: Vendor) -> Party:
    """Return the vendor as payee; raises InvalidInput when it has no account on record."""
    number = bank_account_of(vendor)
    if not number:
        message = _("%(vendor)s has no settlement account on record.") % {"vendor": vendor.name_zh}
        raise InvalidInput(message, field="bank_account", code="account-missing")
    return Party(name=vendor.name_zh, town=vendor.town, country="CN", account=number, bank_name=vendor.bank_name)


def write_file(
    settlement: Settlement, debtor: DebtorAccount, payments: Sequence[Payment], *, by: User, now: datetime
) -> PaymentFile:
    """Write and store one message; one per settlement and debtor account."""
    number = settlement.payment_files.count() + 1
    message_id = f"MS-{settlement.period}-{debtor.kind.upper()}-{number:03d}"
    content = write_message(
        message_id=message_id,
        created_at=timezone.localtime(now, timezone.get_default_timezone()),
        execute_on=add_working_days(local_day(now), 1),
        debtor=Party(
            name=debtor.holder,
            town=debtor.town,
            country=debtor.country,
            account=debtor.number,
            bank_name=debtor.bank_name,
            bank_code=debtor.bank_code,
            organisation=debtor.department.credit_code if debtor.department else "",
        ),
        payments=payments,
    )
    made = PaymentFile.objects.create(
        kind=debtor.kind,
        settlement=settlement,
        debtor=debtor,
        message_id=message_id,
        content=content,
        sha256=hashlib.sha256(content.encode()).hexdigest(),
        transactions=len(payments),
        control_cents=sum(payment.cents for payment in payments),
        created_by=by,
        created_at=now,
    )
    audit.record("payment_file", made, by=by, now=now, after={"sha256": made.sha256, "cents": made.control_cents})
    return made


def add_instruction(
    made: PaymentFile,
    payment: Payment,
    *,
    vendor: Vendor,
    by: User,
    now: datetime,
    statement: Statement | None = None,
    award: Award | None = None,
) -> None:
    """Note one transfer of a file and post it: debit what is owed to the vendor, credit the treasury."""
    PaymentInstruction.objects.create(
        file=made,
        end_to_end_id=payment.end_to_end_id,
        statement=statement,
        award=award,
        vendor=vendor,
        cents=payment.cents,
    )
    post(
        reference=f"pay:{payment.end_to_end_id}",
        debit=payable_account(vendor),
        credit=treasury_account(made.debtor.department),
        cents=payment.cents,
        by=by,
        now=now,
        memo=made.message_id,
    )
