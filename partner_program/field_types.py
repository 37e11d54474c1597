"""Field types: validators of single texts of the program: address, time zone, date.

Each check gives the text back or raises ValueError with what to write instead.
"""

import datetime
import re
from functools import cache
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from email_validator import EmailNotValidError, validate_email

from partner_program.nearest_name import nearest


def email_address(text: str) -> str:
    """One e-mail address. Whether it exists is not asked of any server."""
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise ValueError(f"`{text}` is no e-mail address: write one like name@company.com") from error


def phone(text: str) -> str:
    """A phone number with its country code (ITU-T E.164: at most 15 digits)."""
    digits = len(re.sub(r"[^0-9]", "", text))
    if not re.fullmatch(r"\+[1-9][0-9 ()-]*", text, re.ASCII) or not 7 <= digits <= 15:
        raise ValueError(
            f'`{text}` is no phone number: write it with its country code, like "+48 32 000 00 00"'
        )
    return text


def web_address(text: str) -> str:
    """An absolute `https` address."""
    try:
        parts = urlsplit(text)
        is_one = parts.scheme == "https" and bool(parts.hostname) and not re.search(r"\s", text)
    except ValueError:
        is_one = False
    if not is_one:
        raise ValueError(f"`{text}` is no web address: write one like https://example.com/meeting")
    return text


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
