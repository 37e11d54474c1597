"""Polish typography: no-break space after one-letter words and inside what belongs together."""

import re

from partner_program.model import Language

_ONE_LETTER_WORD = re.compile(r"(?<![\w’'-])([aiouwzAIOUWZ])\s+")
NO_BREAK_SPACE = "\u00a0"


_AT_THE_END = re.compile(r"(?<![\w’'-])[aiouwzAIOUWZ]\Z")
_IN_HTML = re.compile(
    r"(?:(?<![\w’'-])[aiouwzAIOUWZ]|\b(?:art|ust|lit)\.|\bFuture(?= Processing))[ \t]+(?=[^<>]*<)"
    r"|\d[ \t]+(?=(?:\d{3}(?!\d)|ust\.|lit\.|PLN\b|EUR\b|USD\b|GBP\b|CHF\b|zł\b|%)[^<>]*<)"
)
"""What no line ends with, in a text of HTML: behind it comes `<` before any `>`."""
_AS_TYPED = re.compile(r"(<(?:textarea|script|style|pre|code|option)\b.*?</)", re.DOTALL)
_POLISH = re.compile(r'<html[^>]*\blang="pl"')


def bind(text: str, language: Language) -> str:
    """The text with a no-break space after each Polish one-letter word (a, i, o, u, w, z).

    The space may end the text: what follows can be an element of its own. Texts in other languages come back
    as they are; a text that was bound before does too.
    """
    if language != "pl":
        return text
    return _ONE_LETTER_WORD.sub(rf"\1{NO_BREAK_SPACE}", text)


def bind_after(text: str, following: str, language: Language) -> str:
    """`following`, bound, where `text` stands right before it in an element of its own: `<b>i</b> las`."""
    following = bind(following, language)
    if language == "pl" and following[:1].isspace() and _AT_THE_END.search(text):
        return NO_BREAK_SPACE + following.lstrip()
    return following


def bind_page(html: str) -> str:
    """A whole page or mail, where it is Polish, with no-break spaces in its texts: whatever they come from.

    Attributes and what is sent back as it was typed (text areas, options) are left as they are, and so are
    line breaks; a no-break space behind a one-letter word also where the next word is an element.
    """
    if not _POLISH.search(html, 0, 500):
        return html
    parts = _AS_TYPED.split(html)
    parts[::2] = [_IN_HTML.sub(_unbroken, part) for part in parts[::2]]
    return "".join(parts)


def _unbroken(found: re.Match[str]) -> str:
    return found[0].rstrip(" \t") + NO_BREAK_SPACE
