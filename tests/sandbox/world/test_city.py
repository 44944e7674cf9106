"""The simulated city is the same on every machine, coherent, and holds what breaks software."""

from __future__ import annotations

from collections import Counter

import pytest

from sandbox.world import World, identity, marginals

PINNED = "cfb5f33650e336f91f6433534f980fdab33b2ea8d177a87059487fb02699e5f1"


@pytest.fixture(scope="module")
def city() -> World:
    return World(20260101, 1000)


def test_same_seed_gives_the_same_city_on_every_machine(city: World) -> None:
    assert city.digest() == PINNED
    assert World(20260102, 1000).digest() != PINNED


def test_a_bigger_city_begins_with_the_same_people(city: World) -> None:
    assert World(20260101, 1500).persons[:900] == city.persons[:900]


def test_every_id_number_is_valid_unique_and_impossible(city: World) -> None:
    numbers = [person.document_number for person in city.persons if person.document_type == "resident_id"]
    assert all(identity.is_resident_id(number) and number.startswith("99") for number in numbers)
    assert len(set(numbers)) == len(numbers)
    for person in city.persons:
        if person.document_type == "resident_id":
            assert person.document_number[6:14] == f"{person.born_on:%Y%m%d}"
            assert (int(person.document_number[16]) % 2 == 0) == (person.sex == "female")


def test_every_credit_code_is_valid_unique_and_impossible(city: World) -> None:
    codes = [company.credit_code for company in city.companies]
    assert all(identity.is_credit_code(code) and code[2:4] == "99" for code in codes)
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize(
    "trait",
    [
        "rare_name",
        "rare_name_entitled",
        "dotted_name",
        "long_name",
        "short_name",
        "foreigner",
        "hk_macao",
        "taiwan",
        "centenarian",
        "entitled",
        "entitled_no_phone",
        "too_short",
    ],
)
def test_even_a_small_city_has_people_who_break_software(trait: str) -> None:
    assert World(7, 60).with_trait(trait)


def test_names_reach_beyond_the_basic_plane(city: World) -> None:
    rare = [city.person(number).name for number in city.with_trait("rare_name")]
    assert any(ord(character) > 0xFFFF for name in rare for character in name)


def test_entitled_people_have_a_home_a_rental_and_half_a_year(city: World) -> None:
    for number in city.with_trait("entitled"):
        residence = city.residence_of(number)
        assert residence is not None
        assert residence.days >= 183
        assert city.rentals_of(number)[0].address == residence.address


def test_household_sizes_follow_the_shipped_table() -> None:
    big = World(3, 20_000)
    sizes = Counter(Counter(person.household for person in big.persons[100:]).values())
    households = sum(sizes.values())
    for size, share in marginals.HOUSEHOLD_SIZE:
        assert abs(100 * sizes[size] / households - share) < 2


@pytest.mark.parametrize(
    ("number", "valid"),
    [
        ("11010519491231002X", True),
        ("110105194912310021", False),
        ("990000199702302205", False),
        ("99", False),
        ("１" * 18, False),
    ],
)
def test_resident_id_check(number: str, valid: bool) -> None:
    assert identity.is_resident_id(number) is valid


@pytest.mark.parametrize(
    ("code", "valid"),
    [("91350100M000100Y43", True), ("91350100M000100Y44", False), ("9135010OM000100Y43", False), ("", False)],
)
def test_credit_code_check(code: str, valid: bool) -> None:
    assert identity.is_credit_code(code) is valid
