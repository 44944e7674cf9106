"""Owns what a department has used of its ceiling so far, and the warning at 80 %."""

from collections import Counter
from datetime import datetime
from fractions import Fraction

from django.db import transaction
from django.db.models import QuerySet

from billing.models import DepartmentBudget, Tariff, UsageFact
from billing.pricing.billable import count
from billing.pricing.facts import Fact, Register
from billing.pricing.fee import price_item, use_fee
from billing.pricing.gross import gross
from billing.pricing.period import Period
from billing.sealing import local_day, micros
from marketplace.accounts.models import User
from marketplace.notices.services import notify

WARN_AT_PERCENT = 80


def encumbered(period: Period, tariff: Tariff) -> dict[str, int]:
    """Return the cents used so far per department code: the period's facts at the tariff, at a multiplier of one."""
    rules = tariff.read()
    facts = _facts(period)
    register = Register(
        {app: app for app in {fact.app.code for fact in facts}},
        {fact.service_item.code: fact.department.code for fact in facts},
    )
    rows = [
        Fact(
            row.case.number,
            row.app.code,
            row.service_item.code,
            row.applicant_pseudonym,
            micros(row.decided_at),
            row.held,
        )
        for row in facts
        if row.service_item.code in rules.items
    ]
    usage = count(rows, rules.cap_per_citizen, register)
    cases: Counter[str] = Counter()
    for row in usage:
        cases[row.service_item] += row.billable
    used: Counter[str] = Counter()
    for row in usage:
        rates = rules.items[row.service_item]
        fee = use_fee(
            rates, price_item(rates.tiers, cases[row.service_item]), billable=row.billable, applicants=row.applicants
        )
        used[register.department_of[row.service_item]] += gross(fee.total, Fraction(1)).cents
    return dict(used)


def _facts(period: Period) -> QuerySet[UsageFact]:
    rows = UsageFact.objects.filter(counted_on__gte=period.first, counted_on__lt=period.end)
    return rows.select_related("case", "app", "service_item", "department")


def warn_departments(now: datetime) -> list[DepartmentBudget]:
    """Tell the publishers of each department whose current quarter has used 80 %, once per budget."""
    period = Period.quarter_of(local_day(now))
    tariff = Tariff.objects.in_force(period.first, period.end).first()
    if tariff is None:
        return []
    used = encumbered(period, tariff)
    warned = []
    for budget in DepartmentBudget.objects.filter(period=period.code, warned_at=None).select_related("department"):
        if used.get(budget.department.code, 0) * 100 < budget.cents * WARN_AT_PERCENT:
            continue
        with transaction.atomic():
            if DepartmentBudget.objects.filter(pk=budget.pk, warned_at=None).update(warned_at=now) != 1:
                continue
            people = User.objects.filter(
                department_memberships__department=budget.department, department_memberships__role="publisher"
            )
            notify(users=people, kind="budget_nearly_used", now=now, params={"period": period.code})
        warned.append(budget)
    return warned
