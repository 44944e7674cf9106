"""Owns the shapes of what the city holds: homes, people, residences, rentals, companies."""

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


@dataclass(frozen=True, slots=True)
class Company:
    """One employer with a valid, impossible credit code; the legal representative is a person's number."""

    name: str
    credit_code: str
    legal_representative: int
    address: str


@dataclass(frozen=True, slots=True)
class Person:
    """One person; `number` is the place in the city, `household` groups a family, `traits` names what is special."""

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
    traits: frozenset[str]


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
    """A registered rental contract in which the person is the tenant."""

    contract_no: str
    address: str
    address_no: str
    starts_on: date
    ends_on: date
    landlord: str
    monthly_rent_yuan: int
