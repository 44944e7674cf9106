"""The settlement of a quarter from sealed facts to the bank's message, told once from end to end."""

from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest

from billing import computation, services
from billing.models import Adjustment, Award, Dispute, PaymentFile, Settlement, Statement, Transfer
from billing.pricing.exact import yuan
from marketplace.core import audit
from marketplace.core.errors import InvalidInput
from tests.billing import factory
from tests.billing.factory import AFTER

pytestmark = pytest.mark.django_db
SPACE = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}


def test_from_use_to_payment(market: factory.Market) -> None:
    settlement = factory.published(market)
    lines = {line.app.code: line for line in settlement.computation.lines.all()}
    assert {code: line.values["billable"] for code, line in lines.items()} == {"app-a": 8, "app-b": 6, "app-c": 4}
    # 10 cases at 2.00 and 8 at 1.50 are 32.00, so 16/9 a case; 8 x 16/9 + 8 x 0.30 = 16.6222...
    assert lines["app-a"].values["use_fee"] == "748/45"
    # (20 x 4 + 4 x 5) / 24 = 25/6; 1 + 1/6 x 0.25 = 25/24; 16.6222... x 25/24 = 17.3148... -> 17.31
    assert (lines["app-a"].values["q"], lines["app-a"].values["multiplier"]) == ("25/6", "25/24")
    assert yuan(lines["app-a"].gross_cents) == "17.31"

    owner = market.owners[1]
    dispute = services.open_dispute(
        line=lines["app-b"], claimed_cents=lines["app-b"].payable_cents + 200, grounds="两件未计入", by=owner, now=AFTER
    )
    services.decide_dispute(dispute=dispute, accept=True, decision="属实", by=market.cast.maker, now=AFTER)
    settlement.refresh_from_db()
    assert (settlement.state, settlement.version) == (Settlement.State.PUBLISHED, 2)
    again = {line.app.code: line for line in settlement.computation.lines.all()}
    assert again["app-b"].payable_cents == lines["app-b"].payable_cents + 200
    assert again["app-a"].payable_cents == lines["app-a"].payable_cents
    assert Statement.objects.filter(computation__version=1, state="superseded").count() == 3

    factory.confirm_all(market, settlement)
    assert settlement.state == Settlement.State.CONFIRMED
    services.approve(settlement=settlement, by=market.cast.checker, now=AFTER, sha256=settlement.computation.sha256)
    (made,) = services.pay(settlement=settlement, by=market.cast.maker, now=AFTER)
    services.close(settlement=settlement, by=market.cast.maker, now=AFTER)

    released = sum(Statement.objects.current().values_list("released_cents", flat=True))
    assert made.control_cents == released == sum(line.payable_cents for line in again.values())
    message = ET.fromstring(made.content)  # noqa: S314
    assert message.findtext(".//p:GrpHdr/p:CtrlSum", namespaces=SPACE) == yuan(released)
    ids = [node.text for node in message.iterfind(".//p:EndToEndId", SPACE)]
    assert ids == [f"{number}-1" for number in sorted(Statement.objects.current().values_list("number", flat=True))]
    balances = services.balances()
    assert sum(row.debits for row in balances) == sum(row.credits for row in balances) == 2 * released
    assert {row.account: row.net for row in balances if row.account.startswith("payable:")} == {
        f"payable:vendor-{letter}": 0 for letter in "abc"
    }
    assert list(audit.verify()) == []


def test_awards_come_apart_after_their_public_notice(market: factory.Market) -> None:
    settlement = factory.approved(market)
    services.propose_awards(settlement=settlement, by=market.cast.maker, now=AFTER)
    assert not services.published_awards().exists()
    services.publish_awards(settlement=settlement, by=market.cast.maker, now=AFTER)
    shown = [(award.place, award.app.code, yuan(award.cents)) for award in services.published_awards()]
    assert shown == [(1, "app-a", "30000.00"), (2, "app-b", "20000.00"), (3, "app-c", "10000.00")]
    later = AFTER + timedelta(days=14)
    services.approve_awards(settlement=settlement, by=market.cast.checker, now=later)
    made = services.pay_awards(settlement=settlement, by=market.cast.maker, now=later)
    assert (made.kind, made.control_cents, made.transactions) == ("awards", 6_000_000, 3)
    assert set(Award.objects.values_list("state", flat=True)) == {"paid"}
    assert services.pay_awards(settlement=settlement, by=market.cast.maker, now=later) is None


def test_replaying_gives_identical_bytes(market: factory.Market) -> None:
    settlement = factory.published(market)
    assert computation.differences(settlement.computation) == []


def test_nothing_is_half_posted_when_one_vendor_has_no_account(market: factory.Market) -> None:
    settlement = factory.approved(market)
    type(market.listings[2].app.vendor).objects.filter(code="vendor-c").update(bank_account_encrypted=b"")
    with pytest.raises(InvalidInput) as refusal:
        services.pay(settlement=settlement, by=market.cast.maker, now=AFTER)
    assert refusal.value.code == "account-missing"
    settlement.refresh_from_db()
    assert settlement.state == Settlement.State.APPROVED
    assert not PaymentFile.objects.exists()
    assert not Transfer.objects.filter(reference__startswith="pay:").exists()


def test_an_open_dispute_holds_only_the_disputed_part(market: factory.Market) -> None:
    settlement = factory.published(market)
    line = settlement.computation.lines.get(app__code="app-a")
    dispute = services.open_dispute(
        line=line, claimed_cents=line.payable_cents - 500, grounds="多计", by=market.owners[0], now=AFTER
    )
    factory.confirm_all(market, settlement)
    services.approve(settlement=settlement, by=market.cast.checker, now=AFTER, sha256=settlement.computation.sha256)
    statement = Statement.objects.get(vendor=line.vendor)
    assert (statement.held_cents, statement.released_cents) == (500, line.payable_cents - 500)
    services.decide_dispute(dispute=dispute, accept=False, decision="计数无误", by=market.cast.maker, now=AFTER)
    later = Adjustment.objects.get()
    assert (later.cents, later.settlement, later.origin) == (500, None, settlement)
    assert Dispute.objects.get().state == Dispute.State.REJECTED
