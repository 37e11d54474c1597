"""Alphabetical order in the languages of the site, the same on every machine (no system locale)."""

import unicodedata
from collections.abc import Callable

from partner_program.model import Language

_ALPHABETS: dict[Language, str] = {
    "pl": "aąbcćdeęfghijklłmnńoópqrsśtuvwxyzźż",
    "en": "abcdefghijklmnopqrstuvwxyz",
}

SortKey = tuple[tuple[tuple[int, int], ...], str]


def alphabetical(language: Language) -> Callable[[str], SortKey]:
    """A key that sorts words as a dictionary of that language does, word by word.

    A letter that the alphabet does not have counts as the one it is made from (`Å` as `A`, `ô` as `o`).
    """
    places = {letter: place for place, letter in enumerate(_ALPHABETS[language])}

    def place(sign: str) -> tuple[int, int]:
        plain = sign if sign in places else unicodedata.normalize("NFD", sign)[0]
        return (1, places[plain]) if plain in places else (0, ord(plain))

    def key(word: str) -> SortKey:
        return tuple(place(sign) for sign in unicodedata.normalize("NFC", word).lower()), word

    return key
