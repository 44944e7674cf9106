"""Owns the making of one community: its households, who owns and rents its homes, who works for whom.

A community depends on nothing but the seed, its number and the day; everything in it refers to households that were
settled before, so that a city that ends in its middle is the beginning of the whole one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from . import families, identity, livelihood, marginals, places
from .chance import Chance
from .companies import Employers, found
from .families import Member
from .livelihood import Circumstances
from .records import (
    Company,
    Dossier,
    Household,
    Insurance,
    Marriage,
    Person,
    Property,
    Rental,
    Residence,
)

HALF_A_YEAR = 183
FOUNDING_AGES = range(23, 70)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is settled about a household before its people have numbers; `days` since a newcomer registered."""

    members: list[Member]
    origin: str | None = None
    days: int | None = None
    rents: bool = False
    founds: bool = False


@dataclass(frozen=True, slots=True)
class Start:
    """The first numbers of a community: of its people, households and companies."""

    community: int
    person: int
    household: int
    company: int


@dataclass(slots=True)
class _Settled:
    """One household while its dossiers are written."""

    plan: Plan
    household: Household
    people: list[Person]
    since: date | None
    rental: Rental | None = None
    company: Company | None = None

    def grown_ups(self) -> list[Person]:
        """The first adult and, where there is one, their partner."""
        return [self.people[0], *(p for p in self.people if p.number == self.people[0].spouse)]


