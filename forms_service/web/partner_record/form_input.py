"""Form input of the partner pages: typed values parsed, or refused with an error each.

A value that cannot be used is noted and something harmless stands for it, so that every field is read and all
that is wrong is told at once. Nobody may do anything with what was read before `check`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import NamedTuple

from markupsafe import Markup

from forms_service.domain.auth.errors import NotAnAddress
from forms_service.domain.auth.users import normalised
from forms_service.domain.values.days import read_day
from forms_service.domain.values.free_text import (
    TextProblem,
    TextRefused,
    is_blank,
    many_lines,
    one_line,
    showable,
    without_pasted_signs,
)
from forms_service.i18n.translations import N_

LINE_LENGTH, TEXT_LENGTH = 200, 5000
_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2})(?::00)?)?", re.ASCII)
_DIGITS = 3
"""No year and no place in a list has more."""

MISSING = N_("Fill this in")
TOO_LONG = N_("This is too long")
UNSEEN = N_("There is an invisible character. Delete it, or type this again")
UNSEEN_AT = N_(
    "Line %(line)d has an invisible character, shown as \N{REPLACEMENT CHARACTER} in “%(piece)s”. "
    "Delete it there"
)
ENCODED = N_("Leave out the signs =?")
MARKS = N_("Too many accents on one letter. Delete them")
NO_DAY = N_("Choose the day, or type it, for example 24.11.2026")
NO_TIME = N_("Enter a time, for example 10:00")
NO_CHOICE = N_("Choose one of the options")
NO_ADDRESS = N_("Enter an email address like name@company.com")

_REFUSED: Mapping[TextProblem, str] = {
    TextProblem.UNSEEN: UNSEEN,
    TextProblem.ENCODED: ENCODED,
    TextProblem.MARKS: MARKS,
    TextProblem.TOO_LONG: TOO_LONG,
}


class InputMistake(NamedTuple):
    """An error of a field."""

    field: str
    sentence: str
    """A message id."""
    facts: Mapping[str, object] = {}
    """What stands in the sentence."""


class NotUsable(ValueError):
    """A form with errors."""

    def __init__(self, mistakes: Sequence[InputMistake]) -> None:
        super().__init__("; ".join(f"{each.field}: {each.sentence}" for each in mistakes))
        self.mistakes = tuple(mistakes)


@dataclass(frozen=True)
class FormInput:
    """Parser of one submitted form."""

    fields: Mapping[str, str]
    mistakes: list[InputMistake] = field(default_factory=list)
    """What is wrong with those that were read up to now."""

    def check(self) -> None:
        """Raises NotUsable if any value was wrong."""
        if self.mistakes:
            raise NotUsable(self.mistakes)

    def wrong(self, name: str, sentence: str, **facts: object) -> None:
        """Add an error; the first one of a field stays."""
        if all(each.field != name for each in self.mistakes):
            self.mistakes.append(InputMistake(name, sentence, facts))

    def line(self, name: str, *, needed: bool = False) -> str:
        """One line of text."""
        return self._tidied(name, needed, one_line, LINE_LENGTH)

    def text(self, name: str, *, needed: bool = False) -> str:
        """Text of several lines."""
        return self._tidied(name, needed, many_lines, TEXT_LENGTH)

    def address(self, name: str, *, needed: bool = False) -> str:
        """An e-mail address, or nothing."""
        value = self.line(name)
        if not value and (not needed or self._is_wrong(name)):
            return ""
        try:
            return normalised(value)
        except NotAnAddress:
            self.wrong(name, NO_ADDRESS)
            return ""

    def day(self, name: str) -> date | None:
        """A day, or nothing."""
        value = self.line(name)
        if not value:
            return None
        try:
            day = read_day(value)
        except ValueError:
            self.wrong(name, NO_DAY)
            return None
        if not 2000 <= day.year <= 2100:
            self.wrong(name, NO_DAY)
        return day

    def needed_day(self, name: str) -> date:
        """A day."""
        day = self.day(name)
        if day is None:
            self.wrong(name, NO_DAY)
        return day or date.min

    def needed_time(self, name: str) -> time:
        """A time of a day, to the minute."""
        found = _TIME.fullmatch(self.line(name))
        try:
            return time(int(found[1]), int(found[2] or 0)) if found else self._no_time(name)
        except ValueError:
            return self._no_time(name)

    def _no_time(self, name: str) -> time:
        self.wrong(name, NO_TIME)
        return time.min

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        """One of these."""
        value = self.fields.get(name, "")
        if value not in choices:
            self.wrong(name, NO_CHOICE)
            return choices[0]
        return value

    def number(self, name: str) -> int:
        """A small number that a page offered."""
        value = self.line(name)
        if not (value.isascii() and value.isdigit()) or len(value) > _DIGITS:
            self.wrong(name, NO_CHOICE)
            return 0
        return int(value)

    def ticked(self, name: str) -> bool:
        """Whether a box is ticked."""
        return self.fields.get(name) == "y"

    def _tidied(self, name: str, needed: bool, tidy: Callable[[str, int], str], length: int) -> str:
        typed = self.fields.get(name, "")
        if is_blank(typed):
            if needed:
                self.wrong(name, MISSING)
            return ""
        try:
            return tidy(typed, length)
        except TextRefused as refused:
            self.refuse(name, refused)
            return ""

    def refuse(self, name: str, refused: TextRefused) -> None:
        """Add why a text cannot be taken."""
        if refused.line:
            self.wrong(name, UNSEEN_AT, line=refused.line, piece=refused.piece)
        else:
            self.wrong(name, _REFUSED[refused.fault])

    def _is_wrong(self, name: str) -> bool:
        return any(each.field == name for each in self.mistakes)


Mistakes = Sequence[tuple[str, str]]
"""Field and sentence of each; the field is empty where it is about none."""

_NAME = re.compile(r"[a-z0-9-]{1,40}")
_NEVER_SEEN = frozenset({"item", "request", "qualification", "activity", "meeting", "goal", "remove", "year"})
"""Fields that a form carries without showing them: nobody can be led there."""


@dataclass(frozen=True)
class Form:
    """Template context of one form."""

    name: str
    typed: Mapping[str, str] | None = None
    """What was typed into it; None where another form was sent, or none."""
    mistakes: Mapping[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    """What the fields that were drawn are called, by their ids."""

    @property
    def open(self) -> str:
        """For the tag of the `details` around it."""
        return Markup(" open") if self.typed is not None else ""

    def id(self, field: str) -> str:
        """The id of a field."""
        return f"{self.name}-{field}"

    def labelled(self, field: str, label: str) -> str:
        """The label of a field, noted for the summary."""
        self.labels[self.id(field)] = label
        return label

    def value(self, field: str, before: object = "") -> object:
        """What stands in a field: what was typed, or what is known."""
        return before if self.typed is None else showable(self.typed.get(field, ""))

    def text(self, field: str, before: object = "") -> object:
        """What stands in a field of several lines."""
        return before if self.typed is None else showable(without_pasted_signs(self.typed.get(field, "")))

    def ticked(self, field: str, before: bool = False) -> bool:
        """Whether a box is ticked."""
        return before if self.typed is None else self.typed.get(field) == "y"

    def error(self, field: str) -> str:
        """What is wrong with a field."""
        return self.mistakes.get(field, "")


@dataclass(frozen=True)
class RejectedForm:
    """Template context of a rejected form: typed values and errors."""

    typed: Mapping[str, str] = field(default_factory=dict)
    mistakes: Mistakes = ()
    _labels: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Of the form that was sent; empty where none was, or it does not say."""
        name = self.typed.get("form", "")
        return name if self.mistakes and _NAME.fullmatch(name) else ""

    def form(self, name: str) -> Form:
        """A form of the page."""
        if name != self.name:
            return Form(name)
        return Form(name, self.typed, dict(self.mistakes), self._labels)

    def named(self, mistakes: Mistakes) -> list[tuple[str, str]]:
        """The mistakes of the summary, each with the label of its field, once the forms are drawn."""
        labels = self._labels
        return [(id, f"{labels[id]}: {sentence}" if id in labels else sentence) for id, sentence in mistakes]

    @property
    def summary(self) -> list[tuple[str, str]]:
        """The mistakes, each with the id of the field to go to; an empty one where there is none to see."""
        return [(self._place(field), sentence) for field, sentence in self.mistakes]

    def _place(self, field: str) -> str:
        if not field or field in _NEVER_SEEN or not self.name:
            return "" if self.name else field
        return self.form(self.name).id(field)
