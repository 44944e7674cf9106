"""What citizens and departments do over the quarter, drawn once from a seed: who starts when, and how it ends."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from marketplace.demo.calendar import Quarter

Value = TypeVar("Value")

SEED = 20260701
CLERK_CASES = 50
CSV_DAY = 40
REPORT_HOUR = 21
ENDINGS = (("completed", 86), ("denied", 4), ("not_accepted", 5), ("withdrawn", 3), ("open", 2))
SHARES = (46, 31, 23)
LEVELS = {
    0: ((5, 62), (4, 25), (3, 8), (2, 3), (1, 2)),
    1: ((5, 46), (4, 32), (3, 13), (2, 6), (1, 3)),
    2: ((5, 38), (4, 30), (3, 17), (2, 9), (1, 6)),
}


@dataclass(frozen=True)
class CasePlan:
    """One case of the quarter: app and citizen by number, times, ending and by which way the department says so."""

    number: int
    app: int
    citizen: int
    launched_at: datetime
    accepted_at: datetime
    ended_at: datetime
    ending: str
    way: str
    twice: bool
    late: bool
    shuffled: bool
    levels: tuple[int, int] | None


def plan_quarter(quarter: Quarter, *, cases: int, reviews: int, citizens: int) -> list[CasePlan]:
    """Return the quarter's cases in order of launch; the same arguments give the same plan."""
    chance = random.Random(SEED)  # noqa: S311 (a story, no secret)
    days = (quarter.next_first_day - quarter.first_day).days
    moments = sorted(quarter.day(chance.randrange(days - 12), chance.uniform(8, 20)) for _ in range(cases))
    plans = [_case(number, moment, quarter, chance, citizens) for number, moment in enumerate(moments)]
    decided = [plan for plan in plans if plan.ending in {"completed", "denied"} and not plan.late]
    clerks = {plan.number for plan in chance.sample(decided, min(CLERK_CASES, len(decided) // 4))}
    reviewers = _reviewers(decided, reviews, chance)
    return [_finished(plan, clerks, reviewers, quarter) for plan in plans]


def evening_after(moment: datetime, quarter: Quarter) -> int:
    """Return the day of the quarter (0: its first) at whose REPORT_HOUR a department reports what happened then."""
    return ((moment + timedelta(hours=24 - REPORT_HOUR)).date() - quarter.first_day).days


def _case(number: int, moment: datetime, quarter: Quarter, chance: random.Random, citizens: int) -> CasePlan:
    accepted = moment + timedelta(hours=chance.uniform(1, 20))
    return CasePlan(
        number=number,
        app=chance.choices(range(3), SHARES)[0],
        citizen=chance.randrange(citizens),
        launched_at=moment,
        accepted_at=accepted,
        ended_at=accepted + timedelta(hours=chance.uniform(12, 200)),
        ending=_draw(ENDINGS, chance),
        way="api",
        twice=chance.random() < 0.06,
        late=chance.random() < 0.02,
        shuffled=chance.random() < 0.08,
        levels=None,
    )


def _draw(table: tuple[tuple[Value, int], ...], chance: random.Random) -> Value:
    return chance.choices([value for value, _ in table], [weight for _, weight in table])[0]


def _reviewers(decided: list[CasePlan], reviews: int, chance: random.Random) -> dict[int, tuple[int, int]]:
    """Return case number -> (face of the service, face of the app); a citizen's text depends on the worse one."""
    chosen = chance.sample(decided, min(reviews, len(decided)))
    return {
        plan.number: (_draw(LEVELS[0 if plan.ending == "completed" else 2], chance), _draw(LEVELS[plan.app], chance))
        for plan in chosen
    }


def _finished(plan: CasePlan, clerks: set[int], reviewers: dict[int, tuple[int, int]], quarter: Quarter) -> CasePlan:
    ended_on = evening_after(plan.ended_at, quarter)
    way = "clerk" if plan.number in clerks else plan.way
    if ended_on == CSV_DAY and plan.ending in {"completed", "denied"} and not plan.late and way == "api":
        way = "csv"
    return CasePlan(**{**plan.__dict__, "way": way, "levels": reviewers.get(plan.number)})
