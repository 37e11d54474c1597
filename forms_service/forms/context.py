"""Form context: program, language, day."""

from dataclasses import dataclass
from datetime import date
from gettext import GNUTranslations
from typing import Any

from forms_service.i18n.translations import BoundTexts, bound_texts, texts
from partner_program.model import Language, Program

Attributes = dict[str, Any]
"""Attributes of an HTML element."""


@dataclass(frozen=True)
class Edition:
    """One program in one language, for a form."""

    program: Program
    language: Language
    today: date | None = None
    """The day in the program's time zone; None where nobody fills the form in (a page is being built)."""

    typography: bool = True
    """Whether sentences have the no-break spaces of a page; plain text has none."""

    @property
    def texts(self) -> BoundTexts | GNUTranslations:
        """Translations."""
        return bound_texts(self.language) if self.typography else texts(self.language)

    def page(self, name: str) -> str:
        """URL path of a page of the site, such as `requirements`, in this language."""
        home = "/" if self.language == self.program.languages[0] else f"/{self.language}/"
        return f"{home}{name}/"
