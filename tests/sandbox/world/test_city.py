"""The simulated city is the same on every machine, whatever its size, and anybody in it is found without the rest."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from sandbox.world import World, identity
from sandbox.world.city import MOST_HELD, MOST_PEOPLE
from sandbox.world.community import Community

PINNED = "c7f50c379e8fdeb0da7f9d97190d7ee8bcffab5d2b076b8c7db3f0650b43c2b4"
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def city() -> World:
    return World(20260101, 1000)


@pytest.mark.parametrize("hash_seed", ["0", "4242"])
def test_same_seed_gives_the_same_city_on_every_machine(hash_seed: str) -> None:
    command = [sys.executable, "-m", "sandbox.world", "--seed", "20260101", "--people", "1000", "--digest"]
    environment = os.environ | {"PYTHONHASHSEED": hash_seed}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == PINNED


def test_another_seed_or_another_day_gives_another_city() -> None:
    assert World(20260102, 1000).digest() != PINNED
    assert World(20260101, 1000, date(2026, 1, 2)).digest() != PINNED


@pytest.mark.parametrize("people", [1, 37, 60, 259, 1000, 1504])
def test_a_city_has_as_many_people_as_asked_for_and_whole_households(people: int) -> None:
    world = World(3, people)
    made = list(world.people())
    assert [person.number for person in made] == list(range(len(made)))
    assert people <= len(made) <= max(people + 5, 40)
    assert set(world.household_of(len(made) - 1).members) <= set(range(len(made)))
    with pytest.raises(IndexError):
        world.person(len(made))


@pytest.mark.parametrize("people", [0, -1, MOST_PEOPLE + 1])
def test_impossible_sizes_are_refused(people: int) -> None:
    with pytest.raises(ValueError, match="people"):
        World(1, people)


def test_a_bigger_city_begins_with_the_same_people(city: World) -> None:
    bigger = World(20260101, 1500)
    for person, same in zip(city.people(), bigger.people(), strict=False):
        assert person == same
    for company, same in zip(city.companies(), bigger.companies(), strict=False):
        assert company == same


def test_anybody_is_found_without_making_the_others() -> None:
    far = World(9, 1_000_000)
    person = far.person(777_777)
    assert far.by_document(person.document_number) == person
    assert person in [far.person(number) for number in far.household_of(777_777).members]
    company = far.company(20_000)
    assert far.by_credit_code(company.credit_code) == company
    assert far.person(company.legal_representative).name == company.legal_representative_name


@pytest.mark.parametrize(
    "number", ["", "11010519491231002X", "990000200001010000", "X99999999", "H00000001", "９" * 18]
)
def test_documents_of_nobody_find_nobody(city: World, number: str) -> None:
    assert city.by_document(number) is None


@pytest.mark.parametrize("code", ["", "91350100M000100Y43", identity.credit_code(area=1, order=99_999_999)])
def test_codes_of_no_company_find_none(city: World, code: str) -> None:
    assert city.by_credit_code(code) is None


def test_only_a_few_communities_are_held_at_a_time() -> None:
    world = World(987_654, 4_600)
    walked = sum(1 for _ in world.communities())
    gc.collect()
    held = sum(isinstance(each, Community) and each.seed == world.seed for each in gc.get_objects())
    assert walked > MOST_HELD
    assert held <= MOST_HELD


def test_every_document_is_valid_unique_and_impossible(city: World) -> None:
    people = list(city.people())
    residents = [person for person in people if person.document_type == "resident_id"]
    for person in residents:
        assert identity.is_resident_id(person.document_number)
        assert person.document_number.startswith("99")
        assert person.document_number[6:14] == f"{person.born_on:%Y%m%d}"
        assert (int(person.document_number[16]) % 2 == 0) == (person.sex == "female")
    assert len({person.document_number for person in people}) == len(people)
    for person in people:
        assert city.by_document(person.document_number) == person


def test_every_credit_code_and_company_name_is_unique_and_impossible(city: World) -> None:
    companies = list(city.companies())
    assert all(identity.is_credit_code(each.credit_code) and each.credit_code[2:4] == "99" for each in companies)
    assert len({each.credit_code for each in companies}) == len(companies)
    assert len({each.name for each in companies}) == len(companies)


@pytest.mark.parametrize(
    "trait",
    [
        *("rare_name", "rare_name_entitled", "dotted_name", "long_name", "short_name", "foreigner", "hk_macao"),
        *("taiwan", "centenarian", "entitled", "entitled_no_phone", "too_short", "twin", "legal_representative"),
    ],
)
def test_even_a_small_city_has_people_who_break_software(trait: str) -> None:
    assert World(7, 60).with_trait(trait)


def test_names_reach_beyond_the_basic_plane(city: World) -> None:
    rare = [city.person(number).name for number in city.with_trait("rare_name")]
    assert any(ord(character) > 0xFFFF for name in rare for character in name)


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
