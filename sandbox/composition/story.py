"""Owns what an editor has picked: who, which steps with which values, what must come back and be received (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

PERSON, ANSWER, FIXED = "person", "answer", "fixed"
EQUALS, CONTAINS, PRESENT = "equals", "contains", "present"
ACCEPTED, REFUSED = "accepted", "refused"
OPEN = "open"
MOST_STEPS = 20
MOST_RECEIPTS = 10


@dataclass(frozen=True)
class Value:
    """Where a value comes from: the person (`name`), an earlier step's answer (`step`, `name`), or always the same."""

    kind: str
    name: str = ""
    step: str = ""
    fixed: Any = None


@dataclass(frozen=True)
class Expected:
    """What a field of an answer must be: equal to a value, containing a text, or just there."""

    how: str
    value: Value | None = None


@dataclass(frozen=True)
class Step:
    """One call of the app. `values` by field of the body, `parameters` by `<place> <name>`, `expected` by field."""

    id: str
    operation: str
    statuses: tuple[int, ...]
    values: Mapping[str, Value] = field(default_factory=dict)
    parameters: Mapping[str, Value] = field(default_factory=dict)
    expected: Mapping[str, Expected] = field(default_factory=dict)
    patient: bool = False

    def used(self) -> list[Value]:
        """Return every value that the step needs."""
        compared = [each.value for each in self.expected.values() if each.value]
        return [*self.values.values(), *self.parameters.values(), *compared]


@dataclass(frozen=True)
class Receipt:
    """What a department must have received: `interface.operationId`, how it ended, how often, with what."""

    operation: str
    outcome: str
    count: int
    fields: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Story:
    """A whole scenario as it was picked."""

    code: str
    title_zh: str
    title_en: str
    trait: str
    steps: tuple[Step, ...] = ()
    receipts: tuple[Receipt, ...] = ()

    def step(self, step_id: str) -> Step | None:
        """Return a step by its id."""
        return next((each for each in self.steps if each.id == step_id), None)

    def fresh_id(self) -> str:
        """Return an id that no step has."""
        taken = {each.id for each in self.steps}
        return next(name for number in range(1, MOST_STEPS + 2) if (name := f"step{number}") not in taken)

    def with_step(self, step: Step) -> Story:
        """Return the story with a step put in the place of the one with its id, or at the end."""
        if self.step(step.id) is None:
            return replace(self, steps=(*self.steps, step))
        return replace(self, steps=tuple(step if each.id == step.id else each for each in self.steps))

    def without_step(self, step_id: str) -> Story:
        """Return the story without a step. ValueError when something else uses its answer."""
        rest = replace(self, steps=tuple(each for each in self.steps if each.id != step_id))
        rest.check_order()
        return rest

    def with_step_earlier(self, step_id: str) -> Story:
        """Return the story with a step moved up by one. ValueError when it would come before what it needs."""
        place = next((number for number, each in enumerate(self.steps) if each.id == step_id), 0)
        if place == 0:
            return self
        steps = list(self.steps)
        steps[place - 1], steps[place] = steps[place], steps[place - 1]
        moved = replace(self, steps=tuple(steps))
        moved.check_order()
        return moved

    def with_receipt(self, receipt: Receipt, place: int | None = None) -> Story:
        """Return the story with one more receipt, or with another in one's place."""
        receipts = list(self.receipts)
        if place is not None and 0 <= place < len(receipts):
            receipts[place] = receipt
        else:
            receipts.append(receipt)
        return replace(self, receipts=tuple(receipts))

    def without_receipt(self, place: int) -> Story:
        """Return the story without one receipt."""
        return replace(self, receipts=tuple(each for number, each in enumerate(self.receipts) if number != place))

    def check_order(self) -> None:
        """Raise ValueError with the step's id when a step or receipt uses an answer that doesn't come before it."""
        done = {OPEN}
        for step in self.steps:
            done.add(step.id)
            for value in step.used():
                looks_back = value.step in done and (value.step != step.id or value not in step.parameters.values())
                if value.kind == ANSWER and not looks_back:
                    raise ValueError(step.id)
        for receipt in self.receipts:
            for value in receipt.fields.values():
                if value.kind == ANSWER and value.step not in done:
                    raise ValueError(receipt.operation)

    def as_data(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self) | {
            "steps": [asdict(each) | {"statuses": list(each.statuses)} for each in self.steps],
            "receipts": [asdict(each) for each in self.receipts],
        }


def from_data(data: Mapping[str, Any]) -> Story:
    """Read what `as_data` wrote. KeyError, TypeError or ValueError for anything else."""

    def value(given: Mapping[str, Any]) -> Value:
        read = Value(**given)
        if read.kind not in (PERSON, ANSWER, FIXED):
            raise ValueError("an unknown kind of value")
        return read

    def expected(given: Mapping[str, Any]) -> Expected:
        return Expected(str(given["how"]), value(given["value"]) if given["value"] else None)

    def values(given: Mapping[str, Any]) -> dict[str, Value]:
        return {name: value(each) for name, each in given.items()}

    steps = [
        Step(
            id=str(each["id"]),
            operation=str(each["operation"]),
            statuses=tuple(int(status) for status in each["statuses"]),
            values=values(each["values"]),
            parameters=values(each["parameters"]),
            expected={name: expected(item) for name, item in each["expected"].items()},
            patient=bool(each["patient"]),
        )
        for each in data["steps"]
    ]
    receipts = [
        Receipt(str(each["operation"]), str(each["outcome"]), int(each["count"]), values(each["fields"]))
        for each in data["receipts"]
    ]
    names = {name: str(data[name]) for name in ("code", "title_zh", "title_en", "trait")}
    return Story(**names, steps=tuple(steps), receipts=tuple(receipts))
