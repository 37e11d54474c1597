"""The words inside forms, desk and mails, from the gettext catalogs in `locale/`.

Message ids are English sentences. The catalogs are compiled in memory when they are first asked for, so
nobody has to remember a step between editing a `.po` file and seeing it. `catalogs.py` keeps them complete.
"""

from collections.abc import Callable
from functools import cache, lru_cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

import wtforms.i18n
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from partner_program.model import Language
from partner_program.typography import bind

LOCALE = Path(__file__).parent / "locale"


def catalog_path(language: Language) -> Path:
    """The catalog of one language, for people to edit."""
    return LOCALE / language / "LC_MESSAGES" / "messages.po"


@cache
def texts(language: Language) -> GNUTranslations:
    """The words of one language, exactly as the catalog has them.

    A sentence that is in no catalog of ours is looked for in WTForms' own translations, and is left in
    English where they do not have it either (a test keeps ours complete).
    """
    with catalog_path(language).open("rb") as file:
        catalog = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    translations = GNUTranslations(compiled)
    translations.add_fallback(wtforms.i18n.get_builtin_gnu_translations([language]))
    return translations


class BoundTexts:
    """The same words for a screen: no line ends with a one-letter word."""

    def __init__(self, language: Language) -> None:
        words = texts(language)

        def bound(find: Callable[..., str]) -> Callable[..., str]:
            return lambda *arguments: bind(find(*arguments), language)

        # Remembered: one form asks for some sixty labels and hints, the same for everybody.
        self.gettext = lru_cache(maxsize=4096)(bound(words.gettext))
        self.ngettext = bound(words.ngettext)
        self.pgettext = bound(words.pgettext)
        self.npgettext = bound(words.npgettext)


@cache
def bound_texts(language: Language) -> BoundTexts:
    """The words of one language with its typography, for HTML."""
    return BoundTexts(language)


def N_(message: str) -> str:  # noqa: N802 - the name that gettext's tools look for
    """Mark a sentence for the catalogs where its language is not known yet."""
    return message
