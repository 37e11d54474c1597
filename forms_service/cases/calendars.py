"""The business days of a program."""

from functools import lru_cache

from partner_program.business_days import BusinessCalendar
from partner_program.model import DealRegistration


@lru_cache(maxsize=4)
def calendar_of(rule: DealRegistration) -> BusinessCalendar:
    """Kept: a calendar knows its business days only after it has looked at a whole year."""
    return BusinessCalendar.of(rule)
