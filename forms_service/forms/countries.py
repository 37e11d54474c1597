"""The countries of ISO 3166-1, with their names, in the order of the page's alphabet, Poland first."""

from functools import cache
from importlib.resources import files

from babel import Locale

from forms_service.forms.alphabet import alphabetical
from partner_program.model import Language

_MEMBERS = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
EU = frozenset(_MEMBERS.split())
"""Countries whose tax numbers are EU VAT numbers."""


@cache
def country_codes() -> frozenset[str]:
    """Every alpha-2 code of ISO 3166-1 and no other (no groups, no user-assigned codes)."""
    table = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text(encoding="utf-8")
    return frozenset(line.split("\t")[0] for line in table.splitlines() if line and not line.startswith("#"))


@cache
def countries(language: Language) -> dict[str, str]:
    """Code to name, in the order in which people look for them."""
    names = Locale(language).territories
    in_order = alphabetical(language)
    rest = sorted(country_codes() - {"PL"}, key=lambda code: in_order(names[code]))
    return {code: names[code] for code in ("PL", *rest)}
