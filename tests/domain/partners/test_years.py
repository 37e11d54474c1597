"""The partner year: days without gaps, whatever day it began on."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.domain.partners.partner_years import day_of, later, period, period_on, year, year_on

DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))
MONTHS = st.sampled_from([1, 3, 12])


@given(start=DAYS, months=MONTHS, number=st.integers(1, 60))
def test_each_stretch_begins_the_day_after_the_one_before(start: date, months: int, number: int):
    one, following = period(start, months, number), period(start, months, number + 1)
    assert one.last_day + timedelta(days=1) == following.first_day
    assert one.first_day <= one.last_day


@given(start=DAYS, months=MONTHS, ahead=st.integers(0, 20_000))
def test_every_day_lies_in_exactly_the_stretch_that_is_found(start: date, months: int, ahead: int):
    day = start + timedelta(days=ahead)
    found = period_on(start, months, day)
    assert day in found
    assert found == period(start, months, found.number)


@given(start=DAYS, number=st.integers(1, 40))
def test_a_partner_year_has_365_or_366_days_and_four_quarters(start: date, number: int):
    one = year(start, number)
    assert (one.last_day - one.first_day).days + 1 in (365, 366)
    quarters = [period(start, 3, 4 * (number - 1) + quarter) for quarter in (1, 2, 3, 4)]
    assert (quarters[0].first_day, quarters[3].last_day) == (one.first_day, one.last_day)


@given(start=DAYS.filter(lambda day: (day.month, day.day) != (2, 29)), number=st.integers(1, 40))
def test_a_partner_year_begins_on_the_same_day_of_the_calendar(start: date, number: int):
    assert year(start, number).first_day == start.replace(year=start.year + number - 1)


LEAP = date(2028, 2, 29)


@pytest.mark.parametrize(
    ("number", "first", "last"),
    [
        (1, LEAP, date(2029, 2, 28)),
        (2, date(2029, 3, 1), date(2030, 2, 28)),
        (4, date(2031, 3, 1), date(2032, 2, 28)),
        (5, date(2032, 2, 29), date(2033, 2, 28)),
    ],
)
def test_years_from_29_february_all_end_on_28_february(number: int, first: date, last: date):
    """Nobody loses a day, and no rounding adds up."""
    assert (year(LEAP, number).first_day, year(LEAP, number).last_day) == (first, last)


@pytest.mark.parametrize(
    ("start", "quarters"),
    [
        (date(2026, 11, 30), [date(2026, 11, 30), date(2027, 3, 1), date(2027, 5, 30), date(2027, 8, 30)]),
        (date(2026, 8, 31), [date(2026, 8, 31), date(2026, 12, 1), date(2027, 3, 1), date(2027, 5, 31)]),
        (date(2026, 11, 24), [date(2026, 11, 24), date(2027, 2, 24), date(2027, 5, 24), date(2027, 8, 24)]),
    ],
)
def test_quarters_are_counted_from_the_first_day(start: date, quarters: list[date]):
    """A day that a month does not have is the first of the next; the quarter after is where it would be."""
    assert [period(start, 3, number).first_day for number in (1, 2, 3, 4)] == quarters


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2027, 3, 27, 22, 59, 59, tzinfo=UTC), date(2027, 3, 27)),
        (datetime(2027, 3, 27, 23, 0, tzinfo=UTC), date(2027, 3, 28)),
        (datetime(2027, 3, 28, 21, 59, 59, tzinfo=UTC), date(2027, 3, 28)),
        (datetime(2027, 3, 28, 22, 0, tzinfo=UTC), date(2027, 3, 29)),
        (datetime(2027, 10, 30, 22, 0, tzinfo=UTC), date(2027, 10, 31)),
        (datetime(2027, 10, 31, 22, 59, 59, tzinfo=UTC), date(2027, 10, 31)),
        (datetime(2027, 10, 31, 23, 0, tzinfo=UTC), date(2027, 11, 1)),
    ],
)
def test_a_day_is_a_day_in_warsaw_also_when_the_clocks_change(moment: datetime, day: date):
    """A day of 23 or 25 hours is one day."""
    assert day_of(moment) == day


def test_what_has_no_answer_is_refused():
    with pytest.raises(ValueError, match="before"):
        year_on(date(2027, 1, 1), date(2026, 12, 31))
    with pytest.raises(ValueError, match="counted from 1"):
        period(date(2027, 1, 1), 3, 0)
    with pytest.raises(ValueError, match="time zone"):
        day_of(datetime(2027, 1, 1))  # noqa: DTZ001 - that is the case


def test_later_never_skips_two_months():
    assert later(date(2027, 1, 31), 1) == date(2027, 3, 1)
    assert later(date(2027, 12, 31), 2) == date(2028, 3, 1)
    assert later(date(2028, 12, 15), 12) == date(2029, 12, 15)
