"""Drafts, proposes and approves tariffs, and sets budgets and debtor accounts."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from djmoney.money import Money

from billing.models import DebtorAccount, DepartmentBudget, Tariff
from billing.permits import require_independent, require_platform
from billing.pricing.canonical import digest
from billing.pricing.period import Period
from billing.pricing.tariff import Tariff as Rules
from billing.refusals import in_words
from marketplace.accounts.models import Department, User
from marketplace.core import audit
from marketplace.core.errors import InvalidInput


def draft_tariff(
    *,
    code: str,
    name_zh: str,
    name_en: str,
    rules: dict[str, Any],
    valid_from: date,
    by: User,
    now: datetime,
    valid_until: date | None = None,
) -> Tariff:
    """Return a new draft, the next version of its code. Raises InvalidInput that names the row of the rules."""
    require_platform(by, "tariffs.edit")
    with in_words():
        Rules.read(rules)
    try:
        sha256 = digest(rules)
    except TypeError as error:
        raise InvalidInput(_("The rules may hold whole numbers and texts only."), field="rules") from error
    with transaction.atomic():
        newest = Tariff.objects.filter(code=code).aggregate(newest=Max("version"))["newest"] or 0
        tariff = Tariff.objects.create(
            code=code,
            version=newest + 1,
            name_zh=name_zh,
            name_en=name_en,
            rules=rules,
            sha256=sha256,
            valid_from=valid_from,
            valid_until=valid_until,
            created_by=by,
            created_at=now,
        )
        audit.record("drafted", tariff, by=by, now=now, after={"sha256": sha256})
    return tariff


def propose_tariff(*, tariff: Tariff, by: User, now: datetime) -> None:
    """Put a draft before the second person."""
    require_platform(by, "tariffs.edit")
    tariff.propose(by=by, now=now)


def approve_tariff(*, tariff: Tariff, by: User, now: datetime) -> None:
    """Publish a proposed tariff; who drafted or proposed it can't."""
    require_platform(by, "tariffs.approve")
    require_independent(by, maker_id=tariff.created_by_id)
    require_independent(by, maker_id=tariff.proposed_by_id or 0)
    with transaction.atomic():
        tariff.publish(by=by, now=now)


def set_budget(*, department: Department, period: str, ceiling: Money, by: User, now: datetime) -> DepartmentBudget:
    """Commit a department's ceiling for a period; setting it again replaces it and is audited with the old sum."""
    require_platform(by, "budgets.edit")
    with in_words():
        Period.parse(period)
    if ceiling.amount < 0 or ceiling.amount * 100 % 1:
        raise InvalidInput(_("A ceiling is a positive amount in whole cents."), field="ceiling")
    fields: dict[str, Any] = {"ceiling": ceiling, "set_by": by, "set_at": now, "warned_at": None}
    with transaction.atomic():
        before = DepartmentBudget.objects.filter(department=department, period=period).first()
        budget, _created = DepartmentBudget.objects.update_or_create(
            department=department,
            period=period,
            defaults=fields,
        )
        old = {"ceiling": str(before.ceiling.amount)} if before else {}
        audit.record("budget_set", budget, by=by, now=now, before=old, after={"ceiling": str(ceiling.amount)})
    return budget


def set_debtor_account(
    *,
    kind: str,
    department: Department | None,
    holder: str,
    number: str,
    bank_name: str,
    bank_code: str,
    town: str,
    by: User,
    now: datetime,
) -> DebtorAccount:
    """Name the account from which a department pays fees, or the platform pays awards (department None)."""
    require_platform(by, "budgets.edit")
    fields = {"holder": holder, "number": number, "bank_name": bank_name, "bank_code": bank_code, "town": town}
    with transaction.atomic():
        account, _created = DebtorAccount.objects.update_or_create(kind=kind, department=department, defaults=fields)
        audit.record("debtor_account_set", account, by=by, now=now, after={"kind": kind, "bank": bank_code})
    return account
