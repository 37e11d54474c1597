"""Fake clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

WARSAW = ZoneInfo("Europe/Warsaw")
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""Deals registered then are due on Wednesday: two business days."""


class FakeClock:
    """Fake clock: stands still until a test moves it."""

    def __init__(self, now: datetime = MONDAY) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **time: float) -> None:
        """By hours, days, seconds... as `timedelta` names them."""
        self.now += timedelta(**time)

    def set(self, text: str) -> None:
        """To what clocks in Warsaw show."""
        self.now = warsaw(text)


def warsaw(text: str) -> datetime:
    """The moment in UTC at which clocks in Warsaw show `2026-11-25 15:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=WARSAW).astimezone(UTC)
