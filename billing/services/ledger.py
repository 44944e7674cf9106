"""Posts transfers and reads balances; the only writer of the ledger."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from billing.models import Account, Transfer
from billing.pricing.ledger import Balance, Entry, trial_balance
from billing.refusals import in_words
from marketplace.accounts.models import Department
from marketplace.core import audit
from marketplace.core.errors import Conflict
from vendors.models import Vendor


def expense_account(department: Department) -> Account:
    """Return the department's programme expense account."""
    return _account(f"expense:{department.code}", Account.Kind.EXPENSE, department=department)


def award_account() -> Account:
    """Return the appropriation from which awards are paid."""
    return _account("awards", Account.Kind.AWARDS)


def payable_account(vendor: Vendor) -> Account:
    """Return what the platform's departments owe the vendor."""
    return _account(f"payable:{vendor.code}", Account.Kind.PAYABLE, vendor=vendor)


def treasury_account(department: Department | None) -> Account:
    """Return the account from which a department pays; without one, the awards' own."""
    code = department.code if department else "awards"
    return _account(f"treasury:{code}", Account.Kind.TREASURY, department=department)


def _account(code: str, kind: str, **owner: object) -> Account:
    return Account.objects.get_or_create(code=code, defaults={"kind": kind, **owner})[0]


def post(
    *, reference: str, debit: Account, credit: Account, cents: int, by: object, now: datetime, memo: str = ""
) -> Transfer:
    """Write one transfer. A reference is posted once: posting it again raises Conflict, nothing is half-posted."""
    with in_words():
        Entry(debit.code, credit.code, cents)
    if Transfer.objects.filter(reference=reference).exists():
        raise Conflict(_("This was posted to the ledger before."))
    transfer = Transfer.objects.create(
        reference=reference,
        debit=debit,
        credit=credit,
        cents=cents,
        memo=memo,
        posted_at=now,
        posted_by=audit.actor_name(by),
    )
    audit.record("posted", transfer, by=by, now=now, after={"reference": reference, "cents": cents})
    return transfer


def balances() -> list[Balance]:
    """Return the trial balance in cents, by account; debits and credits have the same sum."""
    rows = Transfer.objects.values_list("debit__code", "credit__code", "cents", "currency")
    sheet = trial_balance(Entry(*row) for row in rows.iterator())
    return [row for currency in sorted(sheet) for row in sheet[currency]]
