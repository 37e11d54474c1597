"""Confusables: texts that look alike and are not equal (UTS 39). Pure: text in, text out.

The table is made of the data of `confusable-homoglyphs` (Unicode 15.1), of what a Latin letter or a digit is
mistaken for; letters that are told apart at a glance (`ł`, `ß`) are not in it.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from string import ascii_letters, digits
from typing import Any

import idna

MARKS = str.maketrans(dict.fromkeys("™℠®©¹²³", " "))
"""Signs of law and print behind a name, no letters of it: NFKD would make `TM` of one."""

SEEN = "near:="
"""How a key begins that says what a name looks like."""
_TOLD_APART = frozenset("łŁøØđĐðÐþÞæÆœŒħĦßẞ")
_SMALL_CAPITALS = (*range(0x0250, 0x02B0), *range(0x1D00, 0x1D80), *range(0xA730, 0xA780))
_SMALL_CAPITAL = re.compile(r"LATIN LETTER SMALL CAPITAL ([A-Z])")
_STEPS = 3
"""How far a likeness is followed: `т` is like `ᴛ`, and that like `t`."""
_CAPITAL_I = re.compile(r"(?<=[^\W\d_])I(?=[a-z])|(?<=[a-z])I(?=[^\W\d_])")
_WORD = re.compile(r"[^\W\d_]{2,}")
_DIGIT_FROM, _LETTER_FROM = 4, 5
"""Letters that a word needs so that `0` stands for `o`, and so that `i` and `l`, `rn` and `m` may be one."""
_DIGITS = str.maketrans("01", "ol")
_DIGIT_BEFORE_A_LETTER = re.compile("[345](?=[a-z])")
_LIKE_A_DIGIT = {"3": "e", "4": "a", "5": "s"}
"""At the end of a word they count: `studio4` is no `studioa`."""
_CYRILLIC_E = {"є": "e", "Є": "E"}
"""What UTS 39 takes for another letter than people do."""
_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK")
"""Those with letters that look like those of another."""
_A_LABEL = re.compile(r"(?i)\bxn--[a-z0-9-]{1,59}")
_ABOUT_COMPANIES = ("company_name", "website", "customer_name", "customer_website", "partner_email")


@dataclass(frozen=True)
class MixedWord:
    """A word with letters of several scripts."""

    word: str
    letters: tuple[tuple[str, str], ...]
    """Each letter that is of another script than most, with its name in Unicode."""


@cache
def _table() -> Mapping[int, str]:
    """What each letter outside ASCII is mistaken for."""
    from confusable_homoglyphs.confusables import confusables_data

    found = {letter: letter for letter in ascii_letters + digits} | _CYRILLIC_E
    small = (
        (sign, _SMALL_CAPITAL.fullmatch(unicodedata.name(sign, ""))) for sign in map(chr, _SMALL_CAPITALS)
    )
    found |= {sign: match[1].lower() for sign, match in small if match}
    for _ in range(_STEPS):
        alike: dict[str, list[str]] = {}
        for sign, letter in found.items():
            for each in confusables_data.get(sign, ()):
                alike.setdefault(each["c"], []).append(letter)
        found |= {sign: _best(sign, letters) for sign, letters in alike.items() if _is_new(sign, found)}
    return {ord(sign): letter for sign, letter in found.items() if not sign.isascii()}


def _is_new(sign: str, found: Mapping[str, str]) -> bool:
    return len(sign) == 1 and sign.isalpha() and sign not in found and sign not in _TOLD_APART


def _best(sign: str, letters: list[str]) -> str:
    """A capital is like a capital: `Ι` is more like `I` than like `l`, its prototype."""
    best = next((letter for letter in letters if letter.isupper() == sign.isupper()), letters[0])
    return "I" if best == "l" and sign.isupper() else best


def skeleton(text: str) -> str:
    """The text in the letters it looks like: `Ζеbrа` in Greek and Cyrillic letters becomes `Zebra`.

    Letters keep their case, for capitals look like others than small letters do.
    """
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text.translate(MARKS))
        text = "".join(sign for sign in decomposed if not unicodedata.combining(sign)).translate(_table())
    return _CAPITAL_I.sub("l", text) if "I" in text else text


def looks(word: str) -> str:
    """A folded word as it may be misread: `acrne` becomes `acme`, `so1utions` and `solutions` one."""
    if len(word) >= _DIGIT_FROM and not word.isalpha() and not word.isdecimal():
        word = word.translate(_DIGITS)
        word = _DIGIT_BEFORE_A_LETTER.sub(lambda found: _LIKE_A_DIGIT[found[0]], word)
    if len(word) < _LETTER_FROM or word.isdecimal():
        return word
    return word.replace("rn", "m").replace("vv", "w").replace("i", "l")


def domain_skeleton(domain: str | None) -> str | None:
    """The ASCII domain that an international one looks like; any other as it is."""
    if domain is None or "xn--" not in domain:
        return domain
    try:
        seen = skeleton(idna.decode(domain)).lower()
    except (idna.IDNAError, UnicodeError):
        return domain
    return seen if seen.isascii() else domain


def keys_of(key: str) -> Iterator[str]:
    """Under which a stored key of a company is found besides: by what it looks like."""
    kind, _, text = key.partition(":")
    if kind == "name" and " " not in text:
        yield f"{SEEN}{looks(skeleton(text))}"
    elif kind == "web" and "xn--" in text:
        yield f"web:{domain_skeleton(text)}"


def mixed_words(text: str) -> tuple[MixedWord, ...]:
    """The words of a text that mix scripts (UTS 39, 5.1), with the letters that do not belong there."""
    found = []
    for word in () if text.isascii() else _WORD.findall(text):
        scripts = {letter: _script(letter) for letter in word}
        known = [script for script in scripts.values() if script in _SCRIPTS]
        if len(set(known)) > 1:
            usual = max(_SCRIPTS, key=lambda script: sum(scripts[letter] == script for letter in word))
            others = dict.fromkeys(letter for letter in word if scripts[letter] in set(_SCRIPTS) - {usual})
            found.append(MixedWord(word, tuple((each, unicodedata.name(each)) for each in others)))
    return tuple(found)


def mixed_in(said: Mapping[str, Any]) -> tuple[MixedWord, ...]:
    """The same of the names and web addresses in what a submission says about companies."""
    texts = (_A_LABEL.sub(_decoded, str(said.get(field) or "")) for field in _ABOUT_COMPANIES)
    return tuple(dict.fromkeys(word for text in texts for word in mixed_words(text)))


def _decoded(label: re.Match[str]) -> str:
    try:
        return idna.decode(label[0])
    except (idna.IDNAError, UnicodeError):
        return label[0]


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]
