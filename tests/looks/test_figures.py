"""Charts: the geometry of bars and waterfalls, and that their figures stand beside them as words."""

from decimal import Decimal

from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as some

from marketplace.core.figures import bars, waterfall

AMOUNTS = some.lists(some.decimals(-1000, 1000, places=2), min_size=1, max_size=8)


def rows(values):
    return [{"label": f"row {number}", "value": value} for number, value in enumerate(values)]


def test_the_longest_bar_fills_the_room():
    chart = bars(rows([50, 200, 0]))
    assert [bar.length for bar in chart.bars] == ["25.00", "100.00", "0.00"]
    assert chart.zero == "0.00"


def test_a_waterfall_steps_from_total_to_total():
    steps = [("gross", 100, True), ("budget", -40, False), ("dispute", 15, False), ("payable", 75, True)]
    chart = waterfall([{"label": label, "value": value, "total": total} for label, value, total in steps])
    assert [(bar.start, bar.length, bar.tone) for bar in chart.bars] == [
        ("0.00", "100.00", ""),
        ("60.00", "40.00", "bad"),
        ("60.00", "15.00", "ok"),
        ("0.00", "75.00", ""),
    ]


@given(AMOUNTS)
def test_every_bar_stays_inside(values):
    for chart in (bars(rows(values)), waterfall(rows(values))):
        for bar in chart.bars:
            assert Decimal(bar.start) >= 0
            assert Decimal(bar.start) + Decimal(bar.length) <= Decimal("100.02")


def test_the_figures_stand_beside_the_bars_as_words():
    page = Template("{% figure_bars rows 'Fees' %}").render(Context({"rows": rows([Decimal("1234.50")])}))
    assert "<caption>Fees</caption>" in page
    assert "1,234.50" in page
    assert 'scope="row"' in page


def test_nothing_to_draw_is_no_fault():
    assert bars([]).bars == ()
    assert waterfall([]).zero == "0.00"
