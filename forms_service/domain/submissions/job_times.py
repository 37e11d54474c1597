"""Working day: when daily jobs begin, in the program's time zone. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from partner_program.business_days import BusinessCalendar
from partner_program.model import DealRegistration

MORNING = time(7)
"""Early enough to be read first; no zone changes its clocks then."""


def day_of(now: datetime, rule: DealRegistration) -> date:
    """Local date of this time."""
    return now.astimezone(ZoneInfo(rule.time_zone)).date()


def begins(day: date, rule: DealRegistration) -> datetime:
    """When the jobs of this day begin."""
    return datetime.combine(day, MORNING, ZoneInfo(rule.time_zone)).astimezone(UTC)


def ends(day: date, rule: DealRegistration) -> datetime:
    """End of the day."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(rule.time_zone)).astimezone(UTC)


def following(now: datetime, rule: DealRegistration) -> datetime:
    """Next time at which the jobs of a day begin."""
    today = day_of(now, rule)
    morning = begins(today, rule)
    return morning if now < morning else begins(today + timedelta(days=1), rule)


def eve(day: date, calendar: BusinessCalendar) -> date:
    """The last business day before this one: nobody reads a reminder on a Sunday."""
    before = day - timedelta(days=1)
    while not calendar.is_business_day(before):
        before -= timedelta(days=1)
    return before
