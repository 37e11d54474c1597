"""Business days: due date of a decision, and the days skipped, by the program's holidays.

The Polish Civil Code knows no "business day". Here it is Monday to Friday, except statutory days off and the
program's own `extra_days_off`. The day of registration does not count. Pure: the moment is an argument.
"""

import datetime
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from partner_program.errors import CalendarExhausted, Problem
from partner_program.model import DayOff, DealRegistration, Text

_END_OF_DAY = datetime.time(23, 59, 59, fold=1)
_NAMES_IN = {"pl": "pl", "en": "en_US"}
"""What the package `holidays` calls our languages."""
_SATURDAY = 5
TIME_ZONE = "Europe/Warsaw"
"""Where days begin and end, unless the program says otherwise."""


class SkipReason(StrEnum):
    """Why a day is no business day."""

    WEEKEND = "weekend"
    """Saturday or Sunday, also one that is a statutory day off besides."""
    HOLIDAY = "holiday"
    """A statutory day off."""
    EXTRA = "extra"
    """A one-off day off from the program."""


@dataclass(frozen=True)
class SkippedDay:
    """A day between registration and deadline that does not count."""

    date: datetime.date
    reason: SkipReason
    name: Text | None = None
    """What it is called; weekends, and extra days given as bare dates, have no name."""


class BusinessCalendar:
    """Business day calendar of one country and time zone."""

    def __init__(
        self,
        country: str = "PL",
        time_zone: str = TIME_ZONE,
        extra_days_off: Iterable[datetime.date | DayOff] = (),
    ) -> None:
        self._country = country
        self._zone = ZoneInfo(time_zone)
        self._extra: dict[datetime.date, Text | None] = {
            (day.day if isinstance(day, DayOff) else day): (day.name if isinstance(day, DayOff) else None)
            for day in extra_days_off
        }
        self._years: dict[int, tuple[datetime.date, ...]] = {}

    @property
    def zone(self) -> ZoneInfo:
        """Time zone of the calendar."""
        return self._zone

    @staticmethod
    def of(rule: DealRegistration) -> "BusinessCalendar":
        """Calendar of a program (cached)."""
        return _calendar(rule.country, rule.time_zone, rule.extra_days_off)

    def due(self, registered: datetime.datetime, business_days: int = 2) -> datetime.datetime:
        """The last second of the `business_days`-th business day after the day of registration.

        `registered` is any aware moment; which day it falls on is decided in this calendar's time zone.

        Raises:
            ValueError: `registered` has no time zone, or `business_days` is less than 1.
            CalendarExhausted: the count runs past the last year whose days off are known.
        """
        if business_days < 1:
            raise ValueError(f"at least 1 business day, not {business_days}")
        day = self._local_day(registered)
        left = business_days
        for year in range(day.year, datetime.MAXYEAR + 1):
            days = self._business_days_of(year)
            first = bisect_right(days, day)
            if left <= len(days) - first:
                return datetime.datetime.combine(days[first + left - 1], _END_OF_DAY, self._zone)
            left -= len(days) - first
        raise _exhausted(self._country, datetime.MAXYEAR + 1)

    def skipped(self, registered: datetime.datetime, business_days: int = 2) -> tuple[SkippedDay, ...]:
        """The days from registration to deadline that do not count, and why, in order. Raises as `due`."""
        first = self._local_day(registered)
        last = self.due(registered, business_days).date()
        days = (first + datetime.timedelta(days=ahead) for ahead in range(1, (last - first).days))
        return tuple(skipped for day in days if (skipped := self._skipped(day)) is not None)

    def business_days_between(self, start: datetime.date, end: datetime.date) -> int:
        """How many business days lie after `start`, up to and including `end`; 0 where `end` is not later."""
        count = 0
        for year in range(start.year, end.year + 1):
            days = self._business_days_of(year)
            count += max(0, bisect_right(days, end) - bisect_right(days, start))
        return count

    def remaining(self, now: datetime.datetime, due: datetime.datetime) -> int:
        """Business days left until the deadline; 0 on its day, below 0 when it is over.

        The days up to the next business day, that one included, count as the first overdue day: on the
        Saturday and on the Monday after a Friday's deadline the answer is -1.
        """
        today, last = self._local_day(now), self._local_day(due)
        if today == last:
            return 0
        if today < last:
            return max(1, self.business_days_between(today, last))
        return -max(1, self.business_days_between(last, today))

    def is_business_day(self, day: datetime.date) -> bool:
        """Whether this day counts."""
        return self._skipped(day) is None

    def _local_day(self, moment: datetime.datetime) -> datetime.date:
        if moment.utcoffset() is None:
            raise ValueError(f"{moment.isoformat()} has no time zone")
        return moment.astimezone(self._zone).date()

    def _business_days_of(self, year: int) -> tuple[datetime.date, ...]:
        if year not in self._years:
            first = datetime.date(year, 1, 1)
            length = (datetime.date(year, 12, 31) - first).days + 1
            days = (first + datetime.timedelta(days=ahead) for ahead in range(length))
            self._years[year] = tuple(day for day in days if self.is_business_day(day))
        return self._years[year]

    def _skipped(self, day: datetime.date) -> SkippedDay | None:
        statutory = _statutory_days_off(self._country, day.year)
        if day.weekday() >= _SATURDAY:
            return SkippedDay(day, SkipReason.WEEKEND)
        if day in statutory:
            return SkippedDay(day, SkipReason.HOLIDAY, statutory[day])
        if day in self._extra:
            return SkippedDay(day, SkipReason.EXTRA, self._extra[day])
        return None


@lru_cache(maxsize=16)
def _calendar(country: str, time_zone: str, extra_days_off: tuple[DayOff, ...]) -> BusinessCalendar:
    return BusinessCalendar(country, time_zone, extra_days_off)


@lru_cache(maxsize=256)
def _statutory_days_off(country: str, year: int) -> dict[datetime.date, Text]:
    """The statutory days off of one year and their names.

    Raises:
        CalendarExhausted: they are not known.
    """
    by_language = {
        language: holidays.country_holidays(country, years=year, language=theirs)
        for language, theirs in _NAMES_IN.items()
    }
    if not by_language["pl"]:
        raise _exhausted(country, year)
    return {day: Text(pl=name, en=by_language["en"][day]) for day, name in by_language["pl"].items()}


def _exhausted(country: str, year: int) -> CalendarExhausted:
    return CalendarExhausted(
        Problem(
            "calendar", 0, f"the days off of {year} in {country} are not known: count within the known years"
        )
    )
