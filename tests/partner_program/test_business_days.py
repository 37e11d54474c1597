"""When a decision is due: facts from the calendar, then properties that hold for every moment."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from partner_program import CalendarExhausted, Program, ProgramError
from partner_program.business_days import BusinessCalendar, SkippedDay, SkipReason
from partner_program.model import DayOff, Text

WARSAW = ZoneInfo("Europe/Warsaw")
POLISH = BusinessCalendar()


def warsaw(day: str, clock: str = "12:00:00") -> datetime:
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), WARSAW)


@pytest.mark.parametrize(
    ("registered", "due"),
    [
        ("2026-12-22", "2026-12-28"),  # Tuesday before Christmas
        ("2026-12-23", "2026-12-29"),
        ("2026-12-31", "2027-01-05"),  # New Year on a Friday
        ("2027-03-26", "2027-03-31"),  # Good Friday is a business day, Easter Monday is none
        ("2026-04-30", "2026-05-05"),  # 3 May on a Sunday
        ("2026-06-03", "2026-06-08"),  # Corpus Christi
        ("2026-11-10", "2026-11-13"),  # Independence Day
        ("2024-12-23", "2024-12-27"),  # 24 December was a business day until 2024
        ("2025-12-23", "2025-12-30"),
        ("2018-11-09", "2018-11-14"),  # 12 November 2018 was a day off once
        ("2026-01-05", "2026-01-08"),  # Epiphany
    ],
)
def test_statutory_days_off_move_the_deadline(registered: str, due: str):
    assert POLISH.due(warsaw(registered)) == warsaw(due, "23:59:59")


@pytest.mark.parametrize(
    ("registered", "due"),
    [
        ("2026-09-07", "2026-09-09"),  # Monday to Wednesday
        ("2026-09-08", "2026-09-10"),
        ("2026-09-09", "2026-09-11"),
        ("2026-09-10", "2026-09-14"),  # Thursday to Monday
        ("2026-09-11", "2026-09-15"),  # Friday, Saturday and Sunday to Tuesday
        ("2026-09-12", "2026-09-15"),
        ("2026-09-13", "2026-09-15"),
    ],
)
def test_the_day_of_registration_and_the_weekend_do_not_count(registered: str, due: str):
    assert POLISH.due(warsaw(registered)) == warsaw(due, "23:59:59")


@pytest.mark.parametrize("clock", ["00:00:00", "12:00:00", "23:59:59"])
def test_the_hour_of_registration_makes_no_difference(clock: str):
    assert POLISH.due(warsaw("2026-09-07", clock)) == warsaw("2026-09-09", "23:59:59")


def test_the_day_is_the_one_in_warsaw():
    """At 22:30 in London it is tomorrow in Warsaw."""
    assert POLISH.due(datetime(2026, 9, 7, 22, 30, tzinfo=UTC)) == warsaw("2026-09-10", "23:59:59")
    assert POLISH.due(datetime(2026, 9, 7, 21, 30, tzinfo=UTC)) == warsaw("2026-09-09", "23:59:59")


@pytest.mark.parametrize(
    ("registered", "due", "utc"),
    [
        ("2026-03-27", "2026-03-31", "2026-03-31T21:59:59+00:00"),  # clocks go forward on the 29th
        ("2026-03-26", "2026-03-30", "2026-03-30T21:59:59+00:00"),
        ("2026-10-23", "2026-10-27", "2026-10-27T22:59:59+00:00"),  # clocks go back on the 25th
        ("2026-10-22", "2026-10-26", "2026-10-26T22:59:59+00:00"),
    ],
)
def test_the_end_of_the_day_holds_when_the_clocks_change(registered: str, due: str, utc: str):
    found = POLISH.due(warsaw(registered))
    assert found.date() == date.fromisoformat(due)
    assert found.astimezone(UTC).isoformat() == utc


@pytest.mark.parametrize("moment", ["2026-10-25T00:30:00+00:00", "2026-10-25T01:30:00+00:00"])
def test_the_hour_that_comes_twice_is_one_day(moment: str):
    assert POLISH.due(datetime.fromisoformat(moment)) == warsaw("2026-10-27", "23:59:59")


def test_extra_days_off_count_as_days_off():
    """As bare dates or as the program writes them."""
    named = DayOff(date="2026-09-08", name=Text(pl="Święto", en="Feast"))
    calendar = BusinessCalendar(extra_days_off=[named, date(2026, 9, 9)])
    assert calendar.due(warsaw("2026-09-07")) == warsaw("2026-09-11", "23:59:59")
    assert calendar.skipped(warsaw("2026-09-07")) == (
        SkippedDay(date(2026, 9, 8), SkipReason.EXTRA, named.name),
        SkippedDay(date(2026, 9, 9), SkipReason.EXTRA),
    )


def test_skipped_days_say_why_and_what_they_are_called():
    """A day off that falls on a weekend is a weekend: it moves nothing."""
    found = POLISH.skipped(warsaw("2026-12-23"))
    assert [(day.date.isoformat(), day.reason, day.name and (day.name.pl, day.name.en)) for day in found] == [
        ("2026-12-24", "holiday", ("Wigilia Bożego Narodzenia", "Christmas Eve")),
        ("2026-12-25", "holiday", ("Boże Narodzenie (pierwszy dzień)", "Christmas Day")),
        ("2026-12-26", "weekend", None),
        ("2026-12-27", "weekend", None),
    ]


def test_nothing_is_skipped_in_a_plain_week():
    assert POLISH.skipped(warsaw("2026-09-07")) == ()


def test_the_calendar_of_a_program(example: Program):
    """The example has 12 November 2026 as an extra day off."""
    calendar = BusinessCalendar.of(example.deal_registration)
    assert calendar.due(warsaw("2026-11-10")) == warsaw("2026-11-16", "23:59:59")


@pytest.mark.parametrize(
    ("now", "left"),
    [
        ("2026-09-09", 4),  # Wednesday; due on Tuesday
        ("2026-09-10", 3),
        ("2026-09-11", 2),
        ("2026-09-12", 2),  # the weekend takes nothing away
        ("2026-09-13", 2),
        ("2026-09-14", 1),
        ("2026-09-15", 0),
        ("2026-09-16", -1),
        ("2026-09-18", -3),
    ],
)
def test_what_is_left_until_the_deadline(now: str, left: int):
    assert POLISH.remaining(warsaw(now), warsaw("2026-09-15", "23:59:59")) == left


@pytest.mark.parametrize("now", ["2026-09-12", "2026-09-13", "2026-09-14"])
def test_after_a_fridays_deadline_the_weekend_is_overdue_already(now: str):
    assert POLISH.remaining(warsaw(now), warsaw("2026-09-11", "23:59:59")) == -1


def test_overdue_begins_with_the_next_second():
    due = POLISH.due(warsaw("2026-09-07"))
    assert POLISH.remaining(due, due) == 0
    assert POLISH.remaining(due + timedelta(seconds=1), due) == -1


def test_a_moment_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="no time zone"):
        POLISH.due(datetime(2026, 9, 7, 12))  # noqa: DTZ001 - the mistake itself


@pytest.mark.parametrize("business_days", [0, -1])
def test_no_days_are_no_deadline(business_days: int):
    with pytest.raises(ValueError, match="at least 1"):
        POLISH.due(warsaw("2026-09-07"), business_days)


@pytest.mark.parametrize("day", ["2100-12-31", "2101-01-01", "9999-12-31", "1900-01-02"])
def test_years_whose_days_off_are_unknown_are_not_guessed(day: str):
    with pytest.raises(CalendarExhausted) as raised:
        POLISH.due(warsaw(day))
    assert isinstance(raised.value, ProgramError)
    assert "are not known" in str(raised.value)


# Moments in the years that matter, to the second, whatever the clocks do.
moments = st.datetimes(
    min_value=datetime(2024, 1, 1),  # noqa: DTZ001 - hypothesis adds the time zone
    max_value=datetime(2040, 12, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, WARSAW, ZoneInfo("America/New_York"), ZoneInfo("Asia/Tokyo")]),
)
days = st.integers(min_value=1, max_value=30)
extras = st.lists(st.dates(date(2024, 1, 1), date(2041, 12, 31)), max_size=20)


@given(moments, days, extras)
def test_exactly_so_many_business_days_lie_up_to_the_deadline(registered, business_days, extra):
    """Counted one by one from the plain definition, without the calendar's own help."""
    due = BusinessCalendar(extra_days_off=extra).due(registered, business_days)
    first, last = registered.astimezone(WARSAW).date(), due.date()
    off = holidays.country_holidays("PL", years=range(first.year, last.year + 1))
    between = [first + timedelta(ahead) for ahead in range(1, (last - first).days + 1)]
    counted = [day for day in between if day.weekday() < 5 and day not in off and day not in extra]
    assert len(counted) == business_days
    assert counted[-1] == last


