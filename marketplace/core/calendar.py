"""Working days: Monday to Friday, corrected by the editable calendar table."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from marketplace.core.models import CalendarDay

SEARCH_DAYS = 3660


def add_working_days(start: date, days: int) -> date:
    """Return the `days`-th working day after `start` (`start` itself isn't counted; days >= 0)."""
    if days < 0:
        raise ValueError("working days are counted forwards")
    end = start + timedelta(days=days * 3 + 30)
    exceptions = dict(CalendarDay.objects.filter(date__gt=start, date__lte=end).values_list("date", "is_working"))
    day, left = start, days
    while left:
        day += timedelta(days=1)
        if (day - start).days > SEARCH_DAYS:
            raise ValueError("no such working day within ten years; check the calendar")
        left -= exceptions.get(day, day.weekday() < 5)
    return day


def deadline(moment: datetime, days: int) -> datetime:
    """Return the end (local midnight, exclusive) of the `days`-th working day after `moment`."""
    zone = timezone.get_default_timezone()
    last = add_working_days(timezone.localtime(moment, zone).date(), days)
    return datetime.combine(last + timedelta(days=1), datetime.min.time(), tzinfo=zone)
