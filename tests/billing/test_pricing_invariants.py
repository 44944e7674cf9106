"""What must hold for every tariff and every set of facts, searched with hypothesis."""

import random
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from billing.pricing.adjust import grant
from billing.pricing.billable import count
from billing.pricing.budget import scale
from billing.pricing.canonical import canonical
from billing.pricing.facts import Adjustment, Ceiling, Fact, Opinion, Register
from billing.pricing.fee import price_item
from billing.pricing.ledger import Entry, trial_balance
from billing.pricing.settle import Inputs, Outcome, settle
from billing.pricing.tariff import multiplier_at
from billing.pricing.waterfall import as_rows
from tests.billing.pricing_cast import APPS, ITEMS, REGISTER, facts, rules, tariff, tier_tables

PLENTY = (Ceiling("housing", 10**12), Ceiling("police", 10**12))
opinions = st.dictionaries(
    st.tuples(st.sampled_from(APPS), st.sampled_from(ITEMS)),
    st.lists(st.integers(1, 5), max_size=8),
    max_size=8,
).map(lambda faces: [Opinion(*key, len(row), sum(row), sum(face * face for face in row)) for key, row in faces.items()])
adjustments = st.lists(
    st.tuples(st.sampled_from(APPS), st.sampled_from(ITEMS), st.integers(-3000, 3000).filter(bool)), max_size=5
).map(lambda rows: [Adjustment(f"ADJ-{index}", *row) for index, row in enumerate(rows)])
ceilings = st.tuples(st.integers(0, 6000), st.integers(0, 6000)).map(
    lambda pair: (Ceiling("police", pair[0]), Ceiling("housing", pair[1]))
)


def run(rows: list[Fact], *, tiers: list[dict], cap: int = 2, register: Register = REGISTER, **more: object) -> Outcome:
    items = {item: {"tiers": tiers, "user_rate": "0.35"} for item in ITEMS}
    given_tariff = tariff(items=items, cap_per_citizen=cap)
    given_inputs = {"opinions": (), "ceilings": PLENTY, "adjustments": ()} | more
    return settle(given_tariff, Inputs(usage=count(rows, cap, register), register=register, **given_inputs))


@given(
    rows=facts, tiers=tier_tables(), opinions=opinions, ceilings=ceilings, adjustments=adjustments, seed=st.randoms()
)
def test_duplicated_or_shuffled_input_gives_identical_bytes(
    *, rows, tiers, opinions, ceilings, adjustments, seed
) -> None:
    given_inputs = {"tiers": tiers, "ceilings": ceilings}
    once = run(rows, opinions=opinions, adjustments=adjustments, **given_inputs)
    doubled, mixed_opinions, mixed_adjustments = rows * 2, list(opinions), list(adjustments)
    for mixed in (doubled, mixed_opinions, mixed_adjustments):
        seed.shuffle(mixed)
    again = run(doubled, opinions=mixed_opinions, adjustments=mixed_adjustments, **given_inputs)
    assert canonical(as_rows(once)) == canonical(as_rows(again))


@given(rows=facts, tiers=tier_tables(), opinions=opinions, ceilings=ceilings, adjustments=adjustments)
def test_no_department_pays_more_than_its_ceiling(rows, tiers, opinions, ceilings, adjustments) -> None:
    outcome = run(rows, tiers=tiers, opinions=opinions, ceilings=ceilings, adjustments=adjustments)
    for ceiling in ceilings:
        paid = sum(due.payable for due in outcome.dues if due.department == ceiling.department)
        assert 0 <= paid <= ceiling.cents
    for due in outcome.dues:
        own = [line for line in outcome.lines if (line.vendor, line.department) == (due.vendor, due.department)]
        assert due.total == due.payable + due.carried == sum(line.payable_cents for line in own)


@given(rows=facts, tiers=tier_tables(), cap=st.integers(1, 3), app=st.sampled_from(APPS), item=st.sampled_from(ITEMS),
       applicant=st.sampled_from("pqrs"), moment=st.integers(0, 50), opinions=opinions)  # fmt: skip
def test_one_more_confirmed_case_never_pays_its_app_less(
    *, rows, tiers, cap, app, item, applicant, moment, opinions
) -> None:
    def earned(facts_: list[Fact]) -> int:
        outcome = run(facts_, tiers=tiers, cap=cap, opinions=opinions)
        return sum(line.gross.cents for line in outcome.lines if (line.app, line.service_item) == (app, item))

    assert earned(rows) <= earned([*rows, Fact("C9999", app, item, applicant, moment)])


