"""What people fill in: reviews, decisions at the counter, reasons, replies and daily files."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.store import numbers, policy, tags
from marketplace.store.models import LEVELS


class Faces(forms.RadioSelect):
    """Five faces with words; nothing is chosen beforehand."""

    template_name = "store/faces.html"
    option_template_name = "store/face.html"


class RateForm(forms.Form):
    """One screen: two questions of five levels, tags, words."""

    service_level = forms.TypedChoiceField(
        label=_("How was it to get this done?"),
        help_text=_("The department's service: time, guide, help."),
        coerce=int,
        choices=LEVELS,
        widget=Faces,
        error_messages={"required": _("Choose how satisfied you are with the service.")},
    )
    app_level = forms.TypedChoiceField(
        label=_("How was this app?"),
        help_text=_("Only the app itself. Whether you got what you applied for doesn't matter here."),
        coerce=int,
        choices=LEVELS,
        widget=Faces,
        error_messages={"required": _("Choose how satisfied you are with the app.")},
    )
    tags = forms.MultipleChoiceField(
        label=_("What was good or bad?"),
        choices=list(tags.TAGS.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    text = forms.CharField(
        label=_("Tell others in your own words"),
        help_text=_("Public, with your name masked. Leave out names, addresses and numbers."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=1000,
        required=False,
    )
    suggestion = forms.CharField(
        label=_("A suggestion for the department or the app"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        required=False,
    )


class AdditionForm(forms.Form):
    """One later addition to a review."""

    text = forms.CharField(
        label=_("What do you want to add?"), widget=forms.Textarea(attrs={"rows": 4}), max_length=1000
    )


class ReplyForm(forms.Form):
    """The vendor's public answer."""

    text = forms.CharField(
        label=_("Your public reply"),
        help_text=_("Once, to everybody. Say what you have done about it."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=1000,
    )


class ReasonForm(forms.Form):
    """A reason that the people concerned will read."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The people concerned will read it."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class MeasureForm(forms.Form):
    """What was put right."""

    measure = forms.CharField(
        label=_("What was put right, and what the citizen said on the phone"),
        help_text=_("Public. No names."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
    )


class CaseNumberForm(forms.Form):
    """Finds a case at the counter."""

    number = forms.CharField(
        label=_("Case number"), help_text=_("MS and 15 digits, as on the citizen's phone."), max_length=40
    )

    def clean_number(self) -> str:
        """Return the number tidied; refuse what can't be one, so that a slip of the finger is told at once."""
        number = numbers.tidy(self.cleaned_data["number"])
        if not numbers.is_plausible(number):
            raise forms.ValidationError(_("This can't be a case number: compare it digit by digit."))
        return number


class DecisionForm(forms.Form):
    """What a clerk says about a case; which words are needed depends on what is said."""

    def __init__(self, *args: object, kinds: Sequence[tuple[str, object]], **kwargs: object):
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]

    kind = forms.ChoiceField(label=_("What has your department done?"), widget=forms.RadioSelect)
    result = forms.CharField(label=_("Result (when granted)"), max_length=200, required=False)
    note = forms.CharField(
        label=_("What is missing (when asking for material)"),
        help_text=_("At once and in full."),
        max_length=500,
        required=False,
    )
    reason = forms.CharField(
        label=_("Reason (when not accepted or denied)"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    remedy = forms.CharField(
        label=_("Remedy (when not accepted or denied)"),
        help_text=_("Where and until when the citizen can object or sue."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class DecisionFileForm(forms.Form):
    """A signed daily file."""

    file = forms.FileField(label=_("The file (CSV, UTF-8)"), max_length=200)
    signature = forms.CharField(
        label=_("Its signature"),
        help_text=_("The Ed25519 signature of exactly this file, in base64."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=400,
    )

    def clean_file(self) -> bytes:
        """Return the bytes; refuse what is too large before reading it."""
        file = self.cleaned_data["file"]
        if file.size > policy.DECISION_BYTES:
            raise forms.ValidationError(_("The file is too large."))
        return file.read()


class KeyForm(forms.Form):
    """A department's public key."""

    name = forms.CharField(label=_("Name"), max_length=80)
    public_key = forms.CharField(
        label=_("Public key"), help_text=_("Ed25519, 32 bytes in base64 (44 characters)."), max_length=60
    )
