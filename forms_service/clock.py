"""The one place that asks the computer for the time; everything else is given a clock."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Says the current moment, in UTC."""


def system_clock() -> datetime:
    """The computer's idea of now."""
    return datetime.now(UTC)
