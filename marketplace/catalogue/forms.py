"""What departments fill in: service items with materials and steps, interfaces and their versions, synonyms."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Department
from marketplace.catalogue import codes, reading
from marketplace.catalogue.models import Interface, Material, ProcessStep, ServiceItem, Synonym
from marketplace.core.bilingual import pick
from marketplace.core.errors import Conflict, InvalidInput

Outcome = TypeVar("Outcome")
ITEM_FIELDS = [
    "base_code",
    "name_zh",
    "name_en",
    "summary_zh",
    "summary_en",
    "item_type",
    "level",
    "targets",
    "handling_forms",
    "case_type",
    "legal_basis_zh",
    "legal_basis_en",
    "conditions_zh",
    "conditions_en",
    "legal_limit",
    "promised_limit",
    "fee_charged",
    "fee_basis_zh",
    "fee_basis_en",
    "result_zh",
    "result_en",
    "guide_zh",
    "guide_en",
    "consultation_phone",
    "complaint_phone",
]
LABELS = {
    "base_code": _("Base code"),
    "name_zh": _("Name in Chinese"),
    "name_en": _("Name in English"),
    "summary_zh": _("Summary in Chinese"),
    "summary_en": _("Summary in English"),
    "legal_basis_zh": _("Legal basis in Chinese"),
    "legal_basis_en": _("Legal basis in English"),
    "conditions_zh": _("Conditions in Chinese"),
    "conditions_en": _("Conditions in English"),
    "legal_limit": _("Legal time limit (working days)"),
    "promised_limit": _("Promised time limit (working days)"),
    "fee_basis_zh": _("Amount and basis of the fee in Chinese"),
    "fee_basis_en": _("Amount and basis of the fee in English"),
    "result_zh": _("Result in Chinese"),
    "result_en": _("Result in English"),
    "guide_zh": _("Guide in Chinese"),
    "guide_en": _("Guide in English"),
    "consultation_phone": _("Telephone for questions"),
    "complaint_phone": _("Telephone for complaints"),
}
HINTS = {
    "summary_zh": _("One sentence in the words that citizens use; the search looks here too."),
    "conditions_zh": _("Who may apply, one condition a line."),
    "guide_zh": _("What to do, in order, one step a line."),
    "promised_limit": _("Never longer than the legal one. Every case gets its promised date from it."),
}


def attempt(form: forms.BaseForm, action: Callable[[], Outcome]) -> Outcome | None:
    """Return what the action returns; when a rule says no, put its sentence at its field and return None."""
    try:
        return action()
    except (InvalidInput, Conflict) as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return None


def choices(table: Mapping[str, codes.Texts]) -> list[tuple[str, str]]:
    """Return the choices of a code set in the active language."""
    return [(code, pick(texts)) for code, texts in table.items()]


class ServiceItemForm(forms.ModelForm):
    """The fields of a service item; what is missing for publishing is told on the desk, not here."""

    item_type = forms.ChoiceField(label=_("Type of item"))
    level = forms.ChoiceField(label=_("Administrative level"))
    case_type = forms.ChoiceField(label=_("Type of case"))
    targets = forms.MultipleChoiceField(label=_("For whom"), widget=forms.CheckboxSelectMultiple, required=False)
    handling_forms = forms.MultipleChoiceField(
        label=_("Ways to apply"), widget=forms.CheckboxSelectMultiple, required=False
    )
    fee_charged = forms.TypedChoiceField(
        label=_("Is a fee charged?"),
        choices=[("", _("not answered yet")), ("no", _("no")), ("yes", _("yes"))],
        coerce={"yes": True, "no": False}.get,
        empty_value=None,
        required=False,
    )

    class Meta:
        model = ServiceItem
        fields = ITEM_FIELDS
        labels = LABELS
        help_texts = HINTS
        widgets = {
            name: forms.Textarea(attrs={"rows": 4})
            for name in ITEM_FIELDS
            if name.startswith(("legal_basis", "conditions", "guide", "summary"))
        }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name, table in (
            ("item_type", codes.ITEM_TYPES),
            ("level", codes.LEVELS),
            ("case_type", codes.CASE_TYPES),
            ("targets", codes.TARGETS),
            ("handling_forms", codes.HANDLING_FORMS),
        ):
            self.fields[name].choices = choices(table)  # type: ignore[attr-defined]
        for name in ("summary_zh", "summary_en"):
            self.fields[name].required = False
        if self.instance.pk:
            self.initial["fee_charged"] = {True: "yes", False: "no"}.get(self.instance.fee_charged, "")


class NewServiceItemForm(ServiceItemForm):
    """A new service item: whose it is and its code come first."""

    department = forms.ModelChoiceField(label=_("Department"), queryset=Department.objects.none())
    code = forms.CharField(label=_("Implementation code"), max_length=40)
    field_order = ["department", "code", *ITEM_FIELDS]

    def __init__(self, *args: Any, departments: object, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = departments  # type: ignore[attr-defined]


class MaterialForm(forms.ModelForm):
    """One thing that the applicant brings, or that an interface supplies instead."""

    class Meta:
        model = Material
        fields = (
            "name_zh",
            "name_en",
            "issuer_zh",
            "issuer_en",
            "originals",
            "copies",
            "required",
            "supplied_by",
            "undertaking",
        )
        labels = {
            "name_zh": _("Name in Chinese"),
            "name_en": _("Name in English"),
            "issuer_zh": _("Issued by (Chinese)"),
            "issuer_en": _("Issued by (English)"),
            "originals": _("Originals"),
            "copies": _("Copies"),
            "required": _("Always needed"),
            "supplied_by": _("Fetched from an interface instead of asked for"),
            "undertaking": _("May be replaced by a signed undertaking"),
        }


class StepForm(forms.ModelForm):
    """One step of the process."""

    class Meta:
        model = ProcessStep
        fields = ("department", "name_zh", "name_en", "days")
        labels = {
            "department": _("Department"),
            "name_zh": _("Name in Chinese"),
            "name_en": _("Name in English"),
            "days": _("Working days"),
        }


MaterialFormSet = forms.modelformset_factory(Material, form=MaterialForm, extra=2, can_delete=True, max_num=30)
StepFormSet = forms.modelformset_factory(ProcessStep, form=StepForm, extra=2, can_delete=True, max_num=20)


def rows_of(formset: forms.BaseModelFormSet) -> list[dict[str, object]]:
    """Return the filled-in rows of a valid formset in their order, as `services.items` takes them."""
    return [
        {name: value for name, value in each.cleaned_data.items() if name not in {"id", "DELETE"}}
        for each in formset.forms
        if each.cleaned_data and not each.cleaned_data.get("DELETE") and each.cleaned_data.get("name_zh")
    ]


class InterfaceForm(forms.ModelForm):
    """A new interface."""

    department = forms.ModelChoiceField(label=_("Department"), queryset=Department.objects.none())

    class Meta:
        model = Interface
        fields = ("department", "code", "name_zh", "name_en", "summary_zh", "summary_en", "access")
        labels = {
            "code": _("Code"),
            "name_zh": _("Name in Chinese"),
            "name_en": _("Name in English"),
            "summary_zh": _("Summary in Chinese"),
            "summary_en": _("Summary in English"),
            "access": _("Who may use it"),
        }
        help_texts = {"code": _("Part of the address, for example “residence”: letters, digits and hyphens.")}

    def __init__(self, *args: Any, departments: object, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = departments  # type: ignore[attr-defined]


class VersionForm(forms.Form):
    """The OpenAPI document of a new version."""

    document = forms.FileField(
        label=_("OpenAPI document"),
        help_text=format_lazy(
            _("OpenAPI 3.0 or 3.1 as JSON or YAML, up to {limit} KiB. Its info.version becomes the version."),
            limit=reading.MAX_BYTES // 1024,
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".json,.yaml,.yml"}),
    )


class PublishForm(forms.Form):
    """How firmly a version is promised."""

    state = forms.ChoiceField(
        label=_("Publish as"),
        choices=[
            ("stable", _("stable: apps may rely on it")),
            ("beta", _("beta: nearly done, may still change")),
            ("alpha", _("alpha: to look at and discuss")),
        ],
    )


class DeprecateForm(forms.Form):
    """When a version ends."""

    sunset_on = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}))
    advice = forms.CharField(
        label=_("What to use instead"),
        required=False,
        max_length=300,
        help_text=_("One sentence for the people who rely on it, for example which version to move to."),
    )


class RetireForm(forms.Form):
    """Why a version ends."""

    reason = forms.CharField(
        label=_("Why it ends"),
        required=False,
        max_length=300,
        help_text=_("Needed while a call for apps or a listed app relies on it; those people read it."),
    )


class SynonymForm(forms.ModelForm):
    """Another word that citizens use."""

    class Meta:
        model = Synonym
        fields = ("word", "means")
        labels = {"word": _("Citizens say"), "means": _("The catalogue says")}
