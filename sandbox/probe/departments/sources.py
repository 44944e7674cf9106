"""Owns what the departments know about a person, by the names that `x-minshi-source` hints use."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from ..city import Dossier, Person, World

Sources = dict[str, dict[str, Any] | None]
_MOST_HELD = 500
# Entities of which a person can have several: their name in a hint, and where the dossier keeps them
_SEVERAL = {"rental": "rentals", "property": "properties"}
_ONE = ("residence", "marriage", "birth", "company", "employer", "insurance", "driving", "profession", "credit")
_RELATIVES = ("spouse", "father", "mother")


def plain(value: Any) -> Any:
    """Return dates as ISO text, everything else as it is."""
    return value.isoformat() if isinstance(value, date | datetime) else value


def entity(record: Any) -> dict[str, Any]:
    """Return one record of the city as plain data."""
    return {name: plain(value) for name, value in asdict(record).items() if name != "traits"}


def value_at(sources: Sources, source: str) -> Any:
    """Return the value of a dotted source such as `person.name`; None when the person has no such thing."""
    node: Any = sources
    for part in source.split("."):
        node = node.get(part) if isinstance(node, dict) else None
    return node


class Registers:
    """The registers of all offices, looked up by person; what was looked up lately is at hand."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._held: OrderedDict[int, tuple[Sources, dict[str, list[Sources]]]] = OrderedDict()

    def of(self, person: int) -> Sources:
        """Return everything known about one person, by entity. Not to be changed."""
        return self._look_up(person)[0]

    def rows(self, person: int, name: str) -> list[Sources]:
        """Return one set of sources for each record of an entity that a person has: rentals, homes, family members."""
        return self._look_up(person)[1].get(name, [])

    def _look_up(self, person: int) -> tuple[Sources, dict[str, list[Sources]]]:
        found = self._held.get(person)
        if found is None:
            found = self._held[person] = self._read(person)
            while len(self._held) > _MOST_HELD:
                self._held.popitem(last=False)
        return found

    def _read(self, person: int) -> tuple[Sources, dict[str, list[Sources]]]:
        dossier = self._world.dossier(person)
        sources = self._singles(dossier)
        rows = {
            name: [{**sources, name: entity(record)} for record in getattr(dossier, place)]
            for name, place in _SEVERAL.items()
        }
        family = [self._world.person(number) for number in dossier.household.members]
        children = [each for each in family if person in (each.father, each.mother)]
        rows["member"] = [{**sources, "member": entity(each)} for each in family]
        rows["child"] = [{**sources, "child": entity(each)} for each in children]
        for name in (*_SEVERAL, "child"):
            sources[name] = rows[name][0][name] if rows[name] else None
        return sources, rows

    def _singles(self, dossier: Dossier) -> Sources:
        household = entity(dossier.household)
        sources: Sources = {
            "person": {**entity(dossier.person), "age": dossier.person.age(self._world.as_of)},
            "home": household.pop("home"),
            "household": {**household, "size": len(dossier.household.members)},
        }
        for name in _ONE:
            record = getattr(dossier, name)
            sources[name] = entity(record) if record is not None else None
        for name in _RELATIVES:
            relative: Person | None = self._relative(getattr(dossier.person, name))
            sources[name] = entity(relative) if relative else None
        return sources

    def _relative(self, number: int | None) -> Person | None:
        return self._world.person(number) if number is not None else None
