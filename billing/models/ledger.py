"""Owns the ledger: accounts, and transfers between two of them in whole cents, written once."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.querysets import AppendOnlyQuerySet, FinanceQuerySet
from marketplace.accounts.models import Department
from vendors.models import Vendor


class Account(models.Model):
    """One account of the ledger; its code says whose and what for (`payable:<vendor>`)."""

    class Kind(models.TextChoices):
        """What the account counts."""

        EXPENSE = "expense", _("programme expense")
        AWARDS = "awards", _("award appropriation")
        PAYABLE = "payable", _("payable")
        TREASURY = "treasury", _("treasury")

    code = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="ledger_accounts")
    vendor = models.ForeignKey(Vendor, models.PROTECT, null=True, blank=True, related_name="ledger_accounts")

    objects = FinanceQuerySet.as_manager()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class Transfer(models.Model):
    """Money from the credit account to the debit account; `reference` makes posting it twice impossible."""

    reference = models.CharField(max_length=80, unique=True)
    debit = models.ForeignKey(Account, models.PROTECT, related_name="debits")
    credit = models.ForeignKey(Account, models.PROTECT, related_name="credits")
    cents = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="CNY")
    memo = models.CharField(max_length=200, blank=True)
    posted_at = models.DateTimeField()
    posted_by = models.CharField(max_length=120)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(cents__gt=0), name="transfer_of_something"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="transfer_between_two_accounts"),
        ]

    def __str__(self) -> str:
        return self.reference
