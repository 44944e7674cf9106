"""The form of one call, made from the parameters of an operation, and the form of a new token."""

from typing import Any
from urllib.parse import quote, urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.catalogue import places
from marketplace.catalogue.models import InterfaceVersion
from marketplace.catalogue.openapi import Placed
from sandbox.tryout import departments
from sandbox.tryout.departments import JSON, Sent
from sandbox.tryout.services import MOST_BYTES
from sandbox.world import Person

KEY = "idempotency-key"


def name_of(person: Person) -> str:
    """Return how a person of the city is offered: number, name, year of birth, nationality."""
    return f"{person.number} · {person.name} · {person.born_on.year} · {person.nationality}"


class PersonForm(forms.Form):
    """As whom the department is called."""

    person = forms.TypedChoiceField(label=_("As which person of the simulated city"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        offered = [(each.number, name_of(each)) for each in departments.people()]
        self.fields["person"].choices = offered  # type: ignore[attr-defined]


class CallForm(PersonForm):
    """One call to one operation: a field for each parameter, and the body as JSON."""

    def __init__(self, *args: Any, version: InterfaceVersion, operation: Placed, person: int = 0, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["person"].initial = person
        document = version.document
        self._operation = operation
        self._parameters: dict[str, tuple[str, str]] = {}
        self._media = JSON
        listed = {}
        for parameter in (*operation.shared, *(operation.operation.get("parameters") or [])):
            found = places.resolved(document, parameter)
            listed[str(found.get("in")), str(found.get("name"))] = found
        for number, ((place, name), parameter) in enumerate(listed.items()):
            if place == "cookie" or (place == "header" and name.lower() in {"authorization", "content-type"}):
                continue
            self._parameters[f"parameter_{number}"] = (place, name)
            required = parameter.get("required") is True
            label = f"{name} ({place})"
            self.fields[f"parameter_{number}"] = forms.CharField(label=label, required=required, max_length=300)
        body = places.resolved(document, operation.operation.get("requestBody"))
        if body:
            self._media = _media_of(body.get("content") or {})
            first = departments.sample_body(
                version, method=operation.method.upper(), path=operation.path, person=person
            )
            self.fields["body"] = forms.CharField(
                label=_("Body (JSON)") if self._media == JSON else _("Body (%(media)s)") % {"media": self._media},
                required=False,
                max_length=MOST_BYTES,
                initial=first,
                strip=False,
                widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
            )
            if not any(name.lower() == KEY for _place, name in self._parameters.values()):
                self.fields["key"] = forms.CharField(
                    label="Idempotency-Key",
                    required=False,
                    max_length=100,
                    help_text=_("With the same key, sending it twice leaves one."),
                )

    def sent(self) -> Sent:
        """Return the call of a valid form."""
        given = self.cleaned_data
        path, query, headers = self._operation.path, [], {}
        for field, (place, name) in self._parameters.items():
            value = given.get(field, "")
            if place == "path":
                path = path.replace(f"{{{name}}}", quote(value, safe=""))
            elif value and place == "query":
                query.append((name, value))
            elif value:
                headers[name] = value
        body = given.get("body", "")
        return Sent(
            method=self._operation.method.upper(),
            path=path,
            query=urlencode(query),
            content_type=self._media if body else "",
            body=body.encode(),
            key=given.get("key", "") or next((value for name, value in headers.items() if name.lower() == KEY), ""),
            person=given["person"],
            headers=headers,
        )


def _media_of(content: dict[str, Any]) -> str:
    """Return the media type in which a body is sent: JSON where that is declared, else the first that is."""
    declared = [name.partition(";")[0].strip().lower() for name in content]
    return JSON if JSON in declared else next((name for name in declared if "*" not in name), JSON)


class NewTokenForm(forms.Form):
    """A developer's token for trying interfaces."""

    name = forms.CharField(
        label=_("Name of the token"), max_length=80, help_text=_("For example the computer on which you use it.")
    )
