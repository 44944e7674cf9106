"""What a department editor fills in to put an acceptance scenario together by picking."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.core.bilingual import pick
from sandbox.composition.palette import Call, Field, Palette
from sandbox.composition.people import TRAITS, Known
from sandbox.composition.story import (
    ACCEPTED,
    ANSWER,
    CONTAINS,
    EQUALS,
    FIXED,
    OPEN,
    PERSON,
    PRESENT,
    REFUSED,
    Expected,
    Receipt,
    Step,
    Story,
    Value,
)
from sandbox.composition.telling import Teller, shown

TYPED, THERE, PART = "typed", "there", "part"
Choices = list[tuple[str, object]]


class StoryForm(forms.Form):
    """What a scenario is called, and who plays it."""

    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=160)
    title_en = forms.CharField(label=_("Title in English"), max_length=160)
    code = forms.SlugField(label=_("Code"), max_length=60, help_text=_("Letters, digits, “-” and “_”."))
    trait = forms.ChoiceField(
        label=_("Who plays it"),
        choices=list(TRAITS.items()),
        widget=forms.RadioSelect,
        help_text=_("Everybody is invented. The sandbox picks another person of this kind for each run."),
    )

    def story(self) -> Story:
        """Return the new story."""
        return Story(**{name: self.cleaned_data[name] for name in ("code", "title_zh", "title_en", "trait")})


def _key(value: Value) -> str:
    if value.kind == PERSON:
        return f"{PERSON}:{value.name}"
    if value.kind == ANSWER:
        return f"{ANSWER}:{value.step}:{value.name}"
    return f"{FIXED}:{json.dumps(value.fixed, ensure_ascii=False)}"


def _value(key: str) -> Value:
    kind, _colon, rest = key.partition(":")
    if kind == PERSON:
        return Value(PERSON, name=rest)
    if kind == ANSWER:
        step, _colon, name = rest.partition(":")
        return Value(ANSWER, name=name, step=step)
    return Value(FIXED, fixed=json.loads(rest))


class PickingForm(forms.Form):
    """Fields whose values come from the person, from earlier answers, from a list, or are typed."""

    GROUPS: tuple[tuple[object, frozenset[str]], ...] = ()
    FOLDED: frozenset[str] = frozenset()

    def __init__(
        self, *args: Any, call: Call, story: Story, palette: Palette, known: Iterable[Known], before: str, **kwargs: Any
    ):
        """`before` is the id of the step from which on answers don't exist yet; empty for the end."""
        super().__init__(*args, **kwargs)
        self.call = call
        self._story = story
        self._palette = palette
        self._known = [each for each in known if each.value is not None]
        self._before = before
        self._choosable: dict[str, list[str]] = {}

    def _answers(self) -> Choices:
        """Every field of the answers of the steps before."""
        teller = Teller(self._story, self._palette, self._known)
        earlier: list[tuple[str, Call]] = [(OPEN, self._palette.opening)] if self._palette.opening else []
        for step in self._story.steps:
            if step.id == self._before:
                break
            if step.operation in self._palette.calls:
                earlier.append((step.id, self._palette.calls[step.operation]))
        return [
            (
                _key(Value(ANSWER, name=field.name, step=step_id)),
                f"{teller.step_title(step_id)} → {pick(field.title)}",
            )
            for step_id, call in earlier
            for field in _success_fields(call)
            if not (step_id == OPEN and field.name == self._palette.session_field)
        ]

    def _sources(self, field: Field, *, none: object) -> Choices:
        choices: Choices = [("", none)]
        listed: Choices = [(_key(Value(FIXED, fixed=each)), shown(each)) for each in field.choices]
        if listed:
            choices.append((_("Always the same"), listed))  # type: ignore[arg-type]
        if field.choices and field.kind == "boolean":
            return choices
        person: Choices = [
            (_key(Value(PERSON, name=each.name)), f"{each.title} ({shown(each.value)})") for each in self._known
        ]
        choices.append((_("Of the person"), person))  # type: ignore[arg-type]
        answers = self._answers()
        if answers:
            choices.append((_("From an earlier answer"), answers))  # type: ignore[arg-type]
        if not listed:
            choices.append((TYPED, _("What I type below")))
        return choices

    def _add(self, prefix: str, field: Field, *, choices: Choices, initial: Value | None, required: bool) -> None:
        """Add the choice of a source, and a place to type where that can be chosen."""
        keys = [key for key, _label in _flat(choices)]
        chosen = _key(initial) if initial else ""
        typed = bool(initial) and chosen not in keys and TYPED in keys
        name = _name(prefix, field)
        self.fields[name] = forms.ChoiceField(
            label=pick(field.title), choices=choices, required=required, initial=TYPED if typed else chosen
        )
        if TYPED in keys or PART in keys:
            self.fields[f"typed.{name}"] = forms.CharField(
                label=_("%(field)s: text") % {"field": pick(field.title)},
                required=False,
                max_length=300,
                initial=initial.fixed if initial and typed else "",
            )

    def _picked(self, prefix: str, field: Field) -> Value | None:
        key = self.cleaned_data.get(_name(prefix, field), "")
        if not key:
            return None
        if key not in (TYPED, PART):
            return _value(key)
        text = self.cleaned_data.get(f"typed.{_name(prefix, field)}", "")
        return Value(FIXED, fixed=_typed(text, field.kind) if key == TYPED else text)

    def groups(self) -> Iterator[tuple[object, list[list[forms.BoundField]], bool]]:
        """Yield headings with their fields, a choice and its text as a pair, and whether they may stay folded."""
        for title, prefixes in self.GROUPS:
            names = [name for name in self.fields if name.partition(".")[0] in prefixes]
            pairs = [[self[each] for each in (name, f"typed.{name}") if each in self.fields] for name in names]
            folded = bool(prefixes & self.FOLDED) and not any(field.value() for pair in pairs for field in pair)
            if pairs:
                yield title, pairs, folded

    def summary_fields(self) -> list[tuple[forms.BoundField, object]]:
        """Return every field with its errors, for the box at the top of the page."""
        return [(self[name], self[name].errors) for name in self.fields]

    def clean(self) -> dict[str, Any]:
        """Refuse an empty text where one was promised, and what the sandbox would read as an expression."""
        given = super().clean() or {}
        for name, text in list(given.items()):
            if not name.startswith("typed."):
                continue
            key = given.get(name.removeprefix("typed."))
            if key in (TYPED, PART) and not text:
                self.add_error(name, _("Type the text, or pick another source."))
            if text.startswith("$") or "{$" in text:
                self.add_error(name, _("A text can't begin with “$” or hold “{$”: these mark values to be filled in."))
        return given


