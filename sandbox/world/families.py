"""Owns how families are made: who lives together, how they are related, and how old they can be for that."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from . import marginals, names
from .chance import Chance

MARRIAGE_AGE = {True: 20, False: 22}
_YOUNG, _OLD = 27, 66
_OLDEST = 104


@dataclass(slots=True)
class Member:
    """One member of a family before anybody has a number; `spouse`, `father` and `mother` are places in the family."""

    surname: str
    given: str
    female: bool
    born_on: date
    age: int
    relation: str
    spouse: int | None = None
    father: int | None = None
    mother: int | None = None
    traits: set[str] = field(default_factory=set)
    with_phone: bool = True
    document_type: str = "resident_id"
    nationality: str = "CHN"
    ethnicity: str = "汉族"
    latin: str | None = None

    @property
    def name(self) -> str:
        """The whole name."""
        return self.surname + self.given


def born(chance: Chance, age: int, as_of: date) -> date:
    """Draw the day of birth of somebody of an age (in full years)."""
    return as_of - timedelta(days=int(age * 365.2425) + 1 + chance.below(363))


class Family:
    """A family that grows member by member."""

    def __init__(self, chance: Chance, as_of: date) -> None:
        self.members: list[Member] = []
        self._chance = chance
        self._as_of = as_of

    def add(self, age: int, relation: str, *, female: bool | None = None, surname: str = "") -> int:
        """Add somebody of an age; return their place."""
        chance = self._chance
        sex = chance.percent(marginals.WOMEN) if female is None else female
        age = min(_OLDEST, max(0, age))
        member = Member(
            surname=surname or names.surname(chance),
            given=names.given_name(chance, female=sex),
            female=sex,
            born_on=born(chance, age, self._as_of),
            age=age,
            relation=relation,
            with_phone=age >= 12 and not chance.percent(marginals.WITHOUT_PHONE),
        )
        self.members.append(member)
        return len(self.members) - 1

    def marry(self, one: int, other: int) -> None:
        """Let two be a couple."""
        self.members[one].spouse, self.members[other].spouse = other, one

    def partner(self, of: int, *, youngest: int, relation: str = "spouse") -> int:
        """Add the partner of a member, of about the same age."""
        one = self.members[of]
        place = self.add(max(youngest, one.age + self._chance.among(-4, 4)), relation, female=not one.female)
        self.marry(of, place)
        return place

    def born_to(self, child: int, *parents: int) -> None:
        """Let a member be the child of one or two others, and have the father's surname where he is here."""
        for parent in parents:
            if self.members[parent].female:
                self.members[child].mother = parent
            else:
                self.members[child].father = parent
                self.members[child].surname = self.members[parent].surname
        if self.members[child].father is None and parents:
            self.members[child].surname = self.members[parents[0]].surname

    def children(self, count: int, *parents: int, relation: str = "child") -> list[int]:
        """Add children: the first when the younger parent was 23 to 33, later ones two to four years apart."""
        chance = self._chance
        base = min(self.members[parent].age for parent in parents)
        most = min(33, base - 2 * (count - 1))
        places: list[int] = []
        twins = count >= 2 and chance.percent(marginals.TWINS)
        for nth in range(count):
            left = 2 * (count - 1 - nth)
            before = self.members[places[-1]].age if places else 0
            age = before - chance.among(2, min(4, before - left)) if places else base - chance.among(23, most)
            place = self.add(age, relation)
            if twins and nth == 1:
                first = self.members[places[0]]
                self.members[place].born_on, self.members[place].age = first.born_on, first.age
                for twin in (places[0], place):
                    self.members[twin].traits.add("twin")
            self.born_to(place, *parents)
            places.append(place)
        return places

    def elders(self, count: int, of: int, *, relation: str = "parent") -> list[int]:
        """Add one or two parents of a member."""
        chance, child = self._chance, self.members[of]
        age = child.age + chance.among(23, 31)
        if count == 1:
            mother = chance.percent(65)
            places = [self.add(age, relation, female=mother, surname="" if mother else child.surname)]
            child.mother, child.father = (places[0], None) if mother else (None, places[0])
            return places
        father = self.add(age, relation, female=False, surname=child.surname)
        mother_place = self.add(child.age + chance.among(23, 31), relation, female=True)
        self.marry(father, mother_place)
        child.father, child.mother = father, mother_place
        return [father, mother_place]


def make(chance: Chance, *, size: int, age: int, as_of: date) -> list[Member]:
    """Return a family of a size whose first adult has an age."""
    family = Family(chance, as_of)
    first = family.add(age, "head")
    if size > 1:
        if age < _YOUNG:
            _young(family, chance, first, size)
        elif age < _OLD:
            _middle(family, chance, first, size)
        else:
            _old(family, chance, first, size)
    return family.members


def _young(family: Family, chance: Chance, first: int, size: int) -> None:
    """Somebody below 27 with a partner, a sister or brother, or still with their parents."""
    head = family.members[first]
    if size == 2 and head.age >= 23 and chance.percent(60):
        family.partner(first, youngest=23)
        return
    if size == 2:
        family.elders(1, first)
        return
    father, mother = family.elders(2, first)
    age = head.age
    for _ in range(min(2, size - 3)):
        age -= chance.among(2, 4)
        family.born_to(family.add(age, "sibling"), father, mother)
    if len(family.members) < size:
        family.elders(size - len(family.members), father, relation="grandparent")


# (children, elders, share) by how many there are beside the couple
_BESIDES = {
    1: ((1, 0, 88), (0, 1, 12)),
    2: ((2, 0, 60), (1, 1, 30), (0, 2, 10)),
    3: ((2, 1, 50), (1, 2, 50)),
    4: ((2, 2, 80), (3, 1, 20)),
}


def _middle(family: Family, chance: Chance, first: int, size: int) -> None:
    """A couple with children and elders, or one parent with a child."""
    if size == 2 and chance.percent(20):
        family.children(1, first)
        return
    partner = family.partner(first, youngest=_YOUNG)
    if size == 2:
        return
    children, elders, _ = chance.row(_BESIDES[size - 2])
    if children:
        family.children(children, first, partner)
    if elders:
        family.elders(elders, first)


def _old(family: Family, chance: Chance, first: int, size: int) -> None:
    """An old couple, and from three on their grown child with a family of their own."""
    if size == 2 and chance.percent(15):
        family.children(1, first)
        return
    partner = family.partner(first, youngest=_OLD - 6)
    if size == 2:
        return
    child = family.children(1, first, partner)[0]
    if size >= 4:
        in_law = family.partner(child, youngest=_YOUNG, relation="child_in_law")
        if size >= 5:
            family.children(size - 4, child, in_law, relation="grandchild")
