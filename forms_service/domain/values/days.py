"""Date parser: a day as people and spreadsheets write it. Pure."""

import re
from datetime import date
from functools import cache

from babel.dates import get_month_names

from forms_service.domain.values.normalisation import folded
from partner_program.model import LANGUAGES

LONGEST = 40
"""Characters; no longer text is looked at."""

_MIDNIGHT = re.compile(r"[t ]0?0:00(?::00(?:\.0+)?)?z?$")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{2})[-/.](\d{2})", re.ASCII)
_DOTTED = re.compile(r"(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})(?: ?r\.?)?", re.ASCII)
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_IN_WORDS = re.compile(r"([0-9]{1,2})(?:\.|st|nd|rd|th)?[ -]([^\W\d_]+)\.?[ -]([0-9]{4})(?: ?r\.?)?")
_MONTH_FIRST = re.compile(r"([^\W\d_]+)\.? ([0-9]{1,2})(?:st|nd|rd|th)?,? ([0-9]{4})")
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")


class AmbiguousDay(ValueError):
    """A text could be two days: `11/12/2026`."""


@cache
def _months() -> dict[str, int]:
    names = {
        folded(name).rstrip("."): number
        for language in LANGUAGES
        for width in ("wide", "abbreviated")
        for context in ("format", "stand-alone")
        for number, name in get_month_names(width, context, locale=language).items()
    }
    return names | {roman: number for number, roman in enumerate(_ROMAN, 1)}


def read_day(text: str) -> date:
    """`2026-11-30`, `30.11.2026`, `30/11/2026`, `30 listopada 2026`, `30-lis-2026`; a midnight may follow.

    Raises:
        AmbiguousDay: the first two numbers of `11/12/2026` could change places.
        ValueError: it is no day.
    """
    words = _MIDNIGHT.sub("", folded(text).rstrip(" ,;")) if len(text) <= LONGEST else ""
    if found := _YEAR_FIRST.fullmatch(words):
        year, month, day = map(int, found.groups())
    elif found := _DOTTED.fullmatch(words):
        day, month, year = map(int, found.groups())
    elif found := _SLASHED.fullmatch(words):
        day, month, year = _slashed(*map(int, found.groups()))
    elif found := _IN_WORDS.fullmatch(words):
        day, month, year = int(found[1]), _months().get(found[2], 0), int(found[3])
    elif found := _MONTH_FIRST.fullmatch(words):
        day, month, year = int(found[2]), _months().get(found[1], 0), int(found[3])
    else:
        raise ValueError("no day")
    return date(year, month, day)


def _slashed(one: int, other: int, year: int) -> tuple[int, int, int]:
    if one <= 12 and other <= 12 and one != other:
        raise AmbiguousDay(f"{one}/{other}/{year}")
    return (one, other, year) if other <= 12 else (other, one, year)