class Community:
    """The people, homes and companies of one community."""

    def __init__(self, seed: int, as_of: date, start: Start, plans: Iterable[Plan]) -> None:
        self.seed = seed
        self._as_of = as_of
        self._start = start
        self._where = places.neighbourhood(start.community)
        self._employers = Employers()
        self._landlords: list[Person] = []
        self._properties: dict[int, list[Property]] = {}
        self.dossiers: list[Dossier] = []
        self.households: list[Household] = []
        number = start.person
        for place, plan in enumerate(plans):
            settled = self._settle(place, number, plan)
            number += len(plan.members)
            chance = Chance(seed, "livelihood", settled.household.number)
            self.dossiers += [self._dossier(chance, settled, place) for place in range(len(settled.people))]
            self.households.append(settled.household)
        self.dossiers = [self._with_properties(dossier) for dossier in self.dossiers]

    @property
    def companies(self) -> list[Company]:
        """The companies that people here have founded."""
        return self._employers.companies

    # ------------------------------------------------------------------ a household and its home

    def _settle(self, place: int, number: int, plan: Plan) -> _Settled:
        household = self._start.household + place
        numbers = tuple(range(number, number + len(plan.members)))
        home = places.home(self._where, place, household)
        kept = Household(household, home, numbers, newcomer=plan.origin is not None)
        since = self._as_of - timedelta(days=plan.days) if plan.days is not None else None
        people = [self._person(plan, kept, nth) for nth in range(len(plan.members))]
        settled = _Settled(plan, kept, people, since)
        chance = Chance(self.seed, "home", household)
        if plan.rents and self._landlords:
            settled.rental = self._let(chance, settled, chance.pick(self._landlords))
        else:
            self._own(chance, settled)
        if plan.founds:
            settled.company = self._found(settled)
        return settled

    def _let(self, chance: Chance, settled: _Settled, landlord: Person) -> Rental:
        home = settled.household.home
        moved_in = settled.since or self._as_of - timedelta(days=chance.among(200, 3000))
        bought_on = livelihood.between(chance, livelihood.birthday(landlord.born_on, 22), moved_in)
        self._register(settled.household, (landlord.number,), bought_on)
        return Rental(
            contract_no=f"ZL99{settled.household.number:010d}",
            address=home.address,
            address_no=home.address_no,
            starts_on=moved_in,
            ends_on=self._as_of + timedelta(days=chance.among(60, 700)),
            landlord=landlord.name,
            landlord_number=landlord.number,
            monthly_rent_yuan=chance.among(16, 120) * 50,
        )

    def _own(self, chance: Chance, settled: _Settled) -> None:
        owners = settled.grown_ups()
        earliest = max(livelihood.birthday(owner.born_on, 20) for owner in owners)
        bought_on = livelihood.between(chance, earliest, max(earliest, settled.since or self._as_of))
        self._register(settled.household, tuple(owner.number for owner in owners), bought_on)
        if settled.plan.origin is None and owners[0].born_on <= self._as_of.replace(day=1) - timedelta(days=9500):
            self._landlords.append(owners[0])

    def _register(self, household: Household, owners: tuple[int, ...], registered_on: date) -> None:
        home = household.home
        kept = Property(
            certificate_no=f"BDC99{household.number:09d}",
            address_no=home.address_no,
            address=home.address,
            area_m2=home.area_m2,
            owners=owners,
            registered_on=registered_on,
            occupied_by=household.number,
        )
        for owner in owners:
            self._properties.setdefault(owner, []).append(kept)

    def _found(self, settled: _Settled) -> Company:
        place = len(self._employers.companies)
        number = self._start.company + place
        founder = settled.people[0]
        company = found(
            Chance(self.seed, "company", number), number, self._circumstances(founder, settled), self._where, place
        )
        self._employers.add(company)
        return company

    # ------------------------------------------------------------------ a person

    def _person(self, plan: Plan, household: Household, nth: int) -> Person:
        member, first = plan.members[nth], household.members[0]
        number = household.members[nth]
        mainland = member.nationality == "CHN" and member.document_type == "resident_id"
        married = member.spouse is not None
        return Person(
            number=number,
            household=household.number,
            name=member.name,
            name_latin=member.latin,
            sex="female" if member.female else "male",
            born_on=member.born_on,
            ethnicity=member.ethnicity if mainland else None,
            nationality=member.nationality,
            document_type=member.document_type,
            document_number=identity.document(
                number, member.document_type, member.nationality, member.born_on, female=member.female
            ),
            permanent_address=plan.origin or household.home.address,
            phone=f"142{(self.seed * 7919 + number) % 10**8:08d}" if member.with_phone else None,
            photo_no=f"ZP{self.seed % 10**6:06d}{number:08d}",
            relation=member.relation,
            marital_status="married" if married else _alone(member),
            spouse=first + member.spouse if member.spouse is not None else None,
            father=first + member.father if member.father is not None else None,
            mother=first + member.mother if member.mother is not None else None,
            register_no=f"HK99{household.number:09d}" if mainland else None,
            traits=frozenset(_traits(plan, nth, adult=member.age >= 18)),
        )

    def _circumstances(self, person: Person, settled: _Settled) -> Circumstances:
        return Circumstances(person, person.age(self._as_of), self._as_of, settled.since)

    def _dossier(self, chance: Chance, settled: _Settled, place: int) -> Dossier:
        person = settled.people[place]
        of = self._circumstances(person, settled)
        company = settled.company if place == 0 else None
        employer, paid = self._work(chance, of, company)
        return Dossier(
            person=person,
            household=settled.household,
            residence=self._residence(person, settled),
            rentals=(settled.rental,) if settled.rental and "tenant" in person.traits else (),
            properties=(),
            marriage=self._marriage(settled, place),
            birth=self._birth(settled, place) if of.age < 18 else None,
            company=company,
            employer=employer,
            insurance=paid,
            driving=livelihood.driving(chance, of) if person.document_type == "resident_id" else None,
            profession=livelihood.profession(chance, of, insured=paid is not None and paid.kind != "retired"),
            credit=livelihood.credit(chance, of),
        )

    def _work(self, chance: Chance, of: Circumstances, own: Company | None) -> tuple[Company | None, Insurance | None]:
        if own is not None:
            return own, livelihood.insurance(chance, of, own)
        if livelihood.works(chance, of):
            employer = self._employers.hire(chance)
            return employer, livelihood.insurance(chance, of, employer)
        return None, livelihood.pension(chance, of)

    def _residence(self, person: Person, settled: _Settled) -> Residence | None:
        if settled.since is None:
            return None
        home = settled.household.home
        registered_on = max(settled.since, person.born_on)
        return Residence(
            registration_no=f"DJ99{person.number:010d}",
            registered_on=registered_on,
            days=(self._as_of - registered_on).days,
            address=home.address,
            address_no=home.address_no,
            police_station=home.police_station,
        )

    def _marriage(self, settled: _Settled, place: int) -> Marriage | None:
        members, other = settled.plan.members, settled.plan.members[place].spouse
        if other is None:
            return None
        births = [m.born_on for m in members if place in (m.father, m.mother) and other in (m.father, m.mother)]
        first, second = sorted((place, other))
        chance = Chance(self.seed, "wedding", settled.people[first].number)
        day = livelihood.wedding(
            chance, members[first], members[second], first_child=min(births, default=None), as_of=self._as_of
        )
        return livelihood.marriage(settled.people[place], settled.people[other], day)

    @staticmethod
    def _birth(settled: _Settled, place: int) -> livelihood.Birth | None:
        member = settled.plan.members[place]
        father = settled.people[member.father] if member.father is not None else None
        mother = settled.people[member.mother] if member.mother is not None else None
        return livelihood.birth(settled.people[place], father, mother)

    def _with_properties(self, dossier: Dossier) -> Dossier:
        owned = self._properties.get(dossier.person.number)
        return replace(dossier, properties=tuple(owned)) if owned else dossier


