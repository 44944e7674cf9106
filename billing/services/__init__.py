"""What people ask of billing: facts, tariffs, settlements, statements, disputes, payments, awards."""

from billing.services.awards import (
    approve_awards,
    pay_awards,
    propose_awards,
    publish_awards,
    published_awards,
    withdraw_award,
)
from billing.services.disputes import decide_dispute, open_dispute
from billing.services.facts import hold_fact, record_fact, release_fact, uphold_fact
from billing.services.ledger import balances
from billing.services.payments import pay
from billing.services.settlements import (
    adjust,
    approve,
    close,
    compute,
    confirm_settlement,
    look_at_line,
    open_settlement,
    publish,
    recompute,
)
from billing.services.statements import accept_statement, confirm_silent_statements, confirm_statement
from billing.services.tariffs import approve_tariff, draft_tariff, propose_tariff, set_budget, set_debtor_account

__all__ = [
    "accept_statement",
    "adjust",
    "approve",
    "approve_awards",
    "approve_tariff",
    "balances",
    "close",
    "compute",
    "confirm_settlement",
    "confirm_silent_statements",
    "confirm_statement",
    "decide_dispute",
    "draft_tariff",
    "hold_fact",
    "look_at_line",
    "open_dispute",
    "open_settlement",
    "pay",
    "pay_awards",
    "propose_awards",
    "propose_tariff",
    "publish",
    "publish_awards",
    "published_awards",
    "recompute",
    "record_fact",
    "release_fact",
    "set_budget",
    "set_debtor_account",
    "uphold_fact",
    "withdraw_award",
]
