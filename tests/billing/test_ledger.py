"""The ledger: every transfer balances by construction, and nobody changes or removes one."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from billing.models import Account, Transfer
from billing.services.ledger import balances
from marketplace.core.errors import DomainError

STATEMENTS = (
    "UPDATE billing_transfer SET cents = cents + 1",
    "UPDATE billing_transfer SET memo = 'nothing to see'",
    "DELETE FROM billing_transfer",
)


@pytest.fixture
def transfer(db: None) -> Transfer:
    expense = Account.objects.create(code="expense:psb", kind="expense")
    payable = Account.objects.create(code="payable:data", kind="payable")
    return Transfer.objects.create(
        reference="approve:1", debit=expense, credit=payable, cents=12345, posted_at=timezone.now(), posted_by="checker"
    )


def refused_by_the_database() -> None:
    """Go past the querysets, as a careless command or an intruder would."""
    for statement in STATEMENTS:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert Transfer.objects.get().cents == 12345


def test_the_database_refuses_to_change_or_remove_a_transfer(transfer: Transfer) -> None:
    refused_by_the_database()


@pytest.mark.services
def test_postgresql_refuses_too(transfer: Transfer) -> None:
    refused_by_the_database()


def test_saving_a_changed_transfer_is_refused(transfer: Transfer) -> None:
    transfer.cents = 1
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        transfer.save()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        transfer.delete()


def test_the_queryset_says_what_to_do_instead(transfer: Transfer) -> None:
    for change in (lambda: Transfer.objects.update(cents=1), Transfer.objects.all().delete):
        with pytest.raises(DomainError):
            change()


def test_balances_are_sums_of_whole_cents(transfer: Transfer) -> None:
    assert {row.account: (row.debits, row.credits) for row in balances()} == {
        "expense:psb": (12345, 0),
        "payable:data": (0, 12345),
    }
