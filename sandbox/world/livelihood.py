"""Owns what follows from a person's age, work and time in the city: insurance, licences, credit, certificates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from . import marginals
from .chance import Chance
from .families import MARRIAGE_AGE, Member
from .records import Birth, Company, Credit, Driving, Insurance, Marriage, Person, Profession

_RETIRED = {True: 55, False: 60}
_PROFESSIONS = (
    ("教师资格", "青澜市教育局"),
    ("护士执业", "青澜市卫生健康委员会"),
    ("会计专业技术资格", "青澜市财政局"),
    ("电工作业", "青澜市应急管理局"),
    ("建造师", "青澜市住房和城乡建设局"),
    ("导游", "青澜市文化和旅游局"),
)
_VEHICLES = ((0, 70), (1, 20), (2, 6), (3, 4))
_VEHICLE_NAMES = ("C1", "C2", "B2", "D")


def birthday(born_on: date, age: int) -> date:
    """Return the day on which somebody reaches an age; 1 March where 29 February is missing."""
    try:
        return born_on.replace(year=born_on.year + age)
    except ValueError:
        return date(born_on.year + age, 3, 1)


def between(chance: Chance, earliest: date, latest: date) -> date:
    """Draw a day; the earliest when there is none between."""
    return earliest + timedelta(days=chance.among(0, (latest - earliest).days))


def months(since: date, until: date) -> int:
    """Return the months that have begun between two days."""
    return max(0, (until.year - since.year) * 12 + until.month - since.month)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a person's livelihood depends on; `here_since` is None for those who were always here."""

    person: Person
    age: int
    as_of: date
    here_since: date | None

    @property
    def woman(self) -> bool:
        """Whether a woman's ages apply."""
        return self.person.sex == "female"

    def grown_up_here(self, age: int) -> date:
        """Return the first day on which somebody was of an age and here."""
        grown = birthday(self.person.born_on, age)
        return max(grown, self.here_since) if self.here_since else grown


def works(chance: Chance, of: Circumstances) -> bool:
    """Draw whether somebody of working age pays social insurance."""
    return 18 <= of.age < _RETIRED[of.woman] and chance.percent(marginals.INSURED)


def insurance(chance: Chance, of: Circumstances, employer: Company | None) -> Insurance:
    """Return the insurance of somebody who works; nobody pays before 18, or before they came, or before their firm."""
    first = between(chance, of.grown_up_here(18), of.as_of - timedelta(days=31))
    since = between(chance, max(first, employer.established_on), of.as_of) if employer else None
    possible = months(first, of.as_of)
    return Insurance(
        insurance_no=f"SB99{of.person.number:010d}",
        kind="employee" if employer else "flexible",
        employer=employer.number if employer else None,
        employer_name=employer.name if employer else None,
        employer_credit_code=employer.credit_code if employer else None,
        employed_since=since,
        first_paid_on=first,
        months_paid=possible - chance.below(possible // 10 + 1),
        base_yuan=chance.among(40, 280) * 100,
    )


def pension(chance: Chance, of: Circumstances) -> Insurance | None:
    """Return the insurance of somebody who retired here, or None."""
    retired_on = birthday(of.person.born_on, _RETIRED[of.woman])
    first = of.grown_up_here(20)
    if of.age < _RETIRED[of.woman] or months(first, retired_on) < 180 or not chance.percent(marginals.INSURED):
        return None
    return Insurance(
        insurance_no=f"SB99{of.person.number:010d}",
        kind="retired",
        employer=None,
        employer_name=None,
        employer_credit_code=None,
        employed_since=None,
        first_paid_on=first,
        months_paid=chance.among(180, months(first, retired_on)),
        base_yuan=chance.among(20, 90) * 100,
    )


def driving(chance: Chance, of: Circumstances) -> Driving | None:
    """Draw a driving licence for somebody from 18 to 70."""
    if not 18 <= of.age <= 70 or not chance.percent(marginals.DRIVING):
        return None
    first = between(chance, birthday(of.person.born_on, 18), of.as_of - timedelta(days=1))
    valid = first
    for years in (6, 10, 10, 10, 10, 10):
        if valid > of.as_of:
            break
        valid = birthday(valid, years)
    return Driving(
        licence_no=of.person.document_number,
        vehicles=_VEHICLE_NAMES[chance.row(_VEHICLES)[0]],
        first_issued_on=first,
        valid_until=valid,
        points_left=12 - (chance.below(12) if chance.percent(25) else 0),
    )


def profession(chance: Chance, of: Circumstances, *, insured: bool) -> Profession | None:
    """Draw a professional licence for somebody who works."""
    if not insured or of.age < 22 or not chance.percent(marginals.WITH_PROFESSION):
        return None
    title, issued_by = chance.pick(_PROFESSIONS)
    issued_on = between(chance, birthday(of.person.born_on, 21), of.as_of - timedelta(days=1))
    return Profession(f"ZY99{of.person.number:010d}", title, issued_on, issued_by)


def credit(chance: Chance, of: Circumstances) -> Credit | None:
    """Draw the public credit of an adult."""
    if of.age < 18:
        return None
    broken = chance.among(1, 3) if chance.percent(marginals.DISHONEST) else 0
    score = chance.among(350, 549) if broken else chance.among(600, 950)
    grade = "D" if score < 550 else "C" if score < 650 else "B" if score < 750 else "A"
    return Credit(f"XY99{of.person.number:010d}", score, grade, broken)


def wedding(chance: Chance, one: Member, other: Member, *, first_child: date | None, as_of: date) -> date:
    """Draw the day of a marriage: when both were old enough, and before the first child where that was possible."""
    earliest = max(birthday(each.born_on, MARRIAGE_AGE[each.female]) for each in (one, other))
    latest = first_child - timedelta(days=270) if first_child else as_of - timedelta(days=1)
    return between(chance, earliest, min(latest, earliest + timedelta(days=3650)))


def marriage(person: Person, spouse: Person, registered_on: date) -> Marriage:
    """Return the marriage of two as one of them sees it; both hold the same certificate number."""
    return Marriage(
        certificate_no=f"JH99{min(person.number, spouse.number):010d}",
        registered_on=registered_on,
        spouse=spouse.number,
        spouse_name=spouse.name,
        spouse_document_number=spouse.document_number,
    )


def birth(person: Person, father: Person | None, mother: Person | None) -> Birth | None:
    """Return the birth certificate of somebody who lives with a parent."""
    if father is None and mother is None:
        return None
    return Birth(
        certificate_no=f"CS99{person.number:010d}",
        born_on=person.born_on,
        father_name=father.name if father else None,
        mother_name=mother.name if mother else None,
    )
