"""Polish typography: no-break space after one-letter words."""

import re

from partner_program.model import Language

_ONE_LETTER_WORD = re.compile(r"(?<![\w’'-])([aiouwzAIOUWZ])\s+")
NO_BREAK_SPACE = "\u00a0"


_AT_THE_END = re.compile(r"(?<![\w’'-])[aiouwzAIOUWZ]\Z")


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