@given(rows=facts, tiers=tier_tables(), cap=st.integers(1, 3), seed=st.integers())
def test_splitting_an_app_into_shells_earns_nothing(rows, tiers, cap, seed) -> None:
    """Before the multiplier, which goes by reviews and not by use, the sum is the same to the last fraction."""
    rng = random.Random(seed)
    shells = Register({**REGISTER.vendor_of, "A1": "vendor-A", "A2": "vendor-A"}, REGISTER.department_of)
    case_shell = {fact.case: rng.choice(["A", "A1", "A2"]) for fact in sorted(rows)}
    split = [replace(fact, app=case_shell[fact.case]) if fact.app == "A" else fact for fact in rows]

    def earned(facts_: list[Fact]) -> object:
        outcome = run(facts_, tiers=tiers, cap=cap, register=shells)
        return sum(line.fee.total for line in outcome.lines if line.vendor == "vendor-A")

    assert earned(rows) == earned(split)


@given(rows=facts, cap=st.integers(1, 3))
def test_the_cap_holds_for_each_applicant_over_all_apps(rows, cap) -> None:
    usage = count(rows, cap, REGISTER)
    for item in ITEMS:
        applicants = {fact.applicant for fact in rows if fact.service_item == item}
        assert sum(row.billable for row in usage if row.service_item == item) <= cap * len(applicants)
        assert sum(row.applicants for row in usage if row.service_item == item) <= len(applicants)
    assert sum(row.decided for row in usage) == len({fact.case for fact in rows})


@given(tiers=tier_tables(), cases=st.integers(0, 200))
def test_the_graduated_price_prices_each_case_by_its_own_tier(tiers, cases) -> None:
    table = tariff(items={"R": {"tiers": tiers, "user_rate": "0"}}).items["R"].tiers
    one_by_one = sum([tier for tier in table if tier.start <= n][-1].rate for n in range(cases))
    price = price_item(table, cases)
    assert price.total == one_by_one
    assert sum(share.cases for share in price.shares) == cases


@given(
    lines=st.dictionaries(st.tuples(st.sampled_from(APPS), st.sampled_from(ITEMS)), st.integers(0, 10**6)),
    ceiling=st.integers(0, 10**6),
)
def test_scaling_meets_the_ceiling_exactly_and_is_within_a_cent_of_fair(lines, ceiling) -> None:
    scaling = scale(lines, ceiling, department="police")
    total = sum(lines.values())
    assert sum(scaling.cents.values()) == min(total, ceiling)
    assert scaling.unpaid == max(0, total - ceiling)
    for key, amount in scaling.cents.items():
        assert 0 <= amount <= lines[key]
        assert abs(amount - lines[key] * scaling.factor) < 1


@given(x=st.fractions(0, 6), y=st.fractions(0, 6))
def test_a_better_quality_never_pays_less(x, y) -> None:
    curve = tariff().curve
    low, high = sorted((x, y))
    assert multiplier_at(curve, low) <= multiplier_at(curve, high)


@given(rows=adjustments, ceiling=st.integers(0, 5000), scaled=st.integers(0, 5000))
def test_adjustments_are_granted_or_carried_and_never_lost(rows, ceiling, scaled) -> None:
    scaled = min(scaled, ceiling)
    granted = grant(rows, scaled={"vendor-A": scaled}, vendor_of=REGISTER.vendor_of, ceiling=ceiling)
    assert [row.adjustment for row in granted] == sorted(rows)
    for row in granted:
        assert row.cents + row.carried == row.adjustment.cents
        assert row.carried >= 0
        assert row.cents < 0 or row.carried < row.adjustment.cents or row.cents == 0


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.integers(1, 10**15)), max_size=40))
def test_debits_equal_credits_per_currency(moves) -> None:
    sheet = trial_balance(Entry(*move) for move in moves)
    balances = sheet.get("CNY", [])
    assert sum(row.debits for row in balances) == sum(row.credits for row in balances) == sum(move[2] for move in moves)
    assert sum(row.net for row in balances) == 0


def test_the_rules_of_these_tests_are_a_whole_tariff() -> None:
    assert set(rules()["items"]) == set(tariff().items)
