"""What one office knows of a person agrees with what every other office knows."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import pairwise

import pytest

from sandbox.world import AS_OF, Dossier, World
from sandbox.world.livelihood import birthday, months

LEAP_DAY = date(2028, 2, 29)


@pytest.fixture(scope="module", params=[(11, AS_OF), (12, LEAP_DAY)], ids=["new_year", "leap_day"])
def city(request: pytest.FixtureRequest) -> World:
    seed, as_of = request.param
    return World(seed, 2500, as_of)


@pytest.fixture(scope="module")
def everybody(city: World) -> list[Dossier]:
    return list(city.dossiers())


def test_couples_are_old_enough_and_know_each_other(city: World, everybody: list[Dossier]) -> None:
    couples = [each for each in everybody if each.person.spouse is not None]
    assert len(couples) > 900
    for one in couples:
        other = everybody[one.person.spouse]
        assert other.person.spouse == one.person.number
        assert {one.person.sex, other.person.sex} == {"female", "male"}
        assert one.household == other.household
        assert one.person.marital_status == "married"
        assert one.marriage.certificate_no == other.marriage.certificate_no
        assert one.marriage.spouse_document_number == other.person.document_number
        legal = 20 if one.person.sex == "female" else 22
        assert birthday(one.person.born_on, legal) <= one.marriage.registered_on == other.marriage.registered_on
        assert one.marriage.registered_on <= city.as_of
    assert not any(each.marriage for each in everybody if each.person.spouse is None)


def test_parents_are_of_another_generation_and_live_with_their_children(everybody: list[Dossier]) -> None:
    children = 0
    for each in everybody:
        person = each.person
        for number, sex in ((person.father, "male"), (person.mother, "female")):
            if number is None:
                continue
            parent = everybody[number].person
            children += 1
            assert parent.sex == sex
            assert parent.household == person.household
            assert 20 <= (person.born_on - parent.born_on).days / 365.2425 <= 47
        if person.father is not None:
            assert person.name[0] == everybody[person.father].person.name[0]
    assert children > 500


def test_brothers_and_sisters_are_twins_or_a_year_apart(everybody: list[Dossier]) -> None:
    by_mother: dict[int, list[Dossier]] = {}
    for each in everybody:
        if each.person.mother is not None:
            by_mother.setdefault(each.person.mother, []).append(each)
    for siblings in by_mother.values():
        births = sorted(each.person.born_on for each in siblings)
        for first, second in pairwise(births):
            assert first == second or (second - first).days > 270
        twins = [each for each in siblings if "twin" in each.person.traits]
        assert len({each.person.born_on for each in twins}) <= 1


def test_a_household_shares_home_register_and_permanent_address(city: World, everybody: list[Dossier]) -> None:
    for each in everybody:
        home = each.household.home
        members = [everybody[number] for number in each.household.members]
        assert each in members
        assert len({member.person.permanent_address for member in members}) == 1
        assert len({member.person.register_no for member in members}) == 1
        assert each.household.newcomer == (each.residence is not None)
        if each.residence:
            assert (each.residence.address, each.residence.address_no) == (home.address, home.address_no)
            assert each.residence.registered_on >= each.person.born_on
            assert (city.as_of - each.residence.registered_on).days == each.residence.days
        else:
            assert each.person.permanent_address == home.address
    homes = {each.household.home.address for each in everybody}
    assert len(homes) == len({each.household.number for each in everybody})


def test_minors_have_a_birth_certificate_with_their_parents_names(city: World, everybody: list[Dossier]) -> None:
    minors = [each for each in everybody if each.person.age(city.as_of) < 18]
    assert len(minors) > 200
    for each in minors:
        assert each.birth is not None
        assert each.birth.born_on == each.person.born_on
        mother = everybody[each.person.mother].person.name if each.person.mother is not None else None
        assert each.birth.mother_name == mother
        assert each.person.spouse is None


def test_every_home_has_one_entry_and_owners_of_age(everybody: list[Dossier]) -> None:
    entries = {kept.certificate_no: kept for each in everybody for kept in each.properties}
    occupied = Counter(kept.occupied_by for kept in entries.values())
    assert set(occupied) == {each.household.number for each in everybody}
    assert set(occupied.values()) == {1}
    for kept in entries.values():
        for owner in kept.owners:
            assert birthday(everybody[owner].person.born_on, 18) <= kept.registered_on
            assert kept in everybody[owner].properties


def test_landlords_are_people_of_the_city_who_own_the_home(city: World, everybody: list[Dossier]) -> None:
    tenants = [each for each in everybody if each.rentals]
    assert len(tenants) > 500
    for each in tenants:
        rental = each.rentals[0]
        landlord = everybody[rental.landlord_number]
        assert rental.landlord == landlord.person.name
        assert landlord.household.number != each.household.number
        assert landlord.residence is None
        assert rental.address_no == each.household.home.address_no
        (let,) = [kept for kept in landlord.properties if kept.address_no == rental.address_no]
        assert let.registered_on <= max(rental.starts_on, birthday(landlord.person.born_on, 22))
        assert rental.starts_on <= city.as_of < rental.ends_on
        assert "tenant" in each.person.traits


def test_legal_representatives_are_adults_who_work_in_their_company(city: World, everybody: list[Dossier]) -> None:
    companies = list(city.companies())
    assert len(companies) > 70
    for company in companies:
        head = everybody[company.legal_representative]
        assert head.person.name == company.legal_representative_name
        assert head.company == head.employer == company
        assert birthday(head.person.born_on, 18) <= company.established_on <= city.as_of
        assert "legal_representative" in head.person.traits


def test_insurance_agrees_with_employer_age_and_time_in_the_city(city: World, everybody: list[Dossier]) -> None:
    companies = list(city.companies())
    staff: Counter[int] = Counter()
    for each in everybody:
        paid = each.insurance
        if paid is None:
            assert each.employer is None
            continue
        assert birthday(each.person.born_on, 18) <= paid.first_paid_on <= city.as_of
        assert 0 <= paid.months_paid <= months(paid.first_paid_on, city.as_of)
        if each.residence:
            assert paid.first_paid_on >= each.residence.registered_on
        if paid.kind == "employee":
            assert companies[paid.employer] == each.employer
            assert paid.employer_credit_code == each.employer.credit_code
            assert max(each.employer.established_on, paid.first_paid_on) <= paid.employed_since <= city.as_of
            staff[paid.employer] += 1
        else:
            assert (paid.employer, paid.employed_since, each.employer) == (None, None, None)
    assert len(staff) > 50
    assert all(count <= companies[number].staff for number, count in staff.items())


def test_licences_and_credit_fit_the_age(city: World, everybody: list[Dossier]) -> None:
    for each in everybody:
        age = each.person.age(city.as_of)
        if each.driving:
            assert 18 <= age <= 70
            assert each.driving.licence_no == each.person.document_number
            assert birthday(each.person.born_on, 18) <= each.driving.first_issued_on < city.as_of
            assert each.driving.valid_until > city.as_of
        if each.profession:
            assert each.insurance is not None
            assert birthday(each.person.born_on, 21) <= each.profession.issued_on < city.as_of
        assert (each.credit is not None) == (age >= 18)


def test_entitled_people_have_a_home_a_rental_and_half_a_year(city: World, everybody: list[Dossier]) -> None:
    for number in city.with_trait("entitled"):
        each = everybody[number]
        assert each.residence.days >= 183
        assert each.rentals[0].address == each.residence.address
        assert each.person.phone
    for number in city.with_trait("too_short"):
        assert everybody[number].residence.days < 183
