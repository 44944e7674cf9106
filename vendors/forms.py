"""What people fill in on the vendors' side."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.core.errors import Conflict, DomainError, InvalidInput
from marketplace.orders.models import DemandOrder
from vendors.manifest import LANGUAGES, REQUIRED_LANGUAGE
from vendors.models import App, Member, Vendor
from vendors.services.questions import ANSWER_LENGTH, TEXT_LENGTH
from vendors.services.registration import checked_credit_code
from vendors.services.submission import allowed_by, checked_version

Outcome = TypeVar("Outcome")
LANGUAGE_NAMES = {"zh-hans": _("Chinese"), "en": _("English")}
TOKEN_LIFETIMES = ((90, _("90 days")), (180, _("180 days")), (365, _("one year")))


def attempt(form: forms.BaseForm, action: Callable[[], Outcome]) -> Outcome | None:
    """Return what the action returns; when a rule says no, put its sentence at the field it names and return None."""
    try:
        return action()
    except (InvalidInput, Conflict) as error:
        place = error.field.removeprefix("manifest/")
        form.add_error(place if place in form.fields else None, str(error))
        return None


class RegistrationForm(forms.ModelForm):
    """The company and whom to call."""

    class Meta:
        model = Vendor
        fields = ("name_zh", "name_en", "credit_code", "contact_name", "contact_phone", "town")
        labels = {
            "name_zh": _("Name of the company in Chinese"),
            "name_en": _("Name of the company in English"),
            "credit_code": _("Unified social credit code"),
            "contact_name": _("Whom the operator may call"),
            "contact_phone": _("Telephone"),
            "town": _("Town"),
        }
        help_texts = {
            "name_zh": _("As it stands in the business licence."),
            "credit_code": _("18 characters, on the business licence."),
        }

    credit_code = forms.CharField(
        label=Meta.labels["credit_code"],
        help_text=Meta.help_texts["credit_code"],
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name in ("contact_name", "contact_phone"):
            self.fields[name].required = True

    def clean_credit_code(self) -> str:
        """Return the code normalized, or say at which character it errs."""
        try:
            return checked_credit_code(self.cleaned_data["credit_code"])
        except DomainError as error:
            raise forms.ValidationError(str(error)) from error

    def validate_constraints(self) -> None:
        """Leave the database's constraints to the service, which says what to do."""


class MemberForm(forms.Form):
    """Whom to add, and as what."""

    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("The address with which your colleague signs in here. They need an account first."),
    )
    role = forms.ChoiceField(label=_("Role"), choices=Member.Role.choices, widget=forms.RadioSelect)

    def clean_email(self) -> str:
        """Return the address; keep the person in `cleaned_data["user"]`."""
        email = self.cleaned_data["email"]
        self.cleaned_data["user"] = User.objects.filter(email__iexact=email, is_active=True).first()
        if self.cleaned_data["user"] is None:
            raise forms.ValidationError(_("Nobody signs in with this address. Ask your colleague to register first."))
        return email