def _alone(member: Member) -> str:
    """Return the marital status of somebody without a partner here."""
    if member.relation in ("parent", "grandparent") or member.age >= 66:
        return "widowed"
    return "single" if member.age < 45 and member.relation != "parent" else "divorced"


def _traits(plan: Plan, nth: int, *, adult: bool) -> set[str]:
    """Return what is special about a member: their own traits, and those that follow from home and registration."""
    member = plan.members[nth]
    traits = set(member.traits)
    if plan.founds and nth == 0:
        traits.add("legal_representative")
    if plan.days is not None:
        traits |= {"newcomer", "settled" if plan.days >= HALF_A_YEAR else "recent"}
    if plan.rents and adult:
        traits.add("tenant")
    plain = member.document_type == "resident_id" and adult
    if plain and {"settled", "tenant"} <= traits:
        rare, phone = "rare_name" in traits, member.with_phone
        traits.add("rare_name_entitled" if rare else "entitled" if phone else "entitled_no_phone")
    if plain and {"recent", "tenant"} <= traits:
        traits.add("too_short")
    return traits


def plans(seed: int, as_of: date, number: int, first_household: int) -> list[Plan]:
    """Return the plans of an ordinary community: a hundred households that follow the shares exactly."""
    chance = Chance(seed, "community", number)
    sizes = chance.shuffled([size for size, share in marginals.HOUSEHOLD_SIZE for _ in range(share)])
    ages = [chance.among(*chance.row(marginals.FIRST_ADULT_AGE)[:2]) for _ in sizes]
    # Somebody has to own the first home and open the first company: the first household is of the city, in its prime.
    ages[0] = chance.among(35, 60)
    others = chance.shuffled(range(1, len(sizes)))
    newcomers = set(others[: marginals.NEWCOMERS])
    able = [place for place in chance.shuffled(range(1, len(sizes))) if ages[place] in FOUNDING_AGES]
    founders = {0, *able[: marginals.COMPANIES_IN_A_COMMUNITY - 1]}
    made = []
    for place, (size, age) in enumerate(zip(sizes, ages, strict=True)):
        own = Chance(seed, "household", first_household + place)
        comes = place in newcomers
        renting = marginals.RENTING_NEWCOMERS if comes else marginals.RENTING_LOCALS
        recent = own.percent(marginals.REGISTERED_LESS_THAN_HALF_A_YEAR)
        days = own.among(1, 150) if recent else own.among(200, 3000)
        made.append(
            Plan(
                members=families.make(own, size=size, age=age, as_of=as_of),
                origin=places.elsewhere(own) if comes else None,
                days=days if comes else None,
                rents=place > 0 and own.percent(renting),
                founds=place in founders,
            )
        )
    return made
