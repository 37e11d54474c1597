"""Countries: ISO 3166-1 and Kosovo, names in the page's language, Poland first."""

import unicodedata
from collections.abc import Callable
from functools import cache

from babel import Locale

from forms_service.domain.values.country_codes import country_codes
from partner_program.model import Language

_ALPHABETS: dict[Language, str] = {
    "pl": "aąbcćdeęfghijklłmnńoópqrsśtuvwxyzźż",
    "en": "abcdefghijklmnopqrstuvwxyz",
}

SortKey = tuple[tuple[tuple[int, int], ...], str]


def alphabetical(language: Language) -> Callable[[str], SortKey]:
    """Sort key: alphabetical order of that language, word by word.

    A letter that the alphabet does not have counts as the one it is made from (`Å` as `A`, `ô` as `o`).
    """
    places = {letter: place for place, letter in enumerate(_ALPHABETS[language])}

    def place(sign: str) -> tuple[int, int]:
        plain = sign if sign in places else unicodedata.normalize("NFD", sign)[0]
        return (1, places[plain]) if plain in places else (0, ord(plain))

    def key(word: str) -> SortKey:
        return tuple(place(sign) for sign in unicodedata.normalize("NFC", word).lower()), word

    return key


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
