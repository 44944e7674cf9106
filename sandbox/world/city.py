"""Owns the making of the city: each household comes from the seed and its own number, so any part can be made alone."""

from __future__ import annotations

import hashlib
import json
import random
from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any

from . import identity, marginals, names
from .records import Company, Home, Person, Rental, Residence

AS_OF = date(2026, 1, 1)
HALF_A_YEAR = 183
MAINLAND = "CHN"


def _weighted(chance: random.Random, table: tuple[tuple[Any, ...], ...]) -> tuple[Any, ...]:
    return chance.choices(table, weights=[row[-1] for row in table])[0]


def _home(chance: random.Random, household: int) -> Home:
    district = chance.choice(names.DISTRICTS)
    address = (
        f"{names.CITY}{district}{chance.choice(names.ROADS)}{chance.randint(1, 299)}号"
        f"{chance.choice(names.ESTATES)}{chance.randint(1, 40)}幢{chance.randint(1, 33)}0{chance.randint(1, 8)}室"
    )
    return Home(
        address_no=f"QL{household:09d}",
        address=address,
        district=district,
        police_station=f"青澜市公安局{district[:-1]}分局{district[:-1]}派出所",
    )


class World:
    """The population of one seed. `people` is a minimum: the last household is complete.

    The same seed, size and day give the same people on every machine. `as_of` is the city's today: days of residence
    count to it.
    """

    def __init__(self, seed: int, people: int = 1000, as_of: date = AS_OF) -> None:
        self.seed = seed
        self.as_of = as_of
        self.persons: list[Person] = []
        self._homes: list[Home] = []
        self._residences: dict[int, Residence] = {}
        self._rentals: dict[int, tuple[Rental, ...]] = {}
        self._traits: dict[str, list[int]] = {}
        self._settle_special_people()
        while len(self.persons) < people:
            self._settle_household()
        self.companies = [self._company(number) for number in range(max(3, people // 50))]

    # ------------------------------------------------------------------ looking up

    def person(self, number: int) -> Person:
        """Return the person of a number. IndexError when there is none."""
        return self.persons[number]

    def home_of(self, number: int) -> Home:
        """Return where a person lives."""
        return self._homes[self.persons[number].household]

    def residence_of(self, number: int) -> Residence | None:
        """Return the residence registration of a newcomer, or None."""
        return self._residences.get(number)

    def rentals_of(self, number: int) -> tuple[Rental, ...]:
        """Return the registered rentals in which the person is the tenant."""
        return self._rentals.get(number, ())

    def with_trait(self, trait: str) -> list[int]:
        """Return the numbers of all people with a trait, in order."""
        return self._traits.get(trait, [])

    def digest(self) -> str:
        """Return the SHA-256 of everything in the city: equal digests are equal cities."""
        whole = hashlib.sha256()
        for person in self.persons:
            row = asdict(replace(person, traits=frozenset())) | {"traits": sorted(person.traits)}
            residence = self._residences.get(person.number)
            row["residence"] = asdict(residence) if residence else None
            row["rentals"] = [asdict(rental) for rental in self.rentals_of(person.number)]
            whole.update(json.dumps(row, ensure_ascii=False, sort_keys=True, default=str).encode())
        for company in self.companies:
            whole.update(json.dumps(asdict(company), ensure_ascii=False, sort_keys=True).encode())
        return whole.hexdigest()

    # ------------------------------------------------------------------ making

    def _chance(self, kind: str, number: int) -> random.Random:
        return random.Random(f"{self.seed}/{kind}/{number}")  # noqa: S311 -- replayable, not secret

    def _born(self, chance: random.Random, age: int) -> date:
        return self.as_of.replace(year=self.as_of.year - age) - timedelta(days=chance.randint(1, 364))

    def _settle_household(self) -> None:
        household = len(self._homes)
        chance = self._chance("household", household)
        self._homes.append(_home(chance, household))
        size = _weighted(chance, marginals.HOUSEHOLD_SIZE)[0]
        youngest, oldest, _ = _weighted(chance, marginals.FIRST_ADULT_AGE)
        age = chance.randint(youngest, oldest)
        newcomer = chance.randrange(100) < marginals.NEWCOMERS
        origin = chance.choice(names.ELSEWHERE) + f"{chance.randint(1, 400)}号" if newcomer else None
        family_name = names.surname(chance)
        twins = size >= 4 and chance.randrange(100) < 4
        births: list[date] = []
        for place in range(size):
            years, surname = self._relation(chance, place, age, family_name)
            born_on = births[-1] if twins and place == 3 else self._born(chance, years)
            births.append(born_on)
            female = chance.random() < 0.5
            name = surname + names.given_name(chance, female=female)
            without_phone = years < 12 or chance.randrange(100) < marginals.WITHOUT_PHONE
            traits = {"twin"} if twins and place in (2, 3) else set()
            self._add(
                chance,
                household,
                name=name,
                female=female,
                born_on=born_on,
                origin=origin,
                with_phone=not without_phone,
                traits=traits,
            )

    @staticmethod
    def _relation(chance: random.Random, place: int, age: int, family_name: str) -> tuple[int, str]:
        """Return age and surname of the member at a place: first adult, partner, then children, then a parent."""
        if place == 0:
            return age, family_name
        if place == 1:
            return max(20, age + chance.randint(-4, 4)), names.surname(chance)
        if place < 5:
            return max(0, age - chance.randint(22, 36)), family_name
        return min(104, age + chance.randint(22, 32)), family_name

    def _settle_special_people(self) -> None:
        """Settle the people who break software first, so that even the smallest city has them."""
        for name in names.RARE:
            self._single(name, traits={"rare_name"}, with_phone=False, age=34)
        for name in names.DOTTED:
            self._single(name, traits={"dotted_name"}, ethnicity="维吾尔族" if "·" in name else None)
        for name in names.LONG:
            self._single(name, traits={"long_name"})
        for name in names.SHORT:
            self._single(name, traits={"short_name"})
        for place, (name, nationality) in enumerate(names.FOREIGN):
            kind = "passport" if place % 2 else "foreign_permanent_resident"
            self._single(name, traits={"foreigner"}, document_type=kind, nationality=nationality, latin=name)
        for name in names.HONG_KONG_MACAO:
            self._single(name, traits={"hk_macao"}, document_type="hk_macao_permit")
        for name in names.TAIWAN:
            self._single(name, traits={"taiwan"}, document_type="taiwan_permit")
        self._single("赵福寿", traits={"centenarian"}, age=103)
        self._single("钱秀英", traits={"centenarian"}, age=101, with_phone=False)
        for days in (3, 30, 90, 120, 182):
            self._single(f"新{names.MALE[days % len(names.MALE)]}", traits=set(), days=days)

    def _single(
        self,
        name: str,
        *,
        traits: set[str],
        age: int = 41,
        days: int | None = None,
        with_phone: bool = True,
        **more: Any,
    ) -> None:
        household = len(self._homes)
        chance = self._chance("special", household)
        self._homes.append(_home(chance, household))
        self._add(
            chance,
            household,
            name=name,
            female=chance.random() < 0.5,
            born_on=self._born(chance, age),
            days=days or 400,
            origin=chance.choice(names.ELSEWHERE) + f"{chance.randint(1, 400)}号",
            with_phone=with_phone,
            traits=traits,
            **more,
        )

    def _add(
        self,
        chance: random.Random,
        household: int,
        *,
        name: str,
        female: bool,
        born_on: date,
        origin: str | None,
        with_phone: bool,
        traits: set[str],
        days: int | None = None,
        document_type: str = "resident_id",
        nationality: str = MAINLAND,
        ethnicity: str | None = None,
        latin: str | None = None,
    ) -> None:
        number = len(self.persons)
        if origin is not None:
            traits |= self._register(chance, number, household, days)
        adult = (self.as_of - born_on).days >= 18 * 366
        plain = document_type == "resident_id" and adult
        if plain and {"settled", "tenant"} <= traits:
            traits.add(
                "rare_name_entitled" if "rare_name" in traits else "entitled" if with_phone else "entitled_no_phone"
            )
        if plain and {"recent", "tenant"} <= traits:
            traits.add("too_short")
        mainland = nationality == MAINLAND and document_type == "resident_id"
        person = Person(
            number=number,
            household=household,
            name=name,
            name_latin=latin,
            sex="female" if female else "male",
            born_on=born_on,
            ethnicity=(ethnicity or "汉族") if mainland else None,
            nationality=nationality,
            document_type=document_type,
            document_number=self._document(number, document_type, nationality, born_on, female=female),
            permanent_address=origin or self._homes[household].address,
            phone=f"142{(self.seed * 7919 + number) % 10**8:08d}" if with_phone else None,
            photo_no=f"ZP{self.seed % 10**6:06d}{number:08d}",
            traits=frozenset(traits),
        )
        self.persons.append(person)
        for trait in traits:
            self._traits.setdefault(trait, []).append(number)

    @staticmethod
    def _document(number: int, kind: str, nationality: str, born_on: date, *, female: bool) -> str:
        if kind == "hk_macao_permit":
            return f"H00{number:06d}"
        if kind == "taiwan_permit":
            return f"00{number:06d}"
        if kind == "foreign_permanent_resident":
            return f"{nationality}99{number:010d}"
        if kind == "passport":
            return f"X99{number:06d}"
        return identity.resident_id(area=number // 500 % 10000, born_on=born_on, order=number % 500, female=female)

    def _register(self, chance: random.Random, number: int, household: int, days: int | None) -> set[str]:
        """Register a newcomer at the home, usually with a rental; return the traits that follow from it."""
        home = self._homes[household]
        recent = chance.randrange(100) < marginals.REGISTERED_LESS_THAN_HALF_A_YEAR
        counted = days if days is not None else chance.randint(1, 150) if recent else chance.randint(200, 3000)
        registered_on = self.as_of - timedelta(days=counted)
        self._residences[number] = Residence(
            registration_no=f"DJ99{number:010d}",
            registered_on=registered_on,
            days=counted,
            address=home.address,
            address_no=home.address_no,
            police_station=home.police_station,
        )
        traits = {"newcomer", "settled" if counted >= HALF_A_YEAR else "recent"}
        if days is not None or chance.randrange(100) < marginals.RENTING:
            landlord = names.surname(chance) + names.given_name(chance, female=chance.random() < 0.5)
            self._rentals[number] = (
                Rental(
                    contract_no=f"ZL99{number:010d}",
                    address=home.address,
                    address_no=home.address_no,
                    starts_on=registered_on,
                    ends_on=self.as_of + timedelta(days=chance.randint(60, 700)),
                    landlord=landlord,
                    monthly_rent_yuan=chance.randrange(800, 6000, 50),
                ),
            )
            traits.add("tenant")
        return traits

    def _company(self, number: int) -> Company:
        chance = self._chance("company", number)
        return Company(
            name=names.company_name(chance),
            credit_code=identity.credit_code(area=chance.randrange(10000), order=number),
            legal_representative=chance.randrange(len(self.persons)),
            address=_home(chance, number).address,
        )
