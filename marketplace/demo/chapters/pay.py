"""Finance: the tariff before the quarter; after it settlement, a dispute, two people, payment and awards."""

from djmoney.money import Money

from billing.models import Settlement, SettlementLine, Tariff
from billing.services.awards import approve_awards, pay_awards, propose_awards, publish_awards
from billing.services.disputes import decide_dispute, open_dispute
from billing.services.payments import pay
from billing.services.settlements import approve, compute, open_settlement, publish
from billing.services.statements import accept_statement, confirm_statement
from billing.services.tariffs import approve_tariff, draft_tariff, propose_tariff, set_budget, set_debtor_account
from billing.tasks import seal_days
from marketplace.demo.telling import Telling

TARIFF_CODE = "services"
CEILINGS = {"psb": "22000.00", "housing": "8000.00"}
DISPUTED_CENTS = 12_345
"""By how much the vendor says its line is too low."""
GRANTED_CENTS = 4_500


def rules() -> dict:
    """Return the price rules of the story."""
    graduated = [{"from": 0, "rate": "12.00"}, {"from": 500, "rate": "9.00"}, {"from": 1500, "rate": "6.00"}]
    simple = [{"from": 0, "rate": "4.00"}]
    return {
        "cap_per_citizen": 3,
        "prior_weight": 20,
        "prior_mean": "4.0",
        "curve": [["2.0", "0.60"], ["3.0", "0.85"], ["4.0", "1.00"], ["5.0", "1.25"]],
        "items": {
            "JZZQF-001": {"tiers": graduated, "user_rate": "1.50"},
            "JZDJ-001": {"tiers": simple, "user_rate": "0.50"},
            "FWZL-001": {"tiers": simple, "user_rate": "0.50"},
        },
        "awards": {
            "sums": ["5000.00", "3000.00", "1000.00"],
            "use_weight": "0.5",
            "quality_weight": "0.5",
            "min_cases": 10,
            "min_reviews": 5,
            "min_vendors": 3,
        },
        "dispute_days": 5,
        "notice_days": 5,
        "safety_factor": 3,
    }


def publish_tariff(telling: Telling) -> None:
    """The maker drafts the tariff, the checker approves it; ceilings and accounts are named."""
    maker, checker = telling.people["maker"], telling.people["checker"]
    tariff = draft_tariff(
        code=TARIFF_CODE,
        name_zh="政务服务应用核算标准",
        name_en="Tariff for service apps",
        rules=rules(),
        valid_from=telling.quarter.first_day,
        by=maker,
        now=telling.at(telling.quarter.day(-50)),
    )
    propose_tariff(tariff=tariff, by=maker, now=telling.clock())
    approve_tariff(tariff=tariff, by=checker, now=telling.at(telling.quarter.day(-49)))
    for code, ceiling in CEILINGS.items():
        department = telling.departments[code]
        period = telling.quarter.label
        set_budget(department=department, period=period, ceiling=Money(ceiling, "CNY"), by=maker, now=telling.clock())
        _account(telling, "fees", code, f"62009900000001{len(code):05d}")
    _account(telling, "awards", None, "6200990000000099991")


def _account(telling: Telling, kind: str, code: str | None, number: str) -> None:
    department = telling.departments[code] if code else None
    set_debtor_account(
        kind=kind,
        department=department,
        holder=department.name_zh if department else telling.departments["finance"].name_zh,
        number=number,
        bank_name="澄州银行国库支付中心",
        bank_code="CZBKCNBJ",
        town="澄州市",
        by=telling.people["maker"],
        now=telling.clock(),
    )


def settle(telling: Telling) -> Settlement:
    """Compute, publish, dispute, decide, confirm, accept, approve, pay, award."""
    maker, checker = telling.people["maker"], telling.people["checker"]
    now = telling.at(telling.quarter.after(9))
    seal_days()
    settlement = open_settlement(period=telling.quarter.label, tariff=_tariff(), by=maker, now=now)
    compute(settlement=settlement, by=maker, now=telling.clock())
    publish(settlement=settlement, by=maker, now=telling.clock())
    _dispute(telling, settlement)
    settlement.refresh_from_db()
    _confirm(telling, settlement)
    settlement.refresh_from_db()
    telling.at(telling.quarter.after(21))
    approve(settlement=settlement, by=checker, now=telling.clock(), sha256=settlement.computation.sha256)
    pay(settlement=settlement, by=maker, now=telling.at(telling.quarter.after(22)))
    settlement.refresh_from_db()
    _award(telling, settlement)
    settlement.refresh_from_db()
    return settlement


def _tariff() -> Tariff:
    return Tariff.objects.get(code=TARIFF_CODE, state=Tariff.State.PUBLISHED)


def _dispute(telling: Telling, settlement: Settlement) -> None:
    """One vendor disputes its line; it is granted a part of what it says, and the figures are published anew."""
    line = SettlementLine.objects.get(
        computation=settlement.computation, app=telling.apps["ninghai"], service_item=telling.order.service_item
    )
    dispute = open_dispute(
        line=line,
        claimed_cents=line.payable_cents + DISPUTED_CENTS,
        grounds="九月中旬有一批窗口办结的件登记晚了，我们认为应计入本季度。",
        by=telling.people["ninghai"],
        now=telling.at(telling.quarter.after(11)),
    )
    decide_dispute(
        dispute=dispute,
        accept=True,
        granted_cents=line.payable_cents + GRANTED_CENTS,
        decision="经核对窗口登记簿，其中五件属于本季度，予以补计；其余按下季度核算。",
        by=telling.people["maker"],
        now=telling.at(telling.quarter.after(12)),
    )


def _confirm(telling: Telling, settlement: Settlement) -> None:
    """Every vendor confirms with its invoice, then the departments accept what was delivered."""
    now = telling.at(telling.quarter.after(14))
    keys = {vendor.pk: key for key, vendor in telling.vendors.items()}
    statements = list(settlement.computation.statements.select_related("vendor", "department"))
    for statement in statements:
        owner = telling.people[keys[statement.vendor_id]]
        confirm_statement(statement=statement, by=owner, now=now, invoice_number=f"INV-{statement.pk:06d}")
    now = telling.at(telling.quarter.after(16))
    for statement in statements:
        statement.refresh_from_db()
        accept_statement(statement=statement, by=telling.people["publisher"], now=now)


def _award(telling: Telling, settlement: Settlement) -> None:
    maker, checker = telling.people["maker"], telling.people["checker"]
    propose_awards(settlement=settlement, by=maker, now=telling.at(telling.quarter.after(22, 11)))
    publish_awards(settlement=settlement, by=maker, now=telling.at(telling.quarter.after(23)))
    approve_awards(settlement=settlement, by=checker, now=telling.at(telling.quarter.after(34)))
    pay_awards(settlement=settlement, by=maker, now=telling.at(telling.quarter.after(35)))
