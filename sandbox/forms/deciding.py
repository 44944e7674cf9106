"""What people fill in to check a certificate, to decide about one, and to move a run."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sandbox.certification.certificates import DIGEST, LONGEST_QUESTION
from sandbox.models import SandboxRun

LONGEST_STATEMENT = 16 * 1024
LONGEST_REASON = 300


class CodeForm(forms.Form):
    """Which certificate somebody has before them."""

    code = forms.CharField(
        label=_("Code of the certificate"),
        help_text=_("Twelve letters and digits, as on the paper. An address or the digest of an image will do too."),
        max_length=LONGEST_QUESTION,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class StatementForm(forms.Form):
    """The signed statement, pasted or as a file, and the image that it should be about."""

    statement = forms.CharField(
        label=_("Signed statement"),
        help_text=_("Three parts with two dots between them, as in the file certificate.jws."),
        required=False,
        max_length=LONGEST_STATEMENT,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )
    file = forms.FileField(label=_("Or the file that holds it"), required=False)
    image = forms.CharField(
        label=_("Digest of your image"),
        help_text=_("If you have the image: sha256: and 64 characters. We say whether it is the one that was tested."),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_image(self) -> str:
        """Return the digest in one way of writing."""
        given = self.cleaned_data["image"].strip().lower()
        if given and not DIGEST.fullmatch(given):
            raise forms.ValidationError(_("A digest is sha256: and 64 characters from 0 to 9 and a to f."))
        return str(given)

    def clean(self) -> dict[str, Any]:
        """Take the statement from where it was given."""
        cleaned = super().clean() or self.cleaned_data
        file = cleaned.get("file")
        if file is not None:
            if file.size > LONGEST_STATEMENT:
                self.add_error("file", _("This file is too large for a certificate."))
                return cleaned
            cleaned["statement"] = file.read().decode("ascii", errors="replace")
        if not cleaned.get("statement", "").strip() and not self.errors:
            self.add_error("statement", _("Paste the signed statement, or choose the file that holds it."))
        return cleaned


class ReasonForm(forms.Form):
    """Why something is decided."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The vendor reads it; for a revocation the public does too."),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class DecisionForm(ReasonForm):
    """What becomes of a certificate after a failed re-test."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=(("keep", _("The certificate stands")), ("revoke", _("Revoke the certificate"))),
        widget=forms.RadioSelect,
    )
    field_order = ("decision", "reason")


class PriorityForm(forms.Form):
    """How soon a waiting run is taken up."""

    priority = forms.TypedChoiceField(label=_("Priority"), choices=SandboxRun.Priority.choices, coerce=int)
