"""What people fill in about tariffs, budgets, settlements, statements and disputes."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from djmoney.money import Money

from billing.models import Tariff
from marketplace.accounts.models import Department
from marketplace.core.errors import Conflict, DomainError, InvalidInput

Outcome = TypeVar("Outcome")


def attempt(form: forms.Form, action: Callable[[], Outcome]) -> Outcome | None:
    """Return what the action returns; when a rule says no, put its sentence on the form and return None."""
    try:
        return action()
    except (InvalidInput, Conflict) as error:
        _explain(form, error)
        return None


def _explain(form: forms.Form, error: DomainError) -> None:
    form.add_error(error.field if error.field in form.fields else None, str(error))


class OpenForm(forms.Form):
    """The period to settle and the tariff."""

    period = forms.RegexField(
        regex=r"^\d{4}(Q[1-4])?$", label=_("Period"), help_text=_("A quarter such as 2026Q1, or a year such as 2026.")
    )
    tariff = forms.ModelChoiceField(Tariff.objects.filter(state="published"), label=_("Tariff"))


class ReasonForm(forms.Form):
    """Why something is done again or taken back."""

    reason = forms.CharField(max_length=300, label=_("Reason"))


class ApproveForm(forms.Form):
    """The checker signs the hash that the page shows."""

    sha256 = forms.CharField(widget=forms.HiddenInput, min_length=64, max_length=64)
    checked = forms.BooleanField(label=_("I have checked the figures on this page and approve them."))


class InvoiceForm(forms.Form):
    """The vendor's invoice."""

    invoice_number = forms.CharField(max_length=40, label=_("Invoice number"), required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, *, required: bool) -> None:
        super().__init__(data)
        self.fields["invoice_number"].required = required


class DisputeForm(forms.Form):
    """What a line should come to, and why."""

    claimed = forms.DecimalField(
        min_value=Decimal(0),
        max_digits=14,
        decimal_places=2,
        label=_("What the line should come to"),
        help_text=_("In yuan. Only the part in dispute is held back; the rest is paid."),
    )
    grounds = forms.CharField(max_length=2000, widget=forms.Textarea, label=_("Why"))
    evidence = forms.CharField(
        max_length=4000,
        widget=forms.Textarea,
        required=False,
        label=_("Evidence"),
        help_text=_("Case numbers, dates, documents. No personal data."),
    )


class DecisionForm(forms.Form):
    """How a dispute is decided."""

    accept = forms.TypedChoiceField(
        choices=[("yes", _("The vendor is right")), ("no", _("The line stands"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        label=_("Ruling"),
    )
    granted = forms.DecimalField(
        min_value=Decimal(0),
        max_digits=14,
        decimal_places=2,
        required=False,
        label=_("What the line comes to"),
        help_text=_("Leave it empty to grant what was claimed."),
    )
    decision = forms.CharField(max_length=2000, widget=forms.Textarea, label=_("Reasons"))


class BudgetForm(forms.Form):
    """A department's ceiling for a period."""

    department = forms.ModelChoiceField(Department.objects.order_by("code"), label=_("Department"))
    period = forms.RegexField(regex=r"^\d{4}(Q[1-4])?$", label=_("Period"))
    ceiling = forms.DecimalField(
        min_value=Decimal(0), max_digits=14, decimal_places=2, label=_("Ceiling"), help_text=_("In yuan.")
    )

    def clean_ceiling(self) -> Money:
        """Return the amount as money of the platform's currency."""
        return Money(self.cleaned_data["ceiling"], settings.DEFAULT_CURRENCY)


class LookForm(forms.Form):
    """What a person found about a parked line."""

    note = forms.CharField(max_length=300, label=_("What you found"))


def cents(amount: Decimal) -> int:
    """Return whole cents of an amount with at most two decimals."""
    return int(amount * 100)
