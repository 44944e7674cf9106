"""The quarter, day by day: citizens start cases, the department decides, citizens judge, bad reviews are worked on."""

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password

from billing.tasks import seal_days, warn_about_budgets
from marketplace.accounts.models import User
from marketplace.demo.calendar import Quarter
from marketplace.demo.chapters import judge
from marketplace.demo.chapters.windows import REASON, REMEDY, decide_at_the_window, send_daily_file
from marketplace.demo.hosting import SOURCE, department_token
from marketplace.demo.telling import Telling, content
from marketplace.demo.traffic import CSV_DAY, REPORT_HOUR, CasePlan, evening_after, plan_quarter
from marketplace.store.models import Case, Listing
from marketplace.store.services.cases import launch_case, withdraw_case
from marketplace.store.services.listings import approve_listing, request_listing
from marketplace.store.tasks import mark_overdue_follow_ups
from vendors.models import AppVersion

CITIZENS_PER_CASE = 0.7
LATE_DAYS = 5
AFTERMATH_DAYS = 9
"""How long after the quarter the last follow-ups are worked on."""
FORGED = 3
"""Events about cases that don't exist, as a misconfigured system sends them."""
REASONS = {
    "not_accepted": ("居住登记未满半年", "可在登记满半年后再次申请；对不予受理不服的，可以申请行政复议。"),
    "denied": (REASON, REMEDY),
}


def list_apps(telling: Telling) -> None:
    """The vendors ask for their listings and the operator approves them."""
    now = telling.at(telling.quarter.day(-6))
    for key, app in telling.apps.items():
        version = AppVersion.objects.filter(app=app, state="certified").latest("certified_at")
        telling.listings[key] = request_listing(version=version, by=telling.people[key], now=now)
    now = telling.at(telling.quarter.day(-5))
    for listing in telling.listings.values():
        approve_listing(listing=listing, by=telling.people["operator"], now=now)


def live(telling: Telling) -> None:
    """Play the quarter and the weeks after it, one day at a time."""
    citizens = _citizens(int(telling.cases * CITIZENS_PER_CASE))
    plans = plan_quarter(telling.quarter, cases=telling.cases, reviews=telling.reviews, citizens=len(citizens))
    listings = [telling.listings[vendor["key"]] for vendor in content("bodies.json")["vendors"]]
    diary = _Diary(plans, telling.quarter)
    telling.at(telling.quarter.day(0, 0.5))
    token = department_token(telling.folder).read_text()
    chance = random.Random(len(plans))  # noqa: S311 (a story, no secret)
    days = (telling.quarter.next_first_day - telling.quarter.first_day).days
    for day in range(days + AFTERMATH_DAYS):
        for plan in diary.launches[day]:
            _launch(telling, plan, listings[plan.app], citizens)
        evening = telling.at(telling.quarter.day(day, REPORT_HOUR))
        _report(telling, diary.reports(day, chance), token=token)
        decide_at_the_window(telling, diary.at_the_window(day))
        if day == CSV_DAY:
            send_daily_file(telling, diary.in_the_file, day=day)
        _withdraw(telling, diary.withdrawals[day], evening)
        judge.review(telling, diary.reviews[day], telling.at(telling.quarter.day(day, 22)))
        judge.follow_up(telling, telling.at(telling.quarter.day(day, 22.5)))
        telling.at(telling.quarter.day(day, 23))
        seal_days()
        mark_overdue_follow_ups()
        if day % 7 == 0:
            warn_about_budgets()
            telling.say(f"  {telling.clock():%Y-%m-%d}: {len(telling.made_cases)} cases")


class _Diary:
    """The plans by the day on which something is to be done."""

    def __init__(self, plans: list[CasePlan], quarter: Quarter):
        self.launches: dict[int, list[CasePlan]] = defaultdict(list)
        self.withdrawals: dict[int, list[CasePlan]] = defaultdict(list)
        self.reviews: dict[int, list[CasePlan]] = defaultdict(list)
        self._events: dict[int, list[tuple[CasePlan, str, datetime]]] = defaultdict(list)
        self._window: dict[int, list[CasePlan]] = defaultdict(list)
        self.in_the_file: list[CasePlan] = []
        for plan in plans:
            self._enter(plan, quarter)

    def _enter(self, plan: CasePlan, quarter: Quarter) -> None:
        ended = evening_after(plan.ended_at, quarter)
        self.launches[(plan.launched_at.date() - quarter.first_day).days].append(plan)
        if plan.ending == "withdrawn":
            self.withdrawals[ended].append(plan)
            return
        if plan.levels:
            self.reviews[ended + 1 + plan.number % 5].append(plan)
        sent = ended + (LATE_DAYS if plan.late else 0)
        if plan.ending != "not_accepted":
            said = sent if plan.shuffled else evening_after(plan.accepted_at, quarter)
            self._events[said].append((plan, "accepted", plan.accepted_at))
        if plan.way == "clerk":
            self._window[ended].append(plan)
        elif plan.way == "csv":
            self.in_the_file.append(plan)
        elif plan.ending != "open":
            self._events[sent].append((plan, plan.ending, plan.ended_at))

    def reports(self, day: int, chance: random.Random) -> list[tuple[CasePlan, str, datetime]]:
        """Return the day's events in the order in which the department's system sends them."""
        events = list(self._events[day])
        events += [event for event in self._events[day - 1] if event[0].twice]
        chance.shuffle(events)
        return events

    def at_the_window(self, day: int) -> list[CasePlan]:
        """Return the cases that a clerk decides by hand on the day."""
        return self._window[day]


def _citizens(number: int) -> list[User]:
    people = [
        User(phone=f"99{index:09d}", name=f"市民{index:04d}", password=make_password(None), language="zh-hans")
        for index in range(number)
    ]
    return User.objects.bulk_create(people)


def _launch(telling: Telling, plan: CasePlan, listing: Listing, citizens: list[User]) -> None:
    now = telling.at(plan.launched_at)
    case, _ = launch_case(listing=listing, citizen=citizens[plan.citizen], now=now)
    telling.made_cases[plan.number] = case


def _withdraw(telling: Telling, plans: list[CasePlan], now: datetime) -> None:
    for plan in plans:
        case = Case.objects.get(pk=telling.made_cases[plan.number].pk)
        withdraw_case(case=case, citizen=case.citizen, now=now)


def _report(telling: Telling, events: list[tuple[CasePlan, str, datetime]], *, token: str) -> None:
    """Send the day's events over the API, in batches."""
    bodies = [_cloud_event(telling, plan, kind, at) for plan, kind, at in events]
    if bodies and telling.counts.get("forged", 0) < FORGED:
        telling.count("forged")
        bodies.append({**bodies[0], "id": f"forged-{telling.counts['forged']}", "subject": "MS-NOBODY"})
    for batch in _chunks(bodies, 200):
        for answer in telling.send(batch, token):
            telling.count("refused by the API", answer["status"] >= 400)


def _cloud_event(telling: Telling, plan: CasePlan, kind: str, at: datetime) -> dict[str, Any]:
    number = telling.made_cases[plan.number].number
    reason, remedy = REASONS.get(kind, ("", ""))
    data = {"reason": reason, "remedy": remedy} if reason else {}
    if kind == "completed":
        data = {"result": "居住证已签发"}
    return {
        "specversion": "1.0",
        "id": f"{number}-{kind}",
        "source": SOURCE,
        "type": f"minshi.case.{kind}.v1",
        "time": at.isoformat(),
        "subject": number,
        "datacontenttype": "application/json",
        "data": data,
    }


def _chunks(rows: list[Any], size: int) -> Iterator[list[Any]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
