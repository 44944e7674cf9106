"""Owns telling a story in words: each step with the example person's values, each expectation in one sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplace.core.bilingual import pick
from sandbox.composition.palette import Call, Field, Palette
from sandbox.composition.people import INPUTS, Known
from sandbox.composition.story import ANSWER, CONTAINS, FIXED, OPEN, PRESENT, REFUSED, Receipt, Step, Story, Value


@dataclass(frozen=True)
class Line:
    """One field: what it is called, and what it holds or must hold."""

    label: str
    text: str


@dataclass(frozen=True)
class Told:
    """One step or expectation in words; `gone` when the contract doesn't have it any more."""

    key: str
    title: str
    sent: tuple[Line, ...]
    wanted: tuple[Line, ...]
    gone: bool = False


class Teller:
    """Tells the parts of one story."""

    def __init__(self, story: Story, palette: Palette, known: Iterable[Known]) -> None:
        self._story = story
        self._palette = palette
        self._known = {each.name: each.value for each in known}

    def steps(self) -> list[Told]:
        """Return every step in words."""
        return [self._step(each) for each in self._story.steps]

    def receipts(self) -> list[Told]:
        """Return every expectation of what departments receive in words."""
        return [self._receipt(place, each) for place, each in enumerate(self._story.receipts)]

    def value(self, value: Value) -> str:
        """Return where a value comes from, with the example person's own where there is one."""
        if value.kind == FIXED:
            return shown(value.fixed)
        if value.kind == ANSWER:
            return _("%(field)s from “%(step)s”") % {"field": value.name, "step": self.step_title(value.step)}
        example = self._known.get(value.name)
        return _("%(what)s (for example %(example)s)") % {
            "what": INPUTS.get(value.name, value.name),
            "example": shown(example),
        }

    def step_title(self, step_id: str) -> str:
        """Return a step's number and title."""
        if step_id == OPEN:
            return _("Enter the app")
        for number, each in enumerate(self._story.steps, 1):
            if each.id == step_id:
                call = self._palette.calls.get(each.operation)
                return f"{number}. {pick(call.title) if call else each.operation}"
        return step_id

    def _step(self, step: Step) -> Told:
        call = self._palette.calls.get(step.operation)
        if call is None:
            return Told(step.id, step.operation, (), (), gone=True)
        places = {each.name: each for each in (*call.fields, *call.parameters)}
        sent = [
            Line(_label(places, name), self.value(value))
            for name, value in (*step.parameters.items(), *step.values.items())
        ]
        answer = {field.name: field for fields in (call.answers or {}).values() for field in fields}
        wanted = [Line(_("Answer"), self._statuses(call, step))]
        for name, expected in step.expected.items():
            if expected.how == PRESENT or expected.value is None:
                text = _("is there")
            elif expected.how == CONTAINS:
                text = _("contains “%(text)s”") % {"text": expected.value.fixed}
            else:
                text = self.value(expected.value)
            wanted.append(Line(_label(answer, name), text))
        return Told(step.id, pick(call.title), tuple(sent), tuple(wanted))

    def _statuses(self, call: Call, step: Step) -> str:
        said = [f"{status} {(call.meanings or {}).get(status, '')}".strip() for status in step.statuses]
        text = _(" or ").join(said)
        return _("%(answer)s, within five seconds") % {"answer": text} if step.patient else text

    def _receipt(self, place: int, receipt: Receipt) -> Told:
        call = self._palette.receipts.get(receipt.operation)
        if call is None:
            return Told(str(place), receipt.operation, (), (), gone=True)
        if receipt.outcome == REFUSED:
            often = ngettext("refused by the rules once", "refused by the rules %(count)s times", receipt.count)
        else:
            often = ngettext("taken once", "taken %(count)s times", receipt.count)
        fields = {each.name: each for each in call.fields}
        wanted = [Line(_label(fields, name), self.value(value)) for name, value in receipt.fields.items()]
        told = (Line(_("How often"), often % {"count": receipt.count}), *wanted)
        return Told(str(place), pick(call.title), (), told)


def _label(fields: dict[str, Field], name: str) -> str:
    return pick(fields[name].title) if name in fields else name


def shown(value: Any) -> str:
    """Return a plain value for people."""
    if value is None:
        return _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)