class BankAccountForm(forms.Form):
    """Where settlements are paid to."""

    bank_name = forms.CharField(label=_("Bank and branch"), max_length=120)
    account = forms.CharField(
        label=_("Account number"),
        max_length=60,
        help_text=_("Stored encrypted. From now on pages show only its last four digits."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )


class ReasonForm(forms.Form):
    """Why an operator refuses or suspends."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The company reads this. Say what to put right; name no persons."),
    )


class VendorChoiceForm(forms.Form):
    """For which of the person's companies; not asked when there is only one."""

    vendor = forms.ModelChoiceField(label=_("Company"), queryset=Vendor.objects.none(), to_field_name="code")

    def __init__(self, *args: Any, vendors: QuerySet[Vendor], **kwargs: Any):
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField", self.fields["vendor"])
        field.queryset = vendors
        choices = list(vendors)
        if len(choices) == 1:
            field.initial = choices[0].code
            field.widget = forms.HiddenInput()


class ClaimForm(VendorChoiceForm):
    """What a vendor accepts by claiming an order."""

    accept_tariff = forms.BooleanField(
        label=_("We accept the tariff of the order."),
        help_text=_("The app is paid by confirmed use and reviews, each quarter, as the tariff says."),
    )
    accept_data_terms = forms.BooleanField(
        label=_("We accept the terms for handling citizens' data."),
        help_text=_(
            "The app asks only for what the service needs, passes it only to the departments concerned, "
            "and keeps nothing when the case is over."
        ),
    )


class QuestionForm(VendorChoiceForm):
    """A question about an order."""

    text = forms.CharField(
        label=_("Your question"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Everybody will read the question and its answer. Your company isn't named: don't name it either."),
    )


class AnswerForm(forms.Form):
    """The department's answer."""

    answer = forms.CharField(
        label=_("The department's answer"),
        max_length=ANSWER_LENGTH,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Public, and final: it can't be changed afterwards."),
    )


class AppForm(forms.ModelForm):
    """How an app presents itself."""

    class Meta:
        model = App
        fields = (
            "name_zh",
            "name_en",
            "summary_zh",
            "summary_en",
            "accent",
            "support_contact",
            "address",
            "privacy_zh",
            "privacy_en",
        )
        labels = {
            "name_zh": _("Name in Chinese"),
            "name_en": _("Name in English"),
            "summary_zh": _("What it does, in one sentence (Chinese)"),
            "summary_en": _("What it does, in one sentence (English)"),
            "accent": _("Colour of the icon"),
            "support_contact": _("Where users get help"),
            "address": _("Address at which you host the app"),
            "privacy_zh": _("Privacy statement (Chinese)"),
            "privacy_en": _("Privacy statement (English)"),
        }
        help_texts = {
            "support_contact": _("A telephone number or an e-mail address that somebody answers."),
            "address": _("Citizens are sent there. https, except on your own machine."),
            "privacy_zh": _("Which data, for what, who gets them, when they are erased."),
        }
        widgets = {
            "accent": forms.TextInput(attrs={"type": "color"}),
            "privacy_zh": forms.Textarea(attrs={"rows": 4}),
            "privacy_en": forms.Textarea(attrs={"rows": 4}),
        }


class UploadForm(forms.Form):
    """A new version: its number, the archive, and what the app declares about itself.

    `complete` is rendered last: when it is missing, the request broke off inside the archive.
    """

    version = forms.CharField(
        label=_("Version number"),
        max_length=40,
        help_text=_("Three numbers such as 1.0.0 (semantic versioning). A number is used once."),
    )
    port = forms.IntegerField(label=_("Port"), initial=8080, help_text=_("The app listens on $PORT."))
    health_path = forms.CharField(label=_("Health path"), initial="/healthz", max_length=200)
    memory_mb = forms.IntegerField(label=_("Memory (MB)"))
    interfaces = forms.MultipleChoiceField(
        label=_("Interfaces it calls"), required=False, widget=forms.CheckboxSelectMultiple
    )
    scopes = forms.MultipleChoiceField(
        label=_("Personal data it uses"), required=False, widget=forms.CheckboxSelectMultiple
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages it speaks"),
        choices=[(code, LANGUAGE_NAMES[code]) for code in LANGUAGES],
        initial=[REQUIRED_LANGUAGE],
        widget=forms.CheckboxSelectMultiple,
    )
    archive = forms.FileField(
        label=_("Image archive"),
        allow_empty_file=True,
        error_messages={"required": _("Choose the archive. If you had chosen one, the upload broke off: try again.")},
        help_text=_(
            "What `docker save IMAGE -o app.tar` writes, or a tar of an OCI layout: one image for linux/amd64."
        ),
    )
    sha256 = forms.CharField(
        label=_("SHA-256 of the archive"),
        max_length=80,
        required=False,
        help_text=_("What `sha256sum app.tar` shows. With it the platform notices if a byte is lost on the way."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    complete = forms.CharField(required=False, initial="1", widget=forms.HiddenInput)

    def __init__(self, *args: Any, order: DemandOrder, **kwargs: Any):
        super().__init__(*args, **kwargs)
        allowed = allowed_by(order)
        for name, words in (("interfaces", allowed.interfaces), ("scopes", allowed.scopes)):
            cast("forms.MultipleChoiceField", self.fields[name]).choices = [(word, word) for word in sorted(words)]
            if not words:
                del self.fields[name]
        self.initial.setdefault("memory_mb", allowed.memory_mb)
        self.fields["memory_mb"].help_text = _("The order grants %(most)s MB.") % {"most": allowed.memory_mb}

    def clean_version(self) -> str:
        """Return the number, or say what one looks like."""
        try:
            return checked_version(self.cleaned_data["version"])
        except DomainError as error:
            raise forms.ValidationError(str(error)) from error

    def manifest(self) -> dict[str, object]:
        """Return the manifest that the fields make up."""
        given = self.cleaned_data
        simple = {name: given[name] for name in ("port", "health_path", "memory_mb", "languages")}
        return simple | {name: given.get(name, []) for name in ("interfaces", "scopes")}


class TokenForm(forms.Form):
    """A token with which the company's build system uploads versions."""

    name = forms.CharField(
        label=_("Name of the token"),
        max_length=80,
        help_text=_("Name the system that will use it, so that you know later which one to revoke."),
    )
    days = forms.TypedChoiceField(label=_("Valid for"), choices=TOKEN_LIFETIMES, coerce=int, initial=180)
