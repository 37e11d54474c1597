"""Tax numbers in one form, so that equal ones are equal however they were written."""

import re
from functools import lru_cache

from stdnum.eu import vat
from stdnum.pl import nip

_EU = frozenset(vat.MEMBER_STATES)
_OTHER = re.compile(r"[\W_]+")
_CLEAN = re.compile("[A-Z]{2}[0-9A-Z]*[0-9][0-9A-Z]*")


LONGEST = 200
"""Characters of a number at most, as somebody wrote it."""


def normalised(number: str | None, country: str | None = None) -> str | None:
    """`PL1234563218` for `123-456-32-18` and `pl 1234563218`; None where there is no number.

    Numbers that nobody can check (from outside the EU, or wrong) come as letters and digits only, behind a
    `~`; one that has the prefix of its country, as the forms write what they checked, is taken as checked.
    Without a country, a number without prefix is Polish if its check digit says so. None above LONGEST.
    """
    return _normalised(number, country) if len(number or "") <= LONGEST else None


@lru_cache(maxsize=16_384)
def _normalised(number: str | None, country: str | None) -> str | None:
    given = number or ""
    prefix = _prefix(given, (country or "").lower())
    if prefix and given.startswith(prefix) and _CLEAN.fullmatch(given):
        return given
    compact = _OTHER.sub("", given).upper()
    prefix = prefix or _prefix(compact, (country or "").lower())
    if prefix:
        for bare in (compact.removeprefix(prefix), compact):
            if vat.is_valid(prefix + bare):
                return prefix + bare
    return f"~{compact}" if compact else None


def _prefix(number: str, country: str) -> str | None:
    """The prefix that a number has, or should have; None where it has none."""
    country = "el" if country == "gr" else country
    if country:
        return country.upper() if country in _EU | {"el"} else None
    if number[:2].lower() in _EU | {"el"}:
        return number[:2]
    return "PL" if nip.is_valid(number) else None
