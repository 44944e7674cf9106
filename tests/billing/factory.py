"""A settled-to-be quarter: a tariff, a budget, accounts, three apps and their decided cases and reviews."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from djmoney.money import Money

from billing import services
from billing.models import Settlement, Statement, Tariff
from marketplace.accounts.models import User
from marketplace.store.models import Case, Listing, Review
from marketplace.store.signals import case_decided
from tests import factory
from tests.billing.pricing_cast import rules
from vendors.models import Vendor
from vendors.services import set_bank_account

#: The first case comes late in the quarter, so that few days need sealing.
START = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)
AFTER = datetime(2026, 4, 8, 2, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Market:
    """Three listed apps of three vendors for one item, and everything finance needs."""

    cast: factory.Cast
    tariff: Tariff
    listings: tuple[Listing, ...]
    owners: tuple[User, ...]
    finance: User


def market(cast: factory.Cast, *, ceiling: str = "100000.00", **tariff_rules: object) -> Market:
    """Return a market whose 2026Q1 can be settled."""
    item = factory.service_item(cast.police, code="R")
    demand = factory.order(item, now=START)
    listings, owners = [], []
    for name in ("app-a", "app-b", "app-c"):
        owner = factory.person(name)
        supplier = factory.vendor(now=START, owner=owner, code=f"vendor-{name[-1]}")
        made = factory.app(supplier, item, now=START, code=name)
        listings.append(factory.listing(factory.certified_version(made, demand, by=owner, now=START), now=START))
        owners.append(owner)
        set_bank_account(
            vendor=supplier, account=f"62220000{supplier.pk:08d}", bank_name="澄州银行", by=owner, now=START
        )
    tariff = published_tariff(cast, **tariff_rules)
    services.set_budget(
        department=cast.police, period="2026Q1", ceiling=Money(ceiling, "CNY"), by=cast.maker, now=START
    )
    for kind, department in (("fees", cast.police), ("awards", None)):
        services.set_debtor_account(
            kind=kind,
            department=department,
            holder="澄州市公安局" if department else "澄州市政务服务局",
            number=f"1001{kind}".replace("fees", "0001").replace("awards", "0002"),
            bank_name="澄州国库",
            bank_code="011990100001",
            town="澄州市",
            by=cast.maker,
            now=START,
        )
    return Market(cast, tariff, tuple(listings), tuple(owners), owners[0])


def published_tariff(cast: factory.Cast, **changes: object) -> Tariff:
    """Return a tariff made by one person and approved by another."""
    given = rules(
        items={"R": {"tiers": [{"from": 0, "rate": "2.00"}, {"from": 10, "rate": "1.50"}], "user_rate": "0.30"}}
    )
    tariff = services.draft_tariff(
        code="standard",
        name_zh="标准核算标准",
        name_en="Standard tariff",
        rules=given | changes,
        valid_from=date(2026, 1, 1),
        by=cast.maker,
        now=START,
    )
    services.propose_tariff(tariff=tariff, by=cast.maker, now=START)
    services.approve_tariff(tariff=tariff, by=cast.checker, now=START)
    return tariff


def decided(listing: Listing, citizen: User, *, at: datetime, **fields: object) -> Case:
    """Return a case that its department decided; the store's news has been sent."""
    fields = {"state": Case.State.COMPLETED, "confirmed_by": "api"} | fields
    case = factory.case(listing, citizen, now=at, decided_at=at, recorded_at=at, **fields)
    case_decided.send(sender=Case, case=case, now=at)
    return case


def reviewed(case: Case, level: int, *, at: datetime, **fields: object) -> Review:
    """Return a review of the case with this app face."""
    return Review.objects.create(
        case=case,
        citizen=case.citizen,
        app=case.listing.app,
        version=case.version,
        service_item=case.service_item,
        service_level=5,
        app_level=level,
        submitted_at=at,
        **fields,
    )


def quarter(market_: Market, *, counts: tuple[int, int, int] = (8, 6, 4), level: int = 5) -> None:
    """Fill 2026Q1: one case per citizen and day, every second one reviewed."""
    for listing, number in zip(market_.listings, counts, strict=True):
        for index in range(number):
            at = START + timedelta(days=index, hours=listing.pk % 7)
            case = decided(listing, factory.person("citizen"), at=at)
            if index % 2 == 0:
                reviewed(case, level, at=at + timedelta(days=1))


def computed(market_: Market) -> Settlement:
    """Return the settlement of 2026Q1 in state computed."""
    settlement = services.open_settlement(period="2026Q1", tariff=market_.tariff, by=market_.cast.maker, now=AFTER)
    services.compute(settlement=settlement, by=market_.cast.maker, now=AFTER)
    return settlement


def published(market_: Market) -> Settlement:
    """Return the settlement of 2026Q1 in state published."""
    settlement = computed(market_)
    services.publish(settlement=settlement, by=market_.cast.maker, now=AFTER)
    return settlement


def confirmed(market_: Market) -> Settlement:
    """Return the settlement of 2026Q1 in state confirmed."""
    settlement = published(market_)
    confirm_all(market_, settlement)
    return settlement


def confirm_all(market_: Market, settlement: Settlement) -> None:
    """Let every vendor confirm and the department accept what is in force."""
    for statement in Statement.objects.filter(computation=settlement.computation):
        owner = owner_of(statement.vendor)
        services.confirm_statement(statement=statement, by=owner, now=AFTER, invoice_number=f"INV-{statement.pk}")
        services.accept_statement(statement=statement, by=market_.cast.publisher, now=AFTER)
    settlement.refresh_from_db()


def owner_of(vendor: Vendor) -> User:
    """Return the vendor's owner."""
    return vendor.members.get(role="owner").user


def approved(market_: Market) -> Settlement:
    """Return the settlement of 2026Q1 in state approved."""
    settlement = confirmed(market_)
    services.approve(settlement=settlement, by=market_.cast.checker, now=AFTER, sha256=settlement.computation.sha256)
    return settlement
