"""Double entry as transfers: one debit account, one credit account, whole cents above zero; balances are sums."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from billing.pricing.invariant import hold
from billing.pricing.refusal import InputError, gettext_noop


@dataclass(frozen=True, slots=True)
class Entry:
    """One transfer. Since it names both sides, an unbalanced entry can't be written down."""

    debit: str
    credit: str
    cents: int
    currency: str = "CNY"

    def __post_init__(self) -> None:
        if self.cents <= 0 or self.debit == self.credit:
            raise InputError(
                gettext_noop("%(row)s: a transfer moves more than zero cents between two accounts."),
                row=f"{self.debit} / {self.credit}",
            )


@dataclass(frozen=True, slots=True, order=True)
class Balance:
    """The sums of one account's debits and credits, in cents."""

    account: str
    debits: int
    credits: int

    @property
    def net(self) -> int:
        """Debits less credits."""
        return self.debits - self.credits


def trial_balance(entries: Iterable[Entry]) -> dict[str, list[Balance]]:
    """The balances of every account by currency. In each currency debits equal credits."""
    debits: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    credits_: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for entry in entries:
        debits[entry.currency][entry.debit] += entry.cents
        credits_[entry.currency][entry.credit] += entry.cents
    sheet = {}
    for currency in sorted(debits):
        left, right = debits[currency], credits_[currency]
        sheet[currency] = [Balance(account, left[account], right[account]) for account in sorted({*left, *right})]
        hold(
            sum(row.debits for row in sheet[currency]) == sum(row.credits for row in sheet[currency]),
            "debits equal credits in each currency",
        )
    return sheet
