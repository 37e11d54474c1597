"""Field types: validators of single texts of the program: address, time zone, date.

Each check gives the text back or raises ValueError with what to write instead.
"""

import datetime
import re
from functools import cache
from zoneinfo import available_timezones

from email_validator import EmailNotValidError, validate_email

from partner_program.nearest_name import nearest


def email_address(text: str) -> str:
    """One e-mail address. Whether it exists is not asked of any server."""
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise ValueError(f"`{text}` is no e-mail address: write one like name@company.com") from error


def time_zone(text: str) -> str:
    """A name of the time zone database."""
    zones = _time_zones()
    if text in zones:
        return text
    instead = nearest(text, zones) or "Europe/Warsaw"
    raise ValueError(f"there is no time zone `{text}`: write one like {instead}")


@cache
def _time_zones() -> frozenset[str]:
    """Asked for once: the answer reads hundreds of files."""
    return frozenset(available_timezones())


def day(text: str) -> str:
    """A day that exists, written `YYYY-MM-DD`."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise ValueError(f'`{text}` is no date: write it like "2026-11-12", in quotes')
    try:
        datetime.date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"there is no day {text} in the calendar") from error
    return text
