"""Tariffs, budgets, usage facts and their seals, settlements, statements, disputes, awards, ledger and payments."""

from billing.models.award import Award
from billing.models.facts import FactSeal, UsageFact
from billing.models.ledger import Account, Transfer
from billing.models.payment import DebtorAccount, PaymentFile, PaymentInstruction
from billing.models.settlement import Computation, Settlement, SettlementLine
from billing.models.statement import Adjustment, Dispute, Statement
from billing.models.tariff import DepartmentBudget, Tariff

__all__ = [
    "Account",
    "Adjustment",
    "Award",
    "Computation",
    "DebtorAccount",
    "DepartmentBudget",
    "Dispute",
    "FactSeal",
    "PaymentFile",
    "PaymentInstruction",
    "Settlement",
    "SettlementLine",
    "Statement",
    "Tariff",
    "Transfer",
    "UsageFact",
]
