"""What comes out of 20,000 people follows the shares that ship with the city."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest

from sandbox.world import Dossier, World, marginals, names
from sandbox.world.city import PEOPLE_IN_A_COMMUNITY
from sandbox.world.community import Community

POINTS = 1.5  # of a hundred; three standard deviations of a share of one half among 10,000


@pytest.fixture(scope="module")
def city() -> World:
    return World(3, 20_000 + PEOPLE_IN_A_COMMUNITY)


@pytest.fixture(scope="module")
def communities(city: World) -> list[Community]:
    """All but the special quarter and an unfinished last one."""
    return list(city.communities())[1:-1]


@pytest.fixture(scope="module")
def people(communities: list[Community]) -> list[Dossier]:
    return [dossier for community in communities for dossier in community.dossiers]


@pytest.fixture(scope="module")
def households(people: list[Dossier]) -> list[Dossier]:
    """One dossier a household."""
    return [each for each in people if each.person.relation == "head"]


def share(truths: Iterable[bool]) -> float:
    counted = Counter(truths)
    return 100 * counted[True] / counted.total()


def test_every_table_adds_up_to_a_hundred() -> None:
    tables = (marginals.HOUSEHOLD_SIZE, marginals.AGE, marginals.FIRST_ADULT_AGE, marginals.COMPANY_STAFF)
    assert [sum(row[-1] for row in table) for table in tables] == [100] * len(tables)


def test_ages(city: World, people: list[Dossier], households: list[Dossier]) -> None:
    ages = [each.person.age(city.as_of) for each in people]
    for youngest, oldest, expected in marginals.AGE:
        assert share(youngest <= age <= oldest for age in ages) == pytest.approx(expected, abs=POINTS)
    first = [each.person.age(city.as_of) for each in households]
    for youngest, oldest, expected in marginals.FIRST_ADULT_AGE:
        assert share(youngest <= age <= oldest for age in first) == pytest.approx(expected, abs=POINTS)


def test_women(people: list[Dossier]) -> None:
    assert share(each.person.sex == "female" for each in people) == pytest.approx(marginals.WOMEN, abs=POINTS)


def test_household_sizes(households: list[Dossier]) -> None:
    for size, expected in marginals.HOUSEHOLD_SIZE:
        assert share(len(each.household.members) == size for each in households) == pytest.approx(expected, abs=0.6)


def test_newcomers_renting_and_recent(households: list[Dossier]) -> None:
    newcomers = [each for each in households if each.household.newcomer]
    locals_ = [each for each in households if not each.household.newcomer]
    assert share(each.household.newcomer for each in households) == pytest.approx(marginals.NEWCOMERS, abs=0.6)
    assert share(bool(each.rentals) for each in newcomers) == pytest.approx(marginals.RENTING_NEWCOMERS, abs=2.5)
    assert share(bool(each.rentals) for each in locals_) == pytest.approx(marginals.RENTING_LOCALS, abs=2.5)
    recent = share("recent" in each.person.traits for each in newcomers)
    assert recent == pytest.approx(marginals.REGISTERED_LESS_THAN_HALF_A_YEAR, abs=2.5)


def test_phones(city: World, people: list[Dossier]) -> None:
    grown = [each for each in people if each.person.age(city.as_of) >= 12]
    assert share(each.person.phone is None for each in grown) == pytest.approx(marginals.WITHOUT_PHONE, abs=0.6)
    assert all(each.person.phone is None for each in people if each.person.age(city.as_of) < 12)


def test_work_and_licences(city: World, people: list[Dossier]) -> None:
    working_age = [each for each in people if 18 <= each.person.age(city.as_of) < 55 and each.company is None]
    insured = [each for each in people if each.insurance and each.insurance.kind != "retired"]
    drivers = [each for each in people if 18 <= each.person.age(city.as_of) <= 70]
    adults = [each for each in people if each.credit]
    of_age = [each for each in insured if each.person.age(city.as_of) >= 22]
    assert share(each.insurance is not None for each in working_age) == pytest.approx(marginals.INSURED, abs=POINTS)
    assert share(each.driving is not None for each in drivers) == pytest.approx(marginals.DRIVING, abs=POINTS)
    assert share(each.profession is not None for each in of_age) == pytest.approx(marginals.WITH_PROFESSION, abs=POINTS)
    assert share(each.credit.broken_promises > 0 for each in adults) == pytest.approx(marginals.DISHONEST, abs=0.4)


def test_company_staff_by_chi_square(communities: list[Community]) -> None:
    staff = [company.staff for community in communities for company in community.companies]
    assert len(staff) >= 600
    chi_square = 0.0
    for fewest, most, expected in marginals.COMPANY_STAFF:
        wanted = expected * len(staff) / 100
        chi_square += (sum(fewest <= each <= most for each in staff) - wanted) ** 2 / wanted
    assert chi_square < 11.34  # 99 % with three degrees of freedom


def test_surnames_are_drawn_by_frequency(people: list[Dossier]) -> None:
    common = Counter(each.person.name[0] for each in people if each.person.relation == "head")
    first, second = names.SURNAMES[:2]
    assert 100 * common[first] / common.total() == pytest.approx(7.4, abs=1.5)
    assert common[second] > common[names.SURNAMES[20]] > 0