def _name(prefix: str, field: Field) -> str:
    return f"{prefix}.{field.name.replace(' ', '.')}"


def _flat(choices: Choices) -> Iterator[tuple[str, object]]:
    for key, label in choices:
        if isinstance(label, list):
            yield from label
        else:
            yield key, label


def _typed(text: str, kind: str) -> Any:
    try:
        return {"integer": int, "number": float}.get(kind, str)(text)
    except ValueError:
        return text


def _success_fields(call: Call) -> tuple[Field, ...]:
    """The fields of a call's good answers, each once."""
    found = {field.name: field for status, fields in (call.answers or {}).items() if status < 300 for field in fields}
    return tuple(found.values())


def _place(field: Field) -> str:
    """The group of an answer's field: those without a title for people come second."""
    return "expected" if field.title["zh"] != field.name else "expected_more"


def _all_fields(call: Call) -> tuple[Field, ...]:
    found = {field.name: field for fields in (call.answers or {}).values() for field in fields}
    return tuple(found.values())


class StepForm(PickingForm):
    """One call of the app: what is sent, and what must come back."""

    GROUPS = (
        (_("What is sent"), frozenset({"parameter", "value"})),
        (_("What must come back"), frozenset({"statuses", "patient"})),
        (_("What the answer must say"), frozenset({"expected"})),
        (_("More of what an answer may say"), frozenset({"expected_more"})),
    )
    FOLDED = frozenset({"expected_more"})

    def __init__(self, *args: Any, step: Step | None, **kwargs: Any):
        super().__init__(*args, before=step.id if step else "", **kwargs)
        self._step = step
        for field in self.call.parameters:
            given = step.parameters.get(field.name) if step else self._guess_answer(field.name.partition(" ")[2])
            choices = self._sources(field, none="—")
            self._add("parameter", field, choices=choices, initial=given, required=True)
        for field in self.call.fields:
            given = step.values.get(field.name) if step else self._guess(field)
            choices = self._sources(field, none=_("leave it out"))
            self._add("value", field, choices=choices, initial=given, required=False)
        declared = [(str(status), f"{status} {text}".strip()) for status, text in (self.call.meanings or {}).items()]
        good = [str(status) for status in (self.call.meanings or {}) if status < 300]
        self.fields["statuses"] = forms.MultipleChoiceField(
            label=_("The app must answer with"),
            choices=declared,
            widget=forms.CheckboxSelectMultiple,
            initial=[str(status) for status in step.statuses] if step else good[:1],
            help_text=_("Any of the ticked answers is right."),
        )
        for field in _all_fields(self.call):
            self._add_expected(field, step.expected.get(field.name) if step else None)
        self.fields["patient"] = forms.BooleanField(
            label=_("It may take a moment: ask again for five seconds until the answer is right"),
            required=False,
            initial=step.patient if step else False,
        )

    def _guess(self, field: Field) -> Value | None:
        if len(field.choices) == 1:
            return Value(FIXED, fixed=field.choices[0])
        known = {each.name for each in self._known}
        name = "contact_phone" if field.name == "phone" else field.name
        return Value(PERSON, name=name) if name in known and not field.choices else None

    def _guess_answer(self, name: str) -> Value | None:
        values = [_value(key) for key, _label in self._answers()]
        return next((each for each in reversed(values) if each.name == name), None)

    def _add_expected(self, field: Field, expected: Expected | None) -> None:
        choices = self._sources(field, none=_("doesn't matter"))
        choices.insert(1, (THERE, _("is there")))
        if not field.choices:
            choices.insert(2, (PART, _("contains the text that I type below")))
        self._add(_place(field), field, choices=choices, initial=expected.value if expected else None, required=False)
        control = self.fields[_name(_place(field), field)]
        if expected and expected.how == PRESENT:
            control.initial = THERE
        elif expected and expected.how == CONTAINS and expected.value:
            control.initial = PART
            self.fields[f"typed.{_name(_place(field), field)}"].initial = expected.value.fixed

    def step(self) -> Step:
        """Return the step as it was filled in."""
        data: Mapping[str, Any] = self.cleaned_data
        parameters = {each.name: self._picked("parameter", each) for each in self.call.parameters}
        values = {each.name: self._picked("value", each) for each in self.call.fields}
        expected = {}
        for field in _all_fields(self.call):
            key = data.get(_name(_place(field), field))
            if key == THERE:
                expected[field.name] = Expected(PRESENT)
            elif key:
                expected[field.name] = Expected(CONTAINS if key == PART else EQUALS, self._picked(_place(field), field))
        return Step(
            id=self._step.id if self._step else self._story.fresh_id(),
            operation=self.call.operation,
            statuses=tuple(int(status) for status in data["statuses"]),
            values={name: value for name, value in values.items() if value},
            parameters={name: value for name, value in parameters.items() if value},
            expected=expected,
            patient=data["patient"],
        )


