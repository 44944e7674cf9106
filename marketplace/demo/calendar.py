"""The dates of the story: the last quarter that is over long enough, and what comes before and after it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

SETTLING_DAYS = 40


@dataclass(frozen=True)
class Quarter:
    """A half-open quarter in the platform's own zone."""

    year: int
    number: int

    @property
    def first_day(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def next_first_day(self) -> date:
        """The first day after it."""
        return date(self.year + self.number // 4, 3 * (self.number % 4) + 1, 1)

    @property
    def label(self) -> str:
        """Return for example `2026Q3`."""
        return f"{self.year}Q{self.number}"

    def day(self, offset: int, hour: float = 10.0) -> datetime:
        """Return a moment `offset` days after the first day (negative: before it), at a local hour."""
        return local(self.first_day + timedelta(days=offset), hour)

    def after(self, offset: int, hour: float = 10.0) -> datetime:
        """Return a moment `offset` days after the quarter's end."""
        return local(self.next_first_day + timedelta(days=offset), hour)


def local(day: date, hour: float) -> datetime:
    """Return a moment of the platform's zone."""
    return datetime.combine(day, time(), timezone.get_default_timezone()) + timedelta(hours=hour)


def settled_quarter(today: date) -> Quarter:
    """Return the last quarter that ended at least SETTLING_DAYS before today."""
    day = today - timedelta(days=SETTLING_DAYS)
    number = (day.month - 1) // 3 + 1
    return Quarter(day.year - 1, 4) if number == 1 else Quarter(day.year, number - 1)
