"""Owns the settlement period: a quarter or a year as a half-open interval of days in the platform's own zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from billing.pricing.refusal import InputError, gettext_noop

_CODE = re.compile(r"(\d{4})(?:Q([1-4]))?")


@dataclass(frozen=True, slots=True)
class Period:
    """`first` day included, `end` day excluded; `code` is "2026Q1" or "2026"."""

    code: str
    first: date
    end: date

    @classmethod
    def parse(cls, code: str) -> Period:
        """The period that a code names; anything else is refused."""
        match = _CODE.fullmatch(code)
        if match is None:
            raise InputError(
                gettext_noop("“%(code)s” is neither a quarter such as 2026Q1 nor a year such as 2026."), code=code
            )
        year = int(match[1])
        if match[2] is None:
            return cls(code, date(year, 1, 1), date(year + 1, 1, 1))
        month = 3 * int(match[2]) - 2
        return cls(code, date(year, month, 1), date(year + (month == 10), (month + 3) % 12, 1))

    @classmethod
    def quarter_of(cls, day: date) -> Period:
        """The quarter in which a day lies."""
        return cls.parse(f"{day.year}Q{(day.month + 2) // 3}")

    def days(self) -> list[date]:
        """Every day of the period, in order."""
        return [self.first + timedelta(days=n) for n in range((self.end - self.first).days)]

    def bounds(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """The half-open interval in UTC."""
        start = datetime.combine(self.first, time(), zone).astimezone(UTC)
        return start, datetime.combine(self.end, time(), zone).astimezone(UTC)

    def require_over(self, today: date) -> None:
        """Refuse a period whose last day isn't past."""
        if today < self.end:
            raise InputError(
                gettext_noop("The period %(code)s isn't over: its last day is %(last)s."),
                code=self.code,
                last=(self.end - timedelta(days=1)).isoformat(),
            )
