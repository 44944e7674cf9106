"""What departments fill in for a demand order, part by part."""

from typing import Any, TypeVar

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.catalogue import reading
from marketplace.catalogue.models import InterfaceVersion, ServiceItem
from marketplace.core.bilingual import localized
from marketplace.orders import defaults
from marketplace.orders.models import DemandOrder

Outcome = TypeVar("Outcome")
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
THRESHOLD_LABELS = {
    "pass_mark": _("Pass mark (points of 100)"),
    "p95_ms": _("95 of 100 answers within (ms)"),
    "memory_mb": _("Memory (MiB)"),
    "startup_seconds": _("Ready to answer within (s)"),
    "load_rps": _("Load (requests a second)"),
    "load_seconds": _("Load for (s)"),
    "axe_violations": _("Accessibility faults at most"),
    "answer_seconds": _("Longest wait while a department is slow (s)"),
    "recovery_seconds": _("Delivered after a department recovers within (s)"),
}


def check_label(check_id: str) -> str:
    """Return the title of a check in the reader's language; its id when no such check is known any more."""
    check = next((each for each in defaults.usual_checks() if each.id == check_id), None)
    return localized(check, "title") if check else check_id


class NewOrderForm(forms.ModelForm):
    """A new order: for which service, and its code."""

    service_item = forms.ModelChoiceField(label=_("Service item"), queryset=ServiceItem.objects.none())

    class Meta:
        model = DemandOrder
        fields = ("service_item", "code", "title_zh", "title_en")
        labels = {"code": _("Code of the order"), "title_zh": _("Title in Chinese"), "title_en": _("Title in English")}

    def __init__(self, *args: Any, items: object, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["service_item"].queryset = items  # type: ignore[attr-defined]


class TextsForm(forms.ModelForm):
    """Title and description."""

    class Meta:
        model = DemandOrder
        fields = ("title_zh", "title_en", "description_zh", "description_en")
        labels = {
            "title_zh": _("Title in Chinese"),
            "title_en": _("Title in English"),
            "description_zh": _("Description in Chinese"),
            "description_en": _("Description in English"),
        }
        widgets = {name: forms.Textarea(attrs={"rows": 6}) for name in ("description_zh", "description_en")}


class InterfacesForm(forms.Form):
    """The interface versions that apps may use; they stay pinned."""

    interface_versions = forms.ModelMultipleChoiceField(
        label=_("Interface versions"),
        queryset=InterfaceVersion.objects.filter(state__in=("alpha", "beta", "stable"))
        .select_related("interface")
        .order_by("interface__code", "-pk"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("One version of each interface. Apps are tested against exactly these."),
    )


class ContractForm(forms.Form):
    """What the app itself must serve."""

    document = forms.FileField(
        label=_("App contract (OpenAPI)"),
        help_text=_("JSON or YAML. Operations that answer with a page carry “x-minshi-page: true”."),
        widget=forms.ClearableFileInput(attrs={"accept": ".json,.yaml,.yml"}),
    )

    def content(self) -> bytes:
        """Return the uploaded bytes, one more than the limit at most."""
        return self.cleaned_data["document"].read(reading.MAX_BYTES + 1)


class ScenarioForm(ContractForm):
    """One acceptance scenario."""

    code = forms.SlugField(label=_("Code"), max_length=60)
    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=160)
    title_en = forms.CharField(label=_("Title in English"), max_length=160)
    field_order = ["code", "title_zh", "title_en", "document"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["document"].label = _("Scenario (Arazzo 1.0)")
        self.fields["document"].help_text = _("A workflow over the app contract, as JSON or YAML.")


class ThresholdsForm(forms.Form):
    """Thresholds, duties and weights."""

    def __init__(self, *args: Any, order: DemandOrder, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name, bounds in defaults.THRESHOLDS.items():
            self.fields[name] = forms.IntegerField(
                label=THRESHOLD_LABELS[name],
                min_value=bounds.least,
                max_value=bounds.most,
                initial=order.thresholds.get(name, bounds.usual),
            )
        given = {check["id"]: check for check in order.checks}
        for usual in defaults.usual_checks():
            name = usual.id
            check = given.get(name, {"mandatory": usual.mandatory, "weight": usual.weight})
            self.fields[f"weight {name}"] = forms.IntegerField(
                label=check_label(name),
                help_text=_("Weight; 0 means that it counts no points."),
                min_value=0,
                max_value=defaults.MAX_WEIGHT,
                initial=check["weight"],
            )
            self.fields[f"mandatory {name}"] = forms.BooleanField(
                label=_("Mandatory: without it the app fails"),
                required=False,
                initial=check["mandatory"],
                disabled=usual.always_mandatory,
            )

    def thresholds(self) -> dict[str, int]:
        """Return the thresholds as an order keeps them."""
        return {name: self.cleaned_data[name] for name in defaults.THRESHOLDS}

    def checks(self) -> list[dict[str, Any]]:
        """Return the checks as an order keeps them."""
        return [
            {
                "id": each.id,
                "mandatory": self.cleaned_data[f"mandatory {each.id}"],
                "weight": self.cleaned_data[f"weight {each.id}"],
            }
            for each in defaults.usual_checks()
        ]


class TermsForm(forms.ModelForm):
    """Tariff, framework and dates."""

    class Meta:
        model = DemandOrder
        fields = (
            "tariff_code",
            "framework_number",
            "framework_ends_on",
            "questions_close_on",
            "submissions_close_on",
            "answer_days",
        )
        labels = {
            "tariff_code": _("Tariff"),
            "framework_number": _("Number of the framework call"),
            "framework_ends_on": _("The framework ends on"),
            "questions_close_on": _("Last day of questions"),
            "submissions_close_on": _("Last day of submissions"),
            "answer_days": _("Working days to answer a question"),
        }
        help_texts = {
            "tariff_code": _("The code of a tariff that finance has published."),
            "submissions_close_on": _("Leave empty to stay open."),
        }
        widgets = dict.fromkeys(("framework_ends_on", "questions_close_on", "submissions_close_on"), DAY)


class ReasonForm(forms.Form):
    """Why the order is sent back, suspended or withdrawn."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


def _why() -> forms.CharField:
    return forms.CharField(
        label=_("Reason"),
        help_text=_("Everybody who claimed the order or asked about it reads this."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AmendForm(forms.ModelForm):
    """What may change while an order is open."""

    reason = _why()

    class Meta:
        model = DemandOrder
        fields = (
            "title_zh",
            "title_en",
            "description_zh",
            "description_en",
            "questions_close_on",
            "submissions_close_on",
            "answer_days",
        )
        labels = TextsForm.Meta.labels | {
            name: TermsForm.Meta.labels[name] for name in ("questions_close_on", "submissions_close_on", "answer_days")
        }
        widgets = TextsForm.Meta.widgets | dict.fromkeys(("questions_close_on", "submissions_close_on"), DAY)

    def changes(self) -> dict[str, Any]:
        """Return the fields that differ from the order."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name != "reason"}


class AmendThresholdsForm(ThresholdsForm):
    """Thresholds and weights of a suspended order."""

    reason = _why()

    def amendment(self) -> dict[str, Any]:
        """Return what the amendment changes."""
        return {"thresholds": self.thresholds(), "checks": self.checks()}


class AmendContractForm(ContractForm):
    """The app contract of a suspended order."""

    reason = _why()
    field_order = ["document", "reason"]

    def __init__(self, *args: Any, order: DemandOrder, **kwargs: Any):
        super().__init__(*args, **kwargs)

    def amendment(self) -> dict[str, Any]:
        """Return what the amendment changes."""
        return {"contract": self.content()}


class AmendScenarioForm(ContractForm):
    """One acceptance scenario of a suspended order."""

    code = forms.ChoiceField(label=_("Acceptance scenario"))
    reason = _why()
    field_order = ["code", "document", "reason"]

    def __init__(self, *args: Any, order: DemandOrder, **kwargs: Any):
        super().__init__(*args, **kwargs)
        listed = [(each.code, localized(each, "title")) for each in order.scenarios.all()]
        self.fields["code"].choices = listed  # type: ignore[attr-defined]
        self.fields["document"].label = _("Scenario (Arazzo 1.0)")
        self.fields["document"].help_text = _("A workflow over the app contract, as JSON or YAML.")

    def amendment(self) -> dict[str, Any]:
        """Return what the amendment changes."""
        return {"scenarios": {self.cleaned_data["code"]: self.content()}}
