"""Name comparison: company names are equal but for spelling, near enough to ask, or different.

The same: equal without legal form, case, diacritics, punctuation, spaces and order of words, or the same to
look at, whatever letters it is written in. Near: easily misread (`rn` for `m`), a slip of the pen in a long
word, or one name inside the other, where what they share is distinctive; a short, generic or common name is
near to few. Names that are the same or near are found by looking up keys in an index.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import cached_property, lru_cache
from itertools import product

from rapidfuzz.distance import OSA

from forms_service.domain.companies import look_alikes
from forms_service.domain.companies.look_alikes import MARKS, looks, skeleton
from forms_service.domain.companies.stop_words import (
    AFFILIATION,
    COMMON_NAMES,
    CONNECTORS,
    IN_FRONT,
    LEGAL_FORMS,
    TRADE,
    UNMISTAKABLE,
)

_LETTERS_OF_THEIR_OWN = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
_APOSTROPHES = re.compile("['’‘`´ʼ]")
_WORD = re.compile(r"[^\W_]+")
_SPELLINGS = tuple(
    (re.compile(written), sound)
    for written, sound in (
        ("([aou])e", r"\1"),
        ("x", "ks"),
        ("v", "w"),
        ("ph", "f"),
        ("ck", "k"),
        (r"(.)\1+", r"\1"),
    )
)
"""Ways of writing one sound: `Mueller` and `Müller`, `Budimeks` and `Budimex`, `Allegro` and `Alegro`."""
LONGEST = 200
"""Characters of a name at most, in every form and import."""
_LONGEST_FORM_WORDS = 6
_SLIPS_FROM = 6
"""Letters that a word needs so that it may hold a slip."""
_SHARED_ALONE = 5
"""Letters a word needs to make two names near although they say more besides, each something else."""
_SHARED = 4
"""Letters a word needs to make two names near of which one only adds what the company does."""


class Likeness(Enum):
    """Result of comparing two names."""

    DIFFERENT = 0
    NEAR = 1
    SAME = 2


def fold(text: str) -> str:
    """Case-fold and strip diacritics: `Łódź Größe` becomes `lodz grosse`."""
    folded = text.translate(MARKS).casefold()
    if folded.isascii():
        return folded
    decomposed = unicodedata.normalize("NFKD", folded)
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    # Once more: `𝐀` is no capital, but what it is decomposed to is one.
    return letters.casefold().translate(_LETTERS_OF_THEIR_OWN)


def _sound(word: str) -> str:
    """A word as it sounds, roughly."""
    for written, sound in _SPELLINGS:
        word = written.sub(sound, word)
    return word


_COMMON_NAMES = frozenset(map(_sound, COMMON_NAMES))


@dataclass(frozen=True)
class CompanyName:
    """A company name in parts, without legal form and punctuation."""

    words: tuple[str, ...]
    """Folded, in the order in which they are written. Empty where there was nothing but a legal form."""

    @cached_property
    def sorted(self) -> str:
        """The same for any order of words."""
        return " ".join(sorted(self.words))

    @cached_property
    def joined(self) -> str:
        """The same however the words are divided."""
        return "".join(self.words)

    @cached_property
    def as_misread(self) -> str:
        """The same for names that may be misread for each other."""
        return "".join(map(looks, self.words))

    @cached_property
    def core(self) -> tuple[str, ...]:
        """Words that do not say where, or which part of a group."""
        return tuple(word for word in self.words if word not in AFFILIATION)

    @cached_property
    def strong(self) -> tuple[str, ...]:
        """Words of the core that do not say what the company does, as they sound."""
        return tuple(_sound(word) for word in self.core if word not in TRADE)

    @cached_property
    def trade(self) -> frozenset[str]:
        """The rest of the core."""
        return frozenset(word for word in self.core if word in TRADE)


def read(text: str) -> CompanyName:
    """Parse a company name. A longer one is cut: see LONGEST."""
    return _read(text[:LONGEST])


@lru_cache(maxsize=8192)
def _read(text: str) -> CompanyName:
    words = _WORD.findall(fold(_APOSTROPHES.sub("", text)))
    words = _without_legal_forms(words)
    inner = [word for word in words[1:-1] if word not in CONNECTORS]
    return CompanyName(tuple(words if len(words) < 3 else [words[0], *inner, words[-1]]))


def _without_legal_forms(words: list[str]) -> list[str]:
    words = _trimmed(words, IN_FRONT, at_end=False)
    words = _trimmed(words, LEGAL_FORMS, at_end=True)
    for start in range(1, len(words)):
        for end in range(min(len(words), start + _LONGEST_FORM_WORDS), start, -1):
            if "".join(words[start:end]) in UNMISTAKABLE:
                return [*_trimmed(words[:start], LEGAL_FORMS, at_end=True), *words[end:]]
    return words


def _trimmed(words: list[str], forms: frozenset[str], *, at_end: bool) -> list[str]:
    """Forms cut off one end, the longest first, again and again, as long as something is left."""
    for length in range(min(len(words) - 1, _LONGEST_FORM_WORDS), 0, -1):
        piece, rest = (words[-length:], words[:-length]) if at_end else (words[:length], words[length:])
        if "".join(piece) in forms:
            return _trimmed(rest, forms, at_end=at_end)
    return words


def _readings(text: str) -> tuple[CompanyName, ...]:
    """The name as it is written, and as it looks, where letters of other scripts stand in it."""
    written, seen = read(text), read(skeleton(text[:LONGEST]))
    return (written,) if written == seen else (written, seen)


def compare(one: str, other: str) -> Likeness:
    """Compare two names, in either order. A bare legal form matches nothing.

    Names that look the same are the same; those in which digits or letters are easily misread are near.
    """
    pairs = product(_readings(one), _readings(other))
    return max((_compare(a, b) for a, b in pairs), key=lambda likeness: likeness.value)


def _compare(a: CompanyName, b: CompanyName) -> Likeness:
    if not a.words or not b.words:
        return Likeness.DIFFERENT
    if a.sorted == b.sorted or a.joined == b.joined:
        return Likeness.SAME
    return Likeness.NEAR if a.as_misread == b.as_misread or _near(a, b) else Likeness.DIFFERENT


def index_keys(text: str) -> frozenset[str]:
    """Index keys of a name; every equal or near name has one of its `search_keys` among them."""
    return _keys(text, _halves)


def search_keys(text: str) -> frozenset[str]:
    """Keys to search for equal (`name:`) or near (`near:`) names; finds others, too."""
    return _keys(text, _halves_of_neighbours)


def _keys(text: str, keys_of_long_word: Callable[[str], set[str]]) -> frozenset[str]:
    found = frozenset().union(*(_keys_of(name, keys_of_long_word) for name in _readings(text)))
    return found.union(*map(look_alikes.keys_of, found))


def _keys_of(name: CompanyName, keys_of_long_word: Callable[[str], set[str]]) -> frozenset[str]:
    if not name.words:
        return frozenset()
    found = {f"name:{name.sorted}", f"name:{name.joined}"}
    for word in {*name.strong, "".join(name.strong)} - {""}:
        found |= keys_of_long_word(word) if _may_hold_a_slip(word) else {f"near:{word}"}
    return frozenset(found)


def _halves(word: str) -> set[str]:
    """A word's two halves, with its length: a slip leaves one of them as it was."""
    middle = len(word) // 2
    return {f"near:{len(word)} {word[:middle]}…", f"near:{len(word)} …{word[middle:]}"}


