"""Partner years: periods counted from the day a partner became active, in the program's time zone.

A day that a year or month does not have is the first of the next month: a partner active since 29 February
has years that all end on 28 February, and nobody loses a day. Everything is counted from the first day of the
first year, so that no rounding adds up. Days have no daylight-saving time.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from forms_service.domain.clock import ZONE
from forms_service.domain.partners.partner import Partner, Terms
from forms_service.domain.partners.refusals import PartnerActionRefused, PartnerRefusal
from partner_program.requirement_kinds import MONTHS_A_YEAR


@dataclass(frozen=True)
class Period:
    """Period: from `first_day` to `last_day`, both included."""

    number: int
    """Counted from 1."""
    first_day: date
    last_day: date

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day


def day_of(moment: datetime) -> date:
    """Local date of a time. Raises ValueError for one without a time zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone")
    return moment.astimezone(ZONE).date()


def year(active_since: date, number: int) -> Period:
    """The partner year with this number, counted from 1."""
    return period(active_since, MONTHS_A_YEAR, number)


def year_on(active_since: date, day: date) -> Period:
    """Partner year of this day. Raises ValueError for a day before the first one."""
    return period_on(active_since, MONTHS_A_YEAR, day)


def period(start: date, months: int, number: int) -> Period:
    """Period number n (from 1) of so many months, from `start` on."""
    if number < 1:
        raise ValueError(f"periods are counted from 1, there is no {number}")
    last_day = later(start, months * number) - timedelta(days=1)
    return Period(number, later(start, months * (number - 1)), last_day)


def period_on(start: date, months: int, day: date) -> Period:
    """Period of so many months that contains this day. Raises ValueError for a day before `start`."""
    if day < start:
        raise ValueError(f"{day} lies before {start}")
    number = ((day.year - start.year) * MONTHS_A_YEAR + day.month - start.month) // months + 1
    while day < later(start, months * (number - 1)):
        number -= 1
    while day >= later(start, months * number):
        number += 1
    return period(start, months, number)


def later(day: date, months: int) -> date:
    """The same day so many months later; the first of the following month where there is none."""
    months += day.year * MONTHS_A_YEAR + day.month - 1
    year, month = divmod(months, MONTHS_A_YEAR)
    if day.day <= monthrange(year, month + 1)[1]:
        return date(year, month + 1, day.day)
    year, month = divmod(months + 1, MONTHS_A_YEAR)
    return date(year, month + 1, 1)


def not_a_day_of_work(partner: Partner, day: date, today: date, field: str) -> PartnerActionRefused | None:
    """Why nothing can have been done on this day: in the future, or before the first partner year."""
    if day > today:
        return PartnerActionRefused(PartnerRefusal.IN_THE_FUTURE, field)
    since = active_since(partner)
    return PartnerActionRefused(PartnerRefusal.BEFORE_PARTNERSHIP, field) if since and day < since else None


def active_since(partner: Partner) -> date | None:
    """First day of the first partner year; None before it."""
    since = partner["active_since"]
    return None if since is None else date.fromisoformat(since)


def terms_on(partner: Partner, day: date) -> Terms | None:
    """Terms on this day, or the first ones on a day before; None where there are none yet."""
    begun = [terms for terms in partner["terms"] if terms["since"] <= day.isoformat()]
    return (begun or partner["terms"][:1])[-1] if partner["terms"] else None


def tier_on(partner: Partner, day: date) -> str:
    """Tier on this day; during onboarding the one applied for."""
    terms = terms_on(partner, day)
    return partner["applied_for"] if terms is None else terms["tier"]


def partner_year(partner: Partner, day: date) -> Period | None:
    """Partner year of this day; None before the first one."""
    since = active_since(partner)
    return None if since is None or day < since else year_on(since, day)


def same_tier_since(partner: Partner, day: date) -> date | None:
    """First day of an unbroken time in the tier of this day; None before any terms."""
    since = None
    tier = tier_on(partner, day)
    for terms in partner["terms"]:
        if terms["since"] > day.isoformat():
            break
        if terms["tier"] != tier:
            since = None
        elif since is None:
            since = date.fromisoformat(terms["since"])
    return since
