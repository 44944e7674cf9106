"""Filters of the pages: money, numbers, dates and lengths of time in both languages."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils.translation import override
from djmoney.money import Money

from marketplace.core.templatetags import minshi
from marketplace.core.tones import TONES, tone_of

MORNING = datetime(2026, 8, 2, 22, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("1234567.5"), "¥1,234,567.50"),
        (Money("0.05", "CNY"), "¥0.05"),
        (Decimal("-12"), "−¥12.00"),
        (None, "—"),
        (0, "¥0.00"),
    ],
)
def test_money(value, text):
    assert minshi.money(value) == text


def test_cents_are_exact():
    assert minshi.cents(1_234_567_890_123_456_789) == "¥12,345,678,901,234,567.89"


def test_fraction_is_shown_as_a_decimal():
    assert minshi.fraction("1983/432", 4) == "4.5903"
    assert minshi.fraction("") == "—"


def test_numbers_and_shares():
    assert minshi.number(2000) == "2,000"
    assert minshi.number(Decimal("4.59027"), 1) == "4.6"
    assert minshi.percent(Decimal("0.8125")) == "81.2%"


def test_dates_are_the_platforms_and_in_the_language():
    with override("zh-hans"):
        assert minshi.day(MORNING) == "2026年8月3日"
        assert minshi.moment(MORNING) == "2026年8月3日 06:05"
        assert minshi.day(date(2026, 12, 31)) == "2026年12月31日"
    with override("en"):
        assert minshi.day(MORNING) == "3 August 2026"
        assert minshi.moment(MORNING) == "3 August 2026, 06:05"
    assert 'datetime="2026-08-03T06:05:00+08:00"' in minshi.when(MORNING)
    assert minshi.when(None) == "—"


@pytest.mark.parametrize(
    ("length", "chinese", "english"),
    [
        (timedelta(seconds=220), "3 分 40 秒", "3 min 40 s"),
        (0, "0 秒", "0 s"),
        (timedelta(days=1, hours=2, minutes=3), "1 天 2 小时", "1 day 2 hours"),
        (7200, "2 小时", "2 hours"),
    ],
)
def test_durations_have_two_units_at_most(length, chinese, english):
    with override("zh-hans"):
        assert minshi.duration(length) == chinese
    with override("en"):
        assert minshi.duration(length) == english


def test_masked_shows_the_end_only():
    assert minshi.masked("6222020000001234") == "••••••••••••1234"


def test_a_tag_escapes_its_word():
    assert "<b>" not in minshi.tag("<b>", "ok")


def test_no_state_has_two_tones():
    states = [state for group in TONES.values() for state in group.split()]
    assert len(states) == len(set(states))
    assert tone_of("certified") == "ok"
    assert tone_of("something new") == "idle"
    assert (tone_of("accepted", "case"), tone_of("accepted", "statement")) == ("busy", "ok")
