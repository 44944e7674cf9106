"""Owns the shapes of what the city holds: people and what each office keeps about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Home:
    """One home on the made-up map."""

    address_no: str
    address: str
    district: str
    police_station: str
    community: str
    area_m2: int


@dataclass(frozen=True, slots=True)
class Household:
    """Who lives together in which home; `members` are numbers of people, the first adult first."""

    number: int
    home: Home
    members: tuple[int, ...]
    newcomer: bool


@dataclass(frozen=True, slots=True)
class Company:
    """One employer with a valid, impossible credit code; the legal representative is a person's number."""

    number: int
    name: str
    credit_code: str
    legal_representative: int
    legal_representative_name: str
    address: str
    kind: str
    industry: str
    scope: str
    staff: int
    capital_yuan: int
    established_on: date
    credit_grade: str


@dataclass(frozen=True, slots=True)
class Person:
    """One person; `number` is the place in the city, `household` groups a family, `traits` names what is special.

    `spouse`, `father` and `mother` are numbers of people of the city, or None.
    """

    number: int
    household: int
    name: str
    name_latin: str | None
    sex: str
    born_on: date
    ethnicity: str | None
    nationality: str
    document_type: str
    document_number: str
    permanent_address: str
    phone: str | None
    photo_no: str
    relation: str
    marital_status: str
    spouse: int | None
    father: int | None
    mother: int | None
    register_no: str | None
    traits: frozenset[str]

    def age(self, as_of: date) -> int:
        """Return full years of life on a day."""
        return as_of.year - self.born_on.year - ((as_of.month, as_of.day) < (self.born_on.month, self.born_on.day))


@dataclass(frozen=True, slots=True)
class Residence:
    """The registration of a newcomer at a home; `days` counts to the city's today."""

    registration_no: str
    registered_on: date
    days: int
    address: str
    address_no: str
    police_station: str


@dataclass(frozen=True, slots=True)
class Rental:
    """A registered rental contract in which the person is the tenant; the landlord owns the home."""

    contract_no: str
    address: str
    address_no: str
    starts_on: date
    ends_on: date
    landlord: str
    landlord_number: int
    monthly_rent_yuan: int


@dataclass(frozen=True, slots=True)
class Property:
    """One home in the register of real estate; `owners` are numbers of people, `occupied_by` is a household."""

    certificate_no: str
    address_no: str
    address: str
    area_m2: int
    owners: tuple[int, ...]
    registered_on: date
    occupied_by: int


@dataclass(frozen=True, slots=True)
class Marriage:
    """A registered marriage, seen from one of the two."""

    certificate_no: str
    registered_on: date
    spouse: int
    spouse_name: str
    spouse_document_number: str


@dataclass(frozen=True, slots=True)
class Birth:
    """The birth certificate of somebody under 18 who lives with a parent."""

    certificate_no: str
    born_on: date
    father_name: str | None
    mother_name: str | None


@dataclass(frozen=True, slots=True)
class Insurance:
    """Social insurance: kind is `employee`, `flexible` or `retired`; `employer` is a company's number or None."""

    insurance_no: str
    kind: str
    employer: int | None
    employer_name: str | None
    employer_credit_code: str | None
    employed_since: date | None
    first_paid_on: date
    months_paid: int
    base_yuan: int


@dataclass(frozen=True, slots=True)
class Driving:
    """A driving licence; its number is the holder's document number."""

    licence_no: str
    vehicles: str
    first_issued_on: date
    valid_until: date
    points_left: int


@dataclass(frozen=True, slots=True)
class Profession:
    """A professional licence."""

    licence_no: str
    title: str
    issued_on: date
    issued_by: str


@dataclass(frozen=True, slots=True)
class Credit:
    """A person's record of public credit: a score of 350 to 950 and how often they broke their word."""

    record_no: str
    score: int
    grade: str
    broken_promises: int


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything that all offices together keep about one person. `company` is their own, `employer` pays them."""

    person: Person
    household: Household
    residence: Residence | None
    rentals: tuple[Rental, ...]
    properties: tuple[Property, ...]
    marriage: Marriage | None
    birth: Birth | None
    company: Company | None
    employer: Company | None
    insurance: Insurance | None
    driving: Driving | None
    profession: Profession | None
    credit: Credit | None
