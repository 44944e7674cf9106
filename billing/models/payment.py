"""Owns what is sent to the bank: the debtor accounts, the payment files with their exact bytes, the instructions."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models.award import Award
from billing.models.settlement import Settlement
from billing.models.statement import Statement
from billing.querysets import FinanceQuerySet
from marketplace.accounts.models import Department, User
from vendors.models import Vendor


class DebtorAccount(models.Model):
    """The account from which a department pays fees, or the platform pays awards (department empty)."""

    class Kind(models.TextChoices):
        """What is paid from it."""

        FEES = "fees", _("fees")
        AWARDS = "awards", _("awards")

    kind = models.CharField(max_length=8, choices=Kind.choices)
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="debtor_accounts")
    holder = models.CharField(max_length=140)
    number = models.CharField(max_length=34)
    bank_name = models.CharField(max_length=140)
    bank_code = models.CharField(_("payment system number of the bank"), max_length=14)
    town = models.CharField(max_length=35)
    country = models.CharField(max_length=2, default="CN")

    objects = FinanceQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "department"]
        constraints = [
            models.UniqueConstraint(fields=["department"], condition=Q(kind="fees"), name="one_fee_account"),
            models.UniqueConstraint(fields=["kind"], condition=Q(kind="awards"), name="one_award_account"),
            models.CheckConstraint(
                condition=Q(kind="awards") | Q(department__isnull=False), name="fee_accounts_belong_to_departments"
            ),
        ]

    def __str__(self) -> str:
        return self.holder


class PaymentFile(models.Model):
    """One pain.001.001.09 message for one debtor account, byte for byte as it was written."""

    kind = models.CharField(max_length=8, choices=DebtorAccount.Kind.choices)
    settlement = models.ForeignKey(Settlement, models.PROTECT, related_name="payment_files")
    debtor = models.ForeignKey(DebtorAccount, models.PROTECT, related_name="files")
    message_id = models.CharField(max_length=35, unique=True)
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    transactions = models.PositiveIntegerField()
    control_cents = models.BigIntegerField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = FinanceQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "message_id"]
        constraints = [
            models.UniqueConstraint(fields=["settlement", "debtor"], name="one_payment_file_per_debtor_account"),
            models.CheckConstraint(condition=Q(transactions__gt=0, control_cents__gt=0), name="payment_file_pays"),
        ]

    def __str__(self) -> str:
        return self.message_id


class PaymentInstruction(models.Model):
    """One credit transfer of a payment file, for exactly one statement or one award."""

    file = models.ForeignKey(PaymentFile, models.PROTECT, related_name="instructions")
    end_to_end_id = models.CharField(max_length=35, unique=True)
    statement = models.OneToOneField(Statement, models.PROTECT, null=True, blank=True, related_name="instruction")
    award = models.OneToOneField(Award, models.PROTECT, null=True, blank=True, related_name="instruction")
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="payment_instructions")
    cents = models.BigIntegerField()

    class Meta:
        ordering = ["file", "end_to_end_id"]
        constraints = [
            models.CheckConstraint(condition=Q(cents__gt=0), name="instruction_pays"),
            models.CheckConstraint(
                condition=Q(statement__isnull=False, award__isnull=True)
                | Q(statement__isnull=True, award__isnull=False),
                name="instruction_for_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return self.end_to_end_id