def _halves_of_neighbours(word: str) -> set[str]:
    """One half at least of every word that is one slip away, and both of the word itself."""
    found = set()
    for length in range(len(word) - 1, len(word) + 2):
        middle = length // 2
        found |= {f"near:{length} {word[:middle]}…", f"near:{length} …{word[-(length - middle) :]}"}
    middle = len(word) // 2
    # The slip that touches both halves: the two letters in the middle change places.
    return found | _halves(word[: middle - 1] + word[middle] + word[middle - 1] + word[middle + 1 :])


def _near(a: CompanyName, b: CompanyName) -> bool:
    if not a.strong or not b.strong:
        return False
    if sorted(a.core) == sorted(b.core):
        return len("".join(a.strong)) > 2
    one, other = sorted((a.strong, b.strong), key=lambda words: (len(words), words))
    shared = _shared(one, other)
    if shared is None:
        return len(one) != len(other) and _alike("".join(one), "".join(other))
    telling = [word for word, match in shared if not {word, match} & _COMMON_NAMES]
    longest = max(map(len, telling), default=0)
    if len(one) < len(other) or not (a.trade <= b.trade or b.trade <= a.trade):
        return longest >= _SHARED_ALONE
    return longest >= _SHARED or len(shared) + len(a.trade & b.trade) > 1


def _shared(fewer: tuple[str, ...], more: tuple[str, ...]) -> list[tuple[str, str]] | None:
    """The words of `fewer`, each with the word of `more` that it is; None if one of them has none."""
    left = list(more)
    pairs = []
    for word in fewer:
        match = next((each for each in left if _alike(word, each)), None)
        if match is None:
            return None
        left.remove(match)
        pairs.append((word, match))
    return pairs


def _alike(one: str, other: str) -> bool:
    """The same word, give or take a slip: a letter more, less or other, or two that changed places."""
    if _may_hold_a_slip(one) and _may_hold_a_slip(other):
        return OSA.distance(one, other, score_cutoff=1) <= 1
    return one == other


def _may_hold_a_slip(word: str) -> bool:
    """Whether it is long enough that a slip is likelier than another word. Numbers hold none."""
    return len(word) >= _SLIPS_FROM and word.isalpha()
