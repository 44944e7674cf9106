"""Working days follow the editable calendar: holidays out, make-up days in."""

from datetime import UTC, date, datetime

import pytest

from marketplace.core import calendar
from marketplace.core.models import CalendarDay

pytestmark = pytest.mark.django_db


def test_a_weekend_is_skipped():
    assert calendar.add_working_days(date(2026, 8, 7), 1) == date(2026, 8, 10)


def test_the_national_holiday_is_skipped_and_its_make_up_days_count():
    assert calendar.add_working_days(date(2025, 9, 27), 1) == date(2025, 9, 28), "a Sunday on which everybody worked"
    assert calendar.add_working_days(date(2025, 9, 30), 1) == date(2025, 10, 9)


def test_an_operator_may_correct_the_calendar():
    CalendarDay.objects.create(date=date(2026, 8, 10), is_working=False, name="typhoon")
    assert calendar.add_working_days(date(2026, 8, 7), 1) == date(2026, 8, 11)


def test_a_deadline_is_the_end_of_the_local_day():
    late_on_friday = datetime(2026, 8, 7, 15, 0, tzinfo=UTC)
    assert calendar.deadline(late_on_friday, 1) == datetime(2026, 8, 10, 16, 0, tzinfo=UTC)


def test_counting_backwards_is_refused():
    with pytest.raises(ValueError, match="forwards"):
        calendar.add_working_days(date(2026, 8, 7), -1)


def test_a_calendar_without_working_days_is_named_instead_of_searched_for_ever():
    days = [date.fromordinal(date(2026, 8, 7).toordinal() + n) for n in range(1, 4000)]
    CalendarDay.objects.filter(date__gt=date(2026, 8, 7)).delete()
    CalendarDay.objects.bulk_create([CalendarDay(date=day, is_working=False) for day in days])
    with pytest.raises(ValueError, match="calendar"):
        calendar.add_working_days(date(2026, 8, 7), 1300)
