"""The countries of ISO 3166-1 and Kosovo, with names, in the order of the page's alphabet, Poland first."""

from functools import cache

from babel import Locale

from forms_service.decisions.country_codes import country_codes
from forms_service.forms.alphabet import alphabetical
from partner_program.model import Language

_MEMBERS = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
EU = frozenset(_MEMBERS.split())
"""Countries whose tax numbers are EU VAT numbers."""


@cache
def countries(language: Language) -> dict[str, str]:
    """Code to name, in the order in which people look for them."""
    names = Locale(language).territories
    in_order = alphabetical(language)
    rest = sorted(country_codes() - {"PL"}, key=lambda code: in_order(names[code]))
    return {code: names[code] for code in ("PL", *rest)}
