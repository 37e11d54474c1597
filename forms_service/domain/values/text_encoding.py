"""Character encoding: the text of a file whose encoding nobody says. Judges by what reads as words. Pure.

UTF-8, UTF-16, Windows-1250 and ISO-8859-2 are told apart or asked about; another code page is taken where
its letters fit far better, and no text is made of bytes that fit several.
"""

import codecs
import re
import unicodedata
from dataclasses import dataclass
from itertools import islice

Encoding = str
"""A codec of Python's."""

WINDOWS, ISO = "cp1250", "iso8859_2"
OTHERS = {
    "cp852": "the DOS code page 852",
    "mac_latin2": "Mac Central European",
    "cp1252": "Windows-1252 (Western European)",
    "cp1251": "Windows-1251 (Cyrillic)",
}
"""Code pages that spreadsheets write besides, as people know them."""
NAMES = {WINDOWS: "Windows-1250", ISO: "ISO-8859-2"} | OTHERS

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_END_OF_FILE = b"\x1a\r\n"
"""DOS closes a text with a sign of its own."""
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f]")
_POLISH = frozenset("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ")
_COMMON = frozenset("äöüÄÖÜßéÉ")
"""Letters of names from all over Europe, and in most code pages."""
_NEVER_BEFORE_A_VOWEL = frozenset("ćńśźĆŃŚŹ")
"""Polish writes `ci`, `ni`, `si`, `zi` there: what reads `Espańa` is no Polish word."""
_VOWELS = frozenset("aeiouyąęóAEIOUYĄĘÓ")
_QUOTES = frozenset("„”“«»‚‘")
_BEHIND_A_WORD = frozenset("”’‘“»®™©°§…")
_WITHIN_A_WORD = frozenset("’–")
_SAMPLE = 12
"""Characters shown on each side of one that could be two."""
_MOST_LOOKED_AT = 20_000
"""Characters outside ASCII that are judged: no file needs more, and a large one would take seconds."""
_CLEARLY = 4
"""By how much another code page has to fit better."""
_NOT_ASCII = re.compile("[^\x00-\x7f]")


@dataclass(frozen=True)
class Decoded:
    """A file as text."""

    text: str | None
    """None for what is no text, or could be several."""
    other: str | None = None
    """The same in ISO-8859-2, where nothing tells whether it or Windows-1250 is meant."""
    encoding: Encoding = ""
    """The code page that was found by its letters; empty for Unicode."""

    @property
    def samples(self) -> tuple[str, str]:
        """The first place where both differ, as each reads it."""
        one, other = self.text or "", self.other or ""
        at = next((place for place, sign in enumerate(one) if other[place : place + 1] != sign), 0)
        span = slice(max(0, at - _SAMPLE), at + _SAMPLE)
        return " ".join(one[span].split()), " ".join(other[span].split())

    @property
    def words(self) -> tuple[str, ...]:
        """A few words by which a person sees whether the code page is right."""
        found = re.finditer(r"\w{0,20}[^\W\x00-\x7f]\w{0,20}", self.text or "")
        return tuple(dict.fromkeys(match[0] for match in islice(found, 3)))


def decoded(data: bytes, encoding: Encoding | None = None) -> Decoded:
    """Decode a file; in this encoding, where the user chose one."""
    end = data.rstrip(_END_OF_FILE)
    data = end if b"\x1a" in data[len(end) :] else data
    for mark, codec in _BOMS:
        if data.startswith(mark):
            return Decoded(_tried(data, codec))
    if b"\0" in data:
        wide = _without_mark(data)
        text = _tried(data, wide) if wide else None
        return Decoded(None if text is None or _CONTROLS.search(text) else text)
    unicode = _tried(data, "utf-8")
    if unicode is not None or encoding in NAMES:
        return Decoded(unicode if unicode is not None else _tried(data, encoding or ""))
    return _by_letters(data)


def _by_letters(data: bytes) -> Decoded:
    """The text in the code page whose letters read as words; none where two of them do."""
    tried = {codec: text for codec in NAMES if (text := _tried(data, codec)) is not None}
    fits = {codec: _fitness(text) for codec, text in tried.items()}
    best = max(fits, key=lambda codec: fits[codec])
    if best in OTHERS:
        rivals = [fits[codec] for codec, text in tried.items() if text != tried[best]]
        is_clear = fits[best] >= max(rivals, default=0) + _CLEARLY
        return Decoded(tried[best], encoding=best) if is_clear else Decoded(None)
    found = _polish(tried.get(WINDOWS), tried.get(ISO))
    is_everywhere = tried[best] == tried.get("cp1252")
    rivals = [fits[codec] for codec in OTHERS if codec in tried and tried[codec] != tried[best]]
    is_clear = is_everywhere or found.other is not None or fits[best] > max(rivals, default=-1)
    return found if is_clear else Decoded(None)


def _polish(windows: str | None, iso: str | None) -> Decoded:
    """Which of the two of Central Europe it is; both, where that is not clear."""
    if windows is None or iso is None or windows == iso:
        return Decoded(windows, encoding=WINDOWS)
    pairs = [(one, other) for one, other in zip(windows, iso, strict=True) if one == other]
    is_polish = any(sign in _POLISH for sign, _ in pairs)
    evidence = _fitness(windows, iso) - _fitness(iso, windows) + is_polish
    if abs(evidence) >= 2:
        return Decoded(windows, encoding=WINDOWS) if evidence > 0 else Decoded(iso, encoding=ISO)
    return Decoded(windows, iso)


def _tried(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None


def _without_mark(data: bytes) -> str | None:
    """Which UTF-16 it is, by where the zeros of its ASCII characters stand."""
    even, odd = data[::2].count(0), data[1::2].count(0)
    if len(data) % 2 or max(even, odd) * 4 < len(data) // 2 or min(even, odd):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _fitness(text: str, other: str = "") -> int:
    """How well a decoded text reads, by the characters in which it differs from the other one."""
    return sum(
        _fits(match[0], text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1])
        for match in islice(_NOT_ASCII.finditer(text), _MOST_LOOKED_AT)
        if match[0] != other[match.start() : match.end()]
    )


def _fits(sign: str, before: str, behind: str) -> int:
    """How well a character stands between its neighbours: in a word as a letter, alone as a symbol."""
    if unicodedata.category(sign) == "Cc":
        return -1000
    if not sign.isalpha():
        return _fits_as_a_mark(sign, before, behind)
    if not (before.isalpha() or behind.isalpha()):
        return int(sign in _POLISH)
    if _is_cyrillic(sign):
        neighbours = [each for each in (before, behind) if each.isalpha()]
        return (2 if "\u0410" <= sign <= "\u044f" else 1) if all(map(_is_cyrillic, neighbours)) else -2
    is_torn = sign.islower() and behind.isupper() and not (before.isalpha() and before.islower())
    if (before.isalpha() and before.islower() and sign.isupper()) or is_torn:
        return -2
    if sign in _NEVER_BEFORE_A_VOWEL and behind in _VOWELS:
        return -2
    return 2 if sign in _POLISH or (sign in _COMMON and before not in _VOWELS) else 1


def _fits_as_a_mark(sign: str, before: str, behind: str) -> int:
    if not (before.isalpha() or behind.isalpha()):
        return 0 if sign in "¦¶¤¬" else 2
    if before.isalpha() and behind.isalpha():
        return 1 if sign in _WITHIN_A_WORD else -2
    return 1 if sign in (_BEHIND_A_WORD if before.isalpha() else _QUOTES) or sign.isspace() else -2


def _is_cyrillic(sign: str) -> bool:
    return "\u0400" <= sign <= "\u04ff"
