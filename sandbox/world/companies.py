"""Owns the companies of a community: who founded them, how big they are, and who finds work there."""

from __future__ import annotations

from datetime import date, timedelta

from . import identity, marginals, names
from .chance import Chance
from .livelihood import Circumstances, between
from .places import Neighbourhood, office
from .records import Company

_KINDS = ("有限责任公司", "有限责任公司（自然人独资）", "股份有限公司", "个人独资企业")
_GRADES = ((0, 40), (1, 45), (2, 13), (3, 2))


class Employers:
    """The companies founded so far in a community, and the places that are free in each.

    People only find work in companies that an earlier household, or their own, has founded: so a bigger city begins
    with the same people in the same work.
    """

    def __init__(self) -> None:
        self.companies: list[Company] = []
        self._free: list[int] = []

    def add(self, company: Company) -> None:
        """Let a company open; its founder has the first place."""
        self.companies.append(company)
        self._free.append(company.staff - 1)

    def hire(self, chance: Chance) -> Company | None:
        """Return who employs the next one looking for work; None when all places are taken."""
        if not any(self._free):
            return None
        place = chance.weighted(self._free)
        self._free[place] -= 1
        return self.companies[place]


def found(chance: Chance, number: int, founder: Circumstances, where: Neighbourhood, place: int) -> Company:
    """Return the company that somebody founded when they were grown up and here."""
    fewest, most, _ = chance.row(marginals.COMPANY_STAFF)
    industry = chance.below(len(names.INDUSTRIES))
    latest = founder.as_of - timedelta(days=31)
    established: date = between(chance, max(founder.grown_up_here(20), latest - timedelta(days=9000)), latest)
    return Company(
        number=number,
        name=names.company_name(number, industry),
        credit_code=identity.credit_code(area=chance.below(10_000), order=number),
        legal_representative=founder.person.number,
        legal_representative_name=founder.person.name,
        address=office(where, place),
        kind=chance.pick(_KINDS),
        industry=names.INDUSTRIES[industry][0],
        scope=names.INDUSTRIES[industry][1],
        staff=chance.among(fewest, most),
        capital_yuan=chance.among(1, 100) * 100_000,
        established_on=established,
        credit_grade="ABCD"[chance.row(_GRADES)[0]],
    )
