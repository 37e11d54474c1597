"""Polish typography: a one-letter word never ends a line. Nothing else is changed in a text."""

import re

from partner_program.model import Language

_ONE_LETTER_WORD = re.compile(r"(?<![\w’'-])([aiouwzAIOUWZ])\s+")
NO_BREAK_SPACE = "\u00a0"


def bind(text: str, language: Language) -> str:
    """The text with a no-break space after each Polish one-letter word (a, i, o, u, w, z).

    The space may end the text: what follows can be an element of its own. Texts in other languages come back
    as they are; a text that was bound before does too.
    """
    if language != "pl":
        return text
    return _ONE_LETTER_WORD.sub(rf"\1{NO_BREAK_SPACE}", text)
