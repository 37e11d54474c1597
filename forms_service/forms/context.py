"""What a form is made from: one program, in one language, on one day."""

from dataclasses import dataclass
from datetime import date
from gettext import GNUTranslations

from forms_service.i18n.translations import BoundTexts, bound_texts, texts
from partner_program.model import Language, Program


@dataclass(frozen=True)
class Edition:
    """One program in one language, as one form shows it."""

    program: Program
    language: Language
    today: date | None = None
    """The day in the program's time zone; None where nobody fills the form in (a page is being built)."""

    typography: bool = True
    """Whether sentences have the no-break spaces of a page; plain text has none."""

    @property
    def texts(self) -> BoundTexts | GNUTranslations:
        """The words of the language."""
        return bound_texts(self.language) if self.typography else texts(self.language)

    def page(self, name: str) -> str:
        """The address of a page of the site, `requirements` for instance, in this language."""
        home = "/" if self.language == self.program.languages[0] else f"/{self.language}/"
        return f"{home}{name}/"
