"""Free text: which characters a typed text may hold, and its normal form.

A sign that cannot be seen is refused: it is either an accident the person should know of or an attempt to
break a mail header, a log line or the reading direction of a page. Only what office programs put into a text
of several lines, and what changes nothing of how it reads, is cleaned there: tabs, line and page breaks,
marks of direction.
"""

import re
import unicodedata
from enum import StrEnum

_BIDI_CONTROLS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_NEVER = f"\x00-\x08\x0b-\x1f\x7f-\x9f{_BIDI_CONTROLS}\ud800-\udfff\ufdd0-\ufdef\ufffd-\uffff"
"""Control characters but tab and newline, reading direction, halves of characters, and the sign that a
decoder puts where bytes were no text."""

_JOINERS = "\u200c\u200d\ufe00-\ufe0f"
_SHOWS_NOTHING = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff0-\ufffb"
    "\U00013430-\U0001343f\U00016fe4\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
)
"""Signs that leave no trace on a page, so that two names read the same and are not: Unicode's
Default_Ignorable_Code_Point, its format characters (Cf) but those that are drawn over digits, and letters
that are blank by their name. The joiners that some scripts and pictures need are not among them."""
_STRAY_JOINER = f"(?:\\A|(?<=[\\s0-9A-Za-z\u00c0-\u024f\u0370-\u052f]))[{_JOINERS}](?!\u20e3)"
"""A joiner or variation selector where it joins and varies nothing: at the beginning, after a space, a digit
that is no keycap, a Latin, Greek or Cyrillic letter."""

_REFUSED_IN_TEXT = re.compile(f"[\t{_NEVER}]")
_REFUSED_IN_LINE = re.compile(f"[\t\n\u2028\u2029{_NEVER}{_SHOWS_NOTHING}]|{_STRAY_JOINER}")
_UNSEEN = re.compile(f"[{_SHOWS_NOTHING}]")
_TEXT_BREAKS = re.compile("\r\n|[\u2028\u2029]")
_PASTED = {
    ord("\t"): " ",
    **dict.fromkeys(map(ord, "\x0b\x0c"), "\n"),
    **dict.fromkeys(map(ord, "\u061c\u200e\u200f\u202a\u202b\u202c")),
}
"""Signs that Word, Excel and file dialogs put into what is copied from them. Not the overrides (U+202D,
U+202E): a text with one reads otherwise than it looks."""
_QUOTED = 20
"""So many characters before and behind a refused sign are told with it."""
_SPACES = re.compile(r"\s+")
_BLANKS = (
    "\t\n\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
)
"""Ends of lines and everything that Unicode calls a space."""
_HALFWIDTH_MARKS = "\uff9e\uff9f"
"""Letters by category, marks once they are decomposed."""
_RAW_FOR_ONE = 4
"""So many characters may be typed for one that is kept: spaces in a row, letters with their marks apart."""
_MARKS_IN_A_ROW = 30
"""UAX 15, Stream-Safe Text Format: no language needs more, and normalising a longer run is quadratic."""


class TextProblem(StrEnum):
    """Why a text is refused."""

    UNSEEN = "unseen"
    """It holds a sign that cannot be seen."""
    ENCODED = "encoded"
    """It holds `=?`, which a mail header reads as the beginning of an encoded word."""
    MARKS = "marks"
    """More than 30 combining marks follow one another."""
    TOO_LONG = "too long"


class TextRefused(ValueError):
    """A text cannot be taken as it is."""

    def __init__(self, fault: TextProblem, excess: int = 0, line: int = 0, piece: str = "") -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.excess = excess
        """By how many characters it is too long."""
        self.line = line
        """In which line of a long text the sign stands, counted from 1; 0 where there is one line."""
        self.piece = piece
        """The text around that sign; U+FFFD stands for it, as in the field."""


def is_blank(text: str) -> bool:
    """Whether it is nothing but spaces and ends of lines."""
    return not text.strip(_BLANKS)


def one_line(text: str, limit: int) -> str:
    """Normalise to one line: every run of spaces as one, NFC. At most `limit` characters.

    Raises TextRefused.
    """
    text = bounded(text.strip(" "), limit)
    if _REFUSED_IN_LINE.search(text):
        raise TextRefused(TextProblem.UNSEEN)
    if "=?" in text:
        raise TextRefused(TextProblem.ENCODED)
    return _within(_SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip(), limit)


def many_lines(text: str, limit: int) -> str:
    """Normalise several lines: NFC, newlines, no space around. At most `limit` characters.

    Raises TextRefused.
    """
    text = without_pasted_signs(bounded(text, limit))
    if found := _REFUSED_IN_TEXT.search(text):
        raise _refused_at(text, found.start())
    return _within(unicodedata.normalize("NFC", text).strip(), limit)


def without_pasted_signs(text: str) -> str:
    """The text of several lines without what office programs put in: spaces, newlines or nothing instead."""
    return _TEXT_BREAKS.sub("\n", text).translate(_PASTED)


def _refused_at(text: str, place: int) -> TextRefused:
    """The refusal of the sign at this index, with its line and what stands around it."""
    begin = max(text.rfind("\n", 0, place) + 1, place - _QUOTED)
    end = text.find("\n", place)
    behind = text[place + 1 : min(len(text) if end < 0 else end, place + 1 + _QUOTED)]
    piece = showable(f"{text[begin : place + 1]}{behind}")
    return TextRefused(TextProblem.UNSEEN, line=text.count("\n", 0, place) + 1, piece=piece)


def showable(text: str) -> str:
    """Typed text, safe to show: disallowed characters become U+FFFD.

    Sent again like that, it is refused again.
    """
    return re.sub(f"[{_NEVER}]", "\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n"))


def may_fit(text: str, limit: int) -> bool:
    """Whether a text of this length can come to at most `limit` characters once it is tidy."""
    return len(text) <= _RAW_FOR_ONE * limit


def bounded(text: str, limit: int) -> str:
    """The text itself, if it may be normalised, folded or parsed for a field of `limit` characters.

    Raises TextRefused where that would take long: TOO_LONG, MARKS (UAX 15, 30 in a row).
    """
    if not may_fit(text, limit):
        raise TextRefused(TextProblem.TOO_LONG, len(text) - text.count("\r\n") - limit)
    run = 0
    for sign in "" if text.isascii() else text:
        run = run + 1 if unicodedata.category(sign)[0] == "M" or sign in _HALFWIDTH_MARKS else 0
        if run > _MARKS_IN_A_ROW:
            raise TextRefused(TextProblem.MARKS)
    return text


def _within(text: str, limit: int) -> str:
    """Refuse what is too long, and what shows nothing at all (a joiner or a filler alone)."""
    if text and all(unicodedata.category(sign)[0] in "ZC" for sign in _UNSEEN.sub("", text)):
        raise TextRefused(TextProblem.UNSEEN)
    if len(text) > limit:
        raise TextRefused(TextProblem.TOO_LONG, len(text) - limit)
    return text
