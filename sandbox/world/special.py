"""Owns the people who break software: a quarter of their own, with which every city begins, however small."""

from __future__ import annotations

from datetime import date
from typing import Any

from . import families, names, places
from .chance import Chance
from .community import Plan
from .families import Member

_DAYS_IN_TOWN = 400
_RECENT = (3, 30, 90, 120, 182)


def roster(seed: int, as_of: date) -> list[Plan]:
    """Return the households of the special quarter; the first one owns the homes of the others."""
    chance = Chance(seed, "special")
    singles: list[Plan] = []

    def settle(name: str, *traits: str, age: int = 41, days: int = _DAYS_IN_TOWN, **more: Any) -> None:
        born_on = families.born(chance, age, as_of)
        member = Member(name, "", chance.percent(50), born_on, age, "head", traits=set(traits), **more)
        singles.append(Plan([member], origin=places.elsewhere(chance), days=days, rents=True))

    for name in names.RARE:
        settle(name, "rare_name", age=34, with_phone=False)
    for name in names.DOTTED:
        settle(name, "dotted_name", ethnicity="维吾尔族" if "扎西" not in name else "藏族")
    for name in names.LONG:
        settle(name, "long_name")
    for name in names.SHORT:
        settle(name, "short_name")
    for place, (name, nationality) in enumerate(names.FOREIGN):
        kind = "passport" if place % 2 else "foreign_permanent_resident"
        settle(name, "foreigner", document_type=kind, nationality=nationality, latin=name)
    for name in names.HONG_KONG_MACAO:
        settle(name, "hk_macao", document_type="hk_macao_permit")
    for name in names.TAIWAN:
        settle(name, "taiwan", document_type="taiwan_permit")
    settle("赵福寿", "centenarian", age=103)
    settle("钱秀英", "centenarian", age=101, with_phone=False)
    for days in _RECENT:
        settle(f"新{names.MALE[days % len(names.MALE)]}", days=days)
    return [_landlords(chance, as_of), _twins(chance, as_of), *singles]


def _landlords(chance: Chance, as_of: date) -> Plan:
    """A couple of the city who own the quarter and its company."""
    family = families.Family(chance, as_of)
    family.partner(family.add(52, "head", female=False, surname="房"), youngest=45)
    return Plan(family.members, founds=True)


def _twins(chance: Chance, as_of: date) -> Plan:
    """A couple of the city with twins."""
    family = families.Family(chance, as_of)
    first = family.add(36, "head", female=True)
    partner = family.partner(first, youngest=34)
    twins = family.children(2, first, partner)
    one, other = (family.members[place] for place in twins)
    other.born_on, other.age = one.born_on, one.age
    one.traits.add("twin")
    other.traits.add("twin")
    return Plan(family.members)
