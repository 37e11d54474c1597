"""Input normalisation for all readers: kinds of spaces, dashes, apostrophes, full-width signs as one.

Pure, and linear in the length of the text.
"""

import re

_SPACES = "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63"
_APOSTROPHES = "\u2018\u2019\u02bc\u00b4`\u2032"
_PLAIN = {
    **{0xFF01 + offset: chr(0x21 + offset) for offset in range(94)},
    **dict.fromkeys(map(ord, _SPACES), " "),
    **dict.fromkeys(map(ord, _DASHES), "-"),
    **dict.fromkeys(map(ord, _APOSTROPHES), "'"),
}
_MAILTO = "mailto:"
_PAIRS = frozenset(("<>", "()", "[]", "''", '""', "„”", "„“", "“”", "«»", "»«", "‘’", "‚’"))
_MOST_PAIRS = 4
_LABEL = re.compile(r"(?:e-?mail|adres|adres e-?mail|mail)\s?:\s?", re.IGNORECASE)
_TWICE = re.compile(r"([^<> ]{1,320}) ?<(?:mailto:)?\1>", re.IGNORECASE)
"""How Outlook copies a link."""


def plain(text: str) -> str:
    """The text with ASCII spaces, dashes, apostrophes and U+FF01-FF5E in ASCII; spaces collapsed."""
    return " ".join(text.translate(_PLAIN).split())


def bare_email(text: str) -> str:
    """An e-mail address as it was copied, without what stood around it: `<…>`, `mailto:`, a full stop."""
    text = _LABEL.sub("", without_marks(text.translate(_PLAIN)))
    text = _TWICE.sub(r"\g<1>", without_marks(text))
    if text[: len(_MAILTO)].casefold() != _MAILTO:
        return text
    return without_marks(text[len(_MAILTO) :].partition("?")[0])


def without_marks(text: str) -> str:
    """A text as it was copied, without the punctuation behind it and the brackets or quotes around it."""
    for _ in range(_MOST_PAIRS):
        text = text.strip(" ").rstrip(" .,;")
        if len(text) < 2 or text[0] + text[-1] not in _PAIRS:
            break
        text = text[1:-1]
    return text


def folded(text: str) -> str:
    """The same without regard to case: by which a word is looked up in a list."""
    return plain(text.replace("_", " ")).casefold()
