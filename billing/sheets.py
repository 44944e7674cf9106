"""Puts together what a statement says on paper: who owes whom, each line's waterfall, and how to check it."""

import json

from django.utils.translation import gettext as _

from billing.documents.statement_pdf import Section, Sheet
from billing.explanation import explain
from billing.models import Statement
from billing.pricing.exact import yuan
from marketplace.core.bilingual import localized


def sheet_of(statement: Statement) -> Sheet:
    """Return the content of the statement's PDF in the active language."""
    made = statement.computation
    settlement = made.settlement
    inputs = json.loads(made.inputs)
    tariff = inputs["tariff"]
    facts = [
        (_("Number"), statement.number),
        (_("Period"), settlement.period),
        (_("Vendor"), f"{localized(statement.vendor, 'name')} ({statement.vendor.credit_code})"),
        (_("Paying department"), localized(statement.department, "name")),
        (_("Tariff"), f"{tariff['code']} v{tariff['version']}"),
        (_("Payable"), f"{yuan(statement.payable_cents)} CNY"),
    ]
    if statement.released_cents is not None:
        facts.append((_("Held back"), f"{yuan(statement.held_cents)} CNY"))
        facts.append((_("Released for payment"), f"{yuan(statement.released_cents)} CNY"))
    if statement.carried_cents:
        facts.append((_("Carried to the next period"), f"{yuan(statement.carried_cents)} CNY"))
    if statement.invoice_number:
        facts.append((_("Invoice"), statement.invoice_number))
    sections = [
        Section(f"{localized(line.app, 'name')} · {localized(line.service_item, 'name')}", explain(line.values))
        for line in statement.lines()
    ]
    notes = [
        _("Amounts are in yuan. Only the gross is rounded; every other figure is exact or shown to twelve decimals."),
        _("Computation %(version)d, SHA-256 %(sha256)s") % {"version": made.version, "sha256": made.sha256},
        _("Sealed facts of the period: %(sha256)s") % {"sha256": made.facts_sha256 or "—"},
    ]
    return Sheet(_("Statement %(number)s") % {"number": statement.number}, facts, sections, notes)
