"""Tax numbers in one form, so that equal ones are equal however they were written."""

import re
from functools import lru_cache

from stdnum.eu import vat
from stdnum.pl import nip

_EU = frozenset(vat.MEMBER_STATES)
_OTHER = re.compile(r"[\W_]+")


@lru_cache(maxsize=4096)
def normalised(number: str | None, country: str | None = None) -> str | None:
    """`PL1234563218` for `123-456-32-18` and `pl 1234563218`; None where there is no number.

    Numbers that nobody can check (from outside the EU, or wrong) come as letters and digits only, behind a
    `~`. Without a country, a number without prefix is Polish if its check digit says so.
    """
    compact = _OTHER.sub("", number or "").upper()
    if not compact:
        return None
    for prefix in _prefixes(compact, (country or "").lower()):
        if vat.is_valid(prefix + compact.removeprefix(prefix)):
            return prefix + compact.removeprefix(prefix)
        if vat.is_valid(prefix + compact):
            return prefix + compact
    return f"~{compact}"


def _prefixes(compact: str, country: str) -> tuple[str, ...]:
    country = "el" if country == "gr" else country
    if country and country != "el" and country not in _EU:
        return ()
    if country:
        return (country.upper(),)
    if compact[:2].lower() in _EU | {"el"}:
        return (compact[:2],)
    return ("PL",) if nip.is_valid(compact) else ()
