"""A day as people and spreadsheets write it."""

from datetime import date

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from forms_service.domain.values.days import AmbiguousDay, read_day

DAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-30",
        "2026\u201311\u201330",
        "２０２６-１１-３０",
        " 2026-11-30\u00a0",
        "2026-11-30 00:00:00",
        "2026-11-30T00:00",
        "30.11.2026",
        "30. 11. 2026",
        "2026/11/30",
        "30.11.2026 00:00",
        "30/11/2026 0:00:00",
        "2026-11-30T00:00:00.000Z",
        "30.11.2026 r.",
        "30/11/2026",
        "11/30/2026",
        "30 listopada 2026",
        "30 listopada 2026 r.",
        "30 November 2026",
        "30 lis 2026",
        "30-lis-2026",
        "30-Nov-2026",
        "30 XI 2026 r.",
        "30th November 2026",
        "November 30, 2026",
        "Nov. 30th, 2026",
        "30.11.2026,",
    ],
)
def test_one_day_however_it_is_written(text: str) -> None:
    assert read_day(text) == DAY


@pytest.mark.parametrize(
    "text",
    [
        "",
        "30.11.26",
        "31.11.2026",
        "2026-11-31",
        "20261130",
        "2026-W48-1",
        "30 foo 2026",
        "foo 30, 2026",
        "30 XIII 2026",
        "3" * 100,
    ],
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_day(text)


@pytest.mark.parametrize("text", ["11/12/2026", "1/2/2026"])
def test_what_could_be_two_days_is_refused_by_name(text: str) -> None:
    with pytest.raises(AmbiguousDay):
        read_day(text)


@given(
    st.dates(date(1000, 1, 1)),
    st.sampled_from(["yyyy-MM-dd", "d.MM.yyyy", "dd.MM.yyyy", "d MMMM yyyy"]),
    st.sampled_from(["pl", "en"]),
)
def test_what_is_formatted_reads_back(day: date, pattern: str, language: str) -> None:
    assert read_day(format_date(day, pattern, locale=language)) == day


@given(st.text(max_size=60))
def test_no_text_is_anything_but_a_day_or_refused(text: str) -> None:
    try:
        read_day(text)
    except ValueError:
        return
