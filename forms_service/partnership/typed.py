"""What somebody typed into a form of a partner's page, read into values or refused with a sentence."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from forms_service.access.errors import NotAnAddress
from forms_service.access.people import normalised
from forms_service.forms.cleaning import Fault, TextRefused, is_blank, many_lines, one_line
from forms_service.texts import N_

LINE_LENGTH, TEXT_LENGTH = 200, 5000

MISSING = N_("Fill this in")
TOO_LONG = N_("This is too long")
UNSEEN = N_("This holds characters that cannot be seen. Type it again")
ENCODED = N_("Leave out the signs =?")
NO_DAY = N_("Enter a day, for example 2026-11-24")
NO_CHOICE = N_("Choose one of the options")
NO_ADDRESS = N_("Enter an email address like name@company.com")

_REFUSED: Mapping[Fault, str] = {Fault.UNSEEN: UNSEEN, Fault.ENCODED: ENCODED, Fault.TOO_LONG: TOO_LONG}


class Mistake(ValueError):
    """A value that cannot be used."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(f"{field}: {sentence}")
        self.field = field
        self.sentence = sentence
        """A message id."""


@dataclass(frozen=True)
class Typed:
    """The fields of one form. Every method raises Mistake."""

    fields: Mapping[str, str]

    def line(self, name: str, *, needed: bool = False) -> str:
        """One line of text."""
        return self._tidied(name, needed, one_line, LINE_LENGTH)

    def text(self, name: str, *, needed: bool = False) -> str:
        """Text of several lines."""
        return self._tidied(name, needed, many_lines, TEXT_LENGTH)

    def address(self, name: str, *, needed: bool = False) -> str:
        """An e-mail address, or nothing."""
        value = self.line(name)
        try:
            return normalised(value) if value or needed else ""
        except NotAnAddress as error:
            raise Mistake(name, NO_ADDRESS) from error

    def day(self, name: str) -> date | None:
        """A day, or nothing."""
        value = self.line(name)
        if not value:
            return None
        try:
            day = date.fromisoformat(value)
        except ValueError as error:
            raise Mistake(name, NO_DAY) from error
        if not 2000 <= day.year <= 2100 or len(value) != len("2026-11-24"):
            raise Mistake(name, NO_DAY)
        return day

    def needed_day(self, name: str) -> date:
        """A day."""
        day = self.day(name)
        if day is None:
            raise Mistake(name, NO_DAY)
        return day

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        """One of these."""
        value = self.fields.get(name, "")
        if value not in choices:
            raise Mistake(name, NO_CHOICE)
        return value

    def ticked(self, name: str) -> bool:
        """Whether a box is ticked."""
        return self.fields.get(name) == "y"

    def _tidied(self, name: str, needed: bool, tidy: Callable[[str, int], str], length: int) -> str:
        typed = self.fields.get(name, "")
        if is_blank(typed):
            if needed:
                raise Mistake(name, MISSING)
            return ""
        try:
            return tidy(typed, length)
        except TextRefused as refused:
            raise Mistake(name, _REFUSED[refused.fault]) from refused
