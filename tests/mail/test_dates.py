"""Stored in UTC, told as a clock in Warsaw shows it."""

import pytest

from forms_service.domain.submissions.submission_labels import date_and_time
from partner_program import Program


@pytest.mark.parametrize(
    ("stored", "told"),
    [
        ("2026-12-23T09:30:00.000000Z", "środa, 23 grudnia 2026, 10:30"),
        ("2026-03-29T00:59:59.000000Z", "niedziela, 29 marca 2026, 01:59"),
        ("2026-03-29T01:00:00.000000Z", "niedziela, 29 marca 2026, 03:00"),
        ("2026-10-25T00:30:00.000000Z", "niedziela, 25 października 2026, 02:30"),
        ("2026-10-25T01:30:00.000000Z", "niedziela, 25 października 2026, 02:30"),
        ("2028-02-28T23:30:00.000000Z", "wtorek, 29 lutego 2028, 00:30"),
        ("2026-12-31T22:59:59.999999Z", "czwartek, 31 grudnia 2026, 23:59"),
        ("2026-12-31T23:00:00.000000Z", "piątek, 1 stycznia 2027, 00:00"),
    ],
)
def test_the_hour_is_the_one_people_read_on_the_wall(program: Program, stored: str, told: str) -> None:
    """T3: an hour that is left out, one that comes twice, a leap day, the last minute of a year."""
    assert date_and_time(stored, program, "pl").replace("\u00a0", " ") == told
    assert date_and_time(stored, program, "en").endswith(f"{told[-5:]} (Warsaw)")
