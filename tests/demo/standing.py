"""A clock that stands where the story puts it."""

from datetime import UTC, datetime

TODAY = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


class StandingClock:
    """Stands in for the demo's shared clock: nothing moves it but the story."""

    def __init__(self) -> None:
        self.moment = TODAY

    def __call__(self) -> datetime:
        return self.moment

    def travel(self, to: datetime) -> None:
        """Stand at another time."""
        self.moment = to