@given(moments, days)
def test_the_deadline_is_the_end_of_a_business_day_in_warsaw(registered, business_days):
    due = POLISH.due(registered, business_days)
    assert due.tzinfo == WARSAW
    assert due.time() == time(23, 59, 59)
    assert POLISH.is_business_day(due.date())
    assert due > registered


@given(moments, moments, days)
def test_who_registers_later_is_never_answered_earlier(one, other, business_days):
    first, second = sorted([one, other])
    assert POLISH.due(first, business_days) <= POLISH.due(second, business_days)


@given(moments, days, extras)
def test_days_are_either_counted_or_skipped(registered, business_days, extra):
    calendar = BusinessCalendar(extra_days_off=extra)
    first, last = registered.astimezone(WARSAW).date(), calendar.due(registered, business_days).date()
    skipped = calendar.skipped(registered, business_days)
    assert (last - first).days == business_days + len(skipped)
    assert list(skipped) == sorted(skipped, key=lambda day: day.date)
    assert not any(calendar.is_business_day(day.date) for day in skipped)
    assert all((day.name is None) == (day.reason is not SkipReason.HOLIDAY) for day in skipped)


@given(moments, days, extras)
def test_right_after_registration_all_days_are_left(registered, business_days, extra):
    calendar = BusinessCalendar(extra_days_off=extra)
    due = calendar.due(registered, business_days)
    assert calendar.remaining(registered, due) == business_days
    assert calendar.remaining(due, due) == 0
    assert calendar.remaining(due + timedelta(days=1), due) == -1


@given(moments, days)
def test_what_is_left_only_shrinks(registered, business_days):
    due = POLISH.due(registered, business_days)
    left = [POLISH.remaining(registered + timedelta(days=passed), due) for passed in range(60)]
    assert left == sorted(left, reverse=True)


def test_a_program_has_one_calendar_that_keeps_the_years_it_counted(example: Program):
    """Also when the program is read again; with other days off it is another one."""
    rule = example.deal_registration
    assert BusinessCalendar.of(rule) is BusinessCalendar.of(rule.model_copy(deep=True))
    other = rule.model_copy(update={"extra_days_off": ()})
    assert BusinessCalendar.of(rule) is not BusinessCalendar.of(other)
