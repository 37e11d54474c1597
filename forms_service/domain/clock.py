"""Timestamps: UTC as fixed-width text with microseconds, so that text order is time order."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from partner_program.business_days import TIME_ZONE

ZONE = ZoneInfo(TIME_ZONE)
"""Where days begin and end that no version of the program decides."""


def stamp(moment: datetime) -> str:
    """Format a time: `2026-11-25T03:28:39.123456Z`. Raises ValueError without a time zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone")
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def moment(stamped: str) -> datetime:
    """Parse a time that `stamp` wrote; in UTC."""
    return datetime.fromisoformat(stamped)


Clock = Callable[[], datetime]
"""Says the current moment, in UTC."""
