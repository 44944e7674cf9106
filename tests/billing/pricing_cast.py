"""Tariffs, registers and hypothesis strategies for the tests of the fee arithmetic."""

from hypothesis import strategies as st

from billing.pricing.facts import Fact, Register
from billing.pricing.tariff import Tariff

CURVE = [["2.0", "0.60"], ["3.0", "0.85"], ["4.0", "1.00"], ["5.0", "1.25"]]
TIERS = [{"from": 0, "rate": "2.00"}, {"from": 1000, "rate": "1.50"}, {"from": 10000, "rate": "1.00"}]
APPS = ("A", "B", "C", "D")
ITEMS = ("R", "S")


def rules(**changes: object) -> dict:
    """The rules of the worked example, with changes."""
    return {
        "cap_per_citizen": 2,
        "prior_weight": 20,
        "prior_mean": "4.0",
        "curve": CURVE,
        "items": {item: {"tiers": TIERS, "user_rate": "0.30"} for item in ITEMS},
        "awards": {
            "sums": ["30000.00", "20000.00", "10000.00"],
            "use_weight": "0.5",
            "quality_weight": "0.5",
            "min_cases": 1,
            "min_reviews": 1,
            "min_vendors": 3,
        },
        "dispute_days": 5,
        "notice_days": 5,
        "safety_factor": 3,
    } | changes


def tariff(**changes: object) -> Tariff:
    """The tariff that `rules` describe."""
    return Tariff.read(rules(**changes))


REGISTER = Register({app: f"vendor-{app}" for app in APPS}, {"R": "police", "S": "housing"})

facts = st.lists(
    st.builds(
        Fact,
        case=st.integers(1, 40).map("C{:04d}".format),
        app=st.sampled_from(APPS),
        service_item=st.sampled_from(ITEMS),
        applicant=st.sampled_from(["p", "q", "r", "s"]),
        decided_at=st.integers(0, 50),
        held=st.booleans(),
        late=st.booleans(),
    ),
    max_size=60,
)

rates = st.integers(0, 500).map(lambda number: f"{number // 100}.{number % 100:02d}")


@st.composite
def tier_tables(draw: st.DrawFn) -> list[dict]:
    """Tables whose rates may rise or fall from tier to tier."""
    starts = [0, *sorted(draw(st.sets(st.integers(1, 60), max_size=4)))]
    return [{"from": start, "rate": draw(rates)} for start in starts]