class ReceiptForm(PickingForm):
    """What a department must have received."""

    GROUPS = (
        (_("What the department did"), frozenset({"outcome", "count"})),
        (_("What it received"), frozenset({"field"})),
    )
    outcome = forms.ChoiceField(
        label=_("What the department did"),
        choices=[(ACCEPTED, _("took it")), (REFUSED, _("refused it by its rules"))],
        widget=forms.RadioSelect,
        initial=ACCEPTED,
    )
    count = forms.IntegerField(
        label=_("How often, in this case"),
        min_value=0,
        max_value=20,
        initial=1,
        help_text=_("0 means: never."),
    )

    def __init__(self, *args: Any, receipt: Receipt | None, **kwargs: Any):
        super().__init__(*args, before="", **kwargs)
        if receipt:
            self.fields["outcome"].initial, self.fields["count"].initial = receipt.outcome, receipt.count
        for field in self.call.fields:
            given = receipt.fields.get(field.name) if receipt else self._same_name(field)
            choices = self._sources(field, none=_("doesn't matter"))
            self._add("field", field, choices=choices, initial=given, required=False)

    def _same_name(self, field: Field) -> Value | None:
        known = {each.name for each in self._known} - {"phone"}
        return Value(PERSON, name=field.name) if field.name in known and not field.choices else None

    def receipt(self) -> Receipt:
        """Return the expectation as it was filled in."""
        fields = {each.name: self._picked("field", each) for each in self.call.fields}
        return Receipt(
            self.call.operation,
            self.cleaned_data["outcome"],
            self.cleaned_data["count"],
            {name: value for name, value in fields.items() if value},
        )
