"""Owns the city as a whole: how many communities it has, and finding anybody in it without holding everybody."""

from __future__ import annotations

import hashlib
import json
from array import array
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from . import identity, marginals, special
from .community import Community, Start, plans
from .records import Company, Dossier, Home, Household, Person, Rental, Residence

AS_OF = date(2026, 1, 1)
MOST_PEOPLE = 5_000_000 - 1_000
PEOPLE_IN_A_COMMUNITY = sum(size * share for size, share in marginals.HOUSEHOLD_SIZE)
HOUSEHOLDS_IN_A_COMMUNITY = sum(share for _, share in marginals.HOUSEHOLD_SIZE)
MOST_HELD = 16


class World:
    """The population of one seed. `people` is a minimum: the last household is complete.

    The same seed, size and day give the same people on every machine, and a bigger city begins with the same people.
    `as_of` is the city's today: days of residence count to it. Communities are made when somebody asks for one of
    their people, and only a few are kept, so that memory doesn't grow with the city.
    """

    def __init__(self, seed: int, people: int = 1000, as_of: date = AS_OF) -> None:
        if not 0 < people <= MOST_PEOPLE:
            raise ValueError(f"a city has 1 to {MOST_PEOPLE} people")
        self.seed = seed
        self.as_of = as_of
        self._special = special.roster(seed, as_of)
        self._special_people = sum(len(plan.members) for plan in self._special)
        self._special_companies = sum(plan.founds for plan in self._special)
        self._kept: OrderedDict[int, Community] = OrderedDict()
        self._traits: dict[str, array[int]] | None = None
        self._communities, self._last_households = self._extent(people)

    def _extent(self, people: int) -> tuple[int, int]:
        """Return the number of communities, and of households in the last one."""
        beyond = people - self._special_people
        if beyond <= 0:
            return 1, len(self._special)
        whole, rest = divmod(beyond, PEOPLE_IN_A_COMMUNITY)
        if rest == 0:
            return 1 + whole, HOUSEHOLDS_IN_A_COMMUNITY
        households = 0
        for plan in plans(self.seed, self.as_of, whole + 1, self._start(whole + 1).household):
            households += 1
            rest -= len(plan.members)
            if rest <= 0:
                break
        return whole + 2, households

    def _start(self, community: int) -> Start:
        if community == 0:
            return Start(0, 0, 0, 0)
        before = community - 1
        return Start(
            community,
            person=self._special_people + before * PEOPLE_IN_A_COMMUNITY,
            household=len(self._special) + before * HOUSEHOLDS_IN_A_COMMUNITY,
            company=self._special_companies + before * marginals.COMPANIES_IN_A_COMMUNITY,
        )

    # ------------------------------------------------------------------ everybody, one community after the other

    def community(self, number: int) -> Community:
        """Return one community, made if it is not among those kept. IndexError when there is none."""
        kept = self._kept.get(number)
        if kept is not None:
            self._kept.move_to_end(number)
            return kept
        if not 0 <= number < self._communities:
            raise IndexError("the city has no such community")
        start = self._start(number)
        made = self._special if number == 0 else plans(self.seed, self.as_of, number, start.household)
        if number == self._communities - 1:
            made = made[: self._last_households]
        self._kept[number] = Community(self.seed, self.as_of, start, made)
        if len(self._kept) > MOST_HELD:
            self._kept.popitem(last=False)
        return self._kept[number]

    def communities(self) -> Iterator[Community]:
        """Yield every community, in order."""
        return (self.community(number) for number in range(self._communities))

    def dossiers(self) -> Iterator[Dossier]:
        """Yield everything about everybody, in the order of their numbers."""
        return (dossier for community in self.communities() for dossier in community.dossiers)

    def people(self) -> Iterator[Person]:
        """Yield everybody, in the order of their numbers."""
        return (dossier.person for dossier in self.dossiers())

    def companies(self) -> Iterator[Company]:
        """Yield every company, in the order of their numbers."""
        return (company for community in self.communities() for company in community.companies)

    # ------------------------------------------------------------------ looking up

    def dossier(self, number: int) -> Dossier:
        """Return everything about a person. IndexError when there is none with that number."""
        if number < 0:
            raise IndexError("people are counted from 0")
        beyond = number - self._special_people
        place = 0 if beyond < 0 else 1 + beyond // PEOPLE_IN_A_COMMUNITY
        return self.community(place).dossiers[number - self._start(place).person]

    def person(self, number: int) -> Person:
        """Return the person of a number. IndexError when there is none."""
        return self.dossier(number).person

    def company(self, number: int) -> Company:
        """Return the company of a number. IndexError when there is none."""
        if number < 0:
            raise IndexError("companies are counted from 0")
        beyond = number - self._special_companies
        place = 0 if beyond < 0 else 1 + beyond // marginals.COMPANIES_IN_A_COMMUNITY
        return self.community(place).companies[number - self._start(place).company]

    def by_document(self, document_number: str) -> Person | None:
        """Return who holds a document, or None."""
        number = identity.person_number(document_number)
        try:
            found = self.person(number) if number is not None else None
        except IndexError:
            return None
        return found if found and found.document_number == document_number else None

    def by_credit_code(self, code: str) -> Company | None:
        """Return the company of a credit code, or None."""
        number = identity.company_number(code)
        try:
            found = self.company(number) if number is not None else None
        except IndexError:
            return None
        return found if found and found.credit_code == code else None

    def household_of(self, number: int) -> Household:
        """Return with whom a person lives."""
        return self.dossier(number).household

    def home_of(self, number: int) -> Home:
        """Return where a person lives."""
        return self.dossier(number).household.home

    def residence_of(self, number: int) -> Residence | None:
        """Return the residence registration of a newcomer, or None."""
        return self.dossier(number).residence

    def rentals_of(self, number: int) -> tuple[Rental, ...]:
        """Return the registered rentals in which the person is the tenant."""
        return self.dossier(number).rentals

    def with_trait(self, trait: str) -> list[int]:
        """Return the numbers of all people with a trait, in order. The first time, the whole city is walked once."""
        if self._traits is None:
            self._traits = {}
            for person in self.people():
                for each in person.traits:
                    self._traits.setdefault(each, array("I")).append(person.number)
        return list(self._traits.get(trait, ()))

    def digest(self) -> str:
        """Return the SHA-256 of everything in the city: equal digests are equal cities."""
        whole = hashlib.sha256()
        for dossier in self.dossiers():
            whole.update(json.dumps(as_row(dossier), ensure_ascii=False, sort_keys=True, default=str).encode())
        for company in self.companies():
            whole.update(json.dumps(asdict(company), ensure_ascii=False, sort_keys=True, default=str).encode())
        return whole.hexdigest()


def as_row(dossier: Dossier) -> dict[str, Any]:
    """Return a dossier as plain data, the same for equal people; dates stay dates."""
    row = asdict(dossier)
    row["person"]["traits"] = sorted(dossier.person.traits)
    return row
