"""Forms of a person's own account."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Department, User

DEPARTMENT_SCOPES = (
    ("events:write", _("Send the events of cases")),
    ("catalogue:write", _("Upload interfaces")),
    ("catalogue:publish", _("Publish and end interfaces")),
)
LIFETIMES = ((90, _("90 days")), (180, _("180 days")), (365, _("one year")))


class ProfileForm(forms.ModelForm):
    """Name, language and large text."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, widget=forms.RadioSelect)

    class Meta:
        model = User
        fields = ("name", "language", "elder_mode")
        labels = {"name": _("Your name"), "elder_mode": _("Large text on every page")}
        help_texts = {"name": _("Shown to you and to those who work on your case; masked in reviews.")}
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}


class TokenForm(forms.Form):
    """What a new API token may do and how long."""

    name = forms.CharField(
        label=_("Name of the token"),
        max_length=80,
        help_text=_("Name the system that will use it, so that you know later which one to revoke."),
    )
    department = forms.ModelChoiceField(label=_("Department"), queryset=Department.objects.none())
    source = forms.CharField(
        label=_("Event source"),
        max_length=200,
        help_text=_("The “source” that this system writes into its events, for example urn:minshi:psb:permits."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"), choices=DEPARTMENT_SCOPES, widget=forms.CheckboxSelectMultiple
    )
    days = forms.TypedChoiceField(label=_("Valid for"), choices=LIFETIMES, coerce=int, initial=180)

    def __init__(self, *args: Any, user: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        departments = cast("forms.ModelChoiceField", self.fields["department"])
        departments.queryset = Department.objects.where(user, "catalogue.publish")
