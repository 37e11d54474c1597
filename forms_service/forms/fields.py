"""Fields: keep what was typed, clean it, and give errors that say what to type."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Protocol

from babel.dates import format_date
from wtforms import Field, ValidationError
from wtforms.widgets import HiddenInput, TextArea, TextInput

from forms_service.domain.values import free_text
from forms_service.domain.values.days import AmbiguousDay, read_day
from forms_service.forms.context import Attributes, Edition
from forms_service.i18n.translations import N_

LINE_LIMIT = 200
TEXT_LIMIT = 5000


class Unnamed(str):
    """An error sentence that fits any field, whose label stands above it."""

    def after(self, label: str) -> str:
        """The sentence behind the label, for the summary, where it stands alone."""
        return f"{label} {self}" if label.endswith("?") else f"{label}: {self[:1].lower()}{self[1:]}"


class FieldContext(Protocol):
    """What a field needs of its form."""

    @property
    def edition(self) -> Edition: ...

    def asks(self, field: "InputField") -> bool: ...

    def __getitem__(self, name: str) -> "InputField": ...


class InputField(Field):
    """Base field. Class attributes say how it is rendered; `clean` validates.

    `missing` is the sentence for a blank answer, None where it may be blank. Label, hint and sentences are
    message ids. `kept` is whether it belongs to what the person said.
    """

    kind = "line"
    kept = True
    limit = LINE_LIMIT
    """Characters of a tidy text at most."""
    blank: Any = ""
    widget = TextInput()
    input_type = "text"

    def __init__(
        self,
        label: str,
        *,
        missing: str | None = None,
        hint: str = "",
        autocomplete: str = "off",
        inputmode: str | None = None,
        spellcheck: bool = False,
        **wtforms: Any,
    ) -> None:
        super().__init__(label, **wtforms)
        self.label.text = self.gettext(label)
        self.missing = missing
        self.hint = self.gettext(hint) if hint else ""
        self.autocomplete = autocomplete
        self.inputmode = inputmode
        self.spellcheck = spellcheck
        self.group = self._form
        self.errors: list[str] = []

    @property
    def optional(self) -> bool:
        """Whether it is marked as optional."""
        return self.missing is None

    def process_data(self, value: Any) -> None:
        """Set a clean value from a record."""
        self.data = self.blank if value is None else value
        self.raw: list[str] = []
        self.typed = self.written(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Keep what was typed; it is validated when all fields are known."""
        self.raw = valuelist
        self.typed = valuelist[0] if valuelist else ""

    @property
    def readable(self) -> str:
        """What was typed, for other fields; empty where it is too long to be an answer."""
        return self.typed if free_text.may_fit(self.typed, self.limit) else ""

    def is_blank(self) -> bool:
        """Whether nothing but spaces was typed."""
        return all(map(free_text.is_blank, self.raw or [self.typed]))

    def pre_validate(self, form: FieldContext) -> None:
        """Put the clean value into `data`. Raises ValidationError."""
        self.data = self.blank
        if len(self.raw) > 1:
            raise ValidationError(Unnamed(self.gettext("This arrived more than once. Enter it once")))
        if self.is_blank():
            if form.asks(self):
                raise ValidationError(self.gettext(self.missing))
            return
        try:
            self.data = self.clean(self.tidy(self.typed), form)
        except free_text.TextRefused as refused:
            raise ValidationError(self._refusal(refused)) from refused

    def tidy(self, text: str) -> str:
        """Normalise the text. Raises TextRefused."""
        return free_text.one_line(text, self.limit)

    def clean(self, text: str, form: FieldContext) -> Any:
        """Parse a normalised, non-blank text. Raises ValidationError."""
        return text

    def written(self, value: Any) -> str:
        """A clean value as a person would type it."""
        return str(value)

    def display(self, value: Any, said: Mapping[str, Any]) -> str:
        """A clean value as text; empty for none. `said` holds the other answers."""
        return self.written(value)

    def lines(self, value: Any, said: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Label and text of a clean value; nothing where it is blank."""
        text = self.display(value, said)
        if text:
            yield self.label.text, text

    def said(self) -> Any:
        """The clean value."""
        return self.data

    def as_typed(self) -> Any:
        """What was typed, as JSON."""
        return self.typed

    def mistakes(self) -> Iterator[tuple[str, str]]:
        """Errors, each with the id of its control."""
        for message in self.errors:
            yield self.id, message.after(self.label.text) if isinstance(message, Unnamed) else message

    def attributes(self) -> Attributes:
        """HTML attributes of the control."""
        described = [f"{self.id}-hint"] if self.hint else []
        described += [f"{self.id}-error"] if self.errors else []
        return {
            "type": self.input_type,
            "autocomplete": self.autocomplete,
            "inputmode": self.inputmode or False,
            "spellcheck": False if self.spellcheck else "false",
            "aria-describedby": " ".join(described) or False,
            "aria-invalid": "true" if self.errors else False,
            "autofocus": self.group.whole.focused == self.id,
        }

    def _value(self) -> str:
        return free_text.showable(self.typed)

    def _refusal(self, refused: free_text.TextRefused) -> str:
        if refused.fault is free_text.TextProblem.TOO_LONG:
            sentence = self.ngettext(
                "Shorten this by %(num)s character",
                "Shorten this by %(num)s characters",
                refused.excess,
            )
        elif refused.fault is free_text.TextProblem.ENCODED:
            sentence = self.gettext("Leave out the signs =?")
        elif refused.fault is free_text.TextProblem.MARKS:
            sentence = self.gettext("Too many accents on one letter. Delete them")
        elif refused.line:
            sentence = self.gettext(
                "Line %(line)d has an invisible character, "
                "shown as \N{REPLACEMENT CHARACTER} in “%(piece)s”. Delete it there"
            )
        else:
            sentence = self.gettext("There is an invisible character. Delete it, or type this again")
        return Unnamed(sentence % {"num": refused.excess, "line": refused.line, "piece": refused.piece})


class LineField(InputField):
    """One-line text."""


class NameField(LineField):
    """Name of a person or company: has a letter or a digit."""

    def clean(self, text: str, form: FieldContext) -> str:
        if not any(sign.isalnum() for sign in text):
            raise ValidationError(self.gettext(self.missing or N_("Enter a name")))
        return text


class LongText(InputField):
    """Multi-line text."""

    kind = "text"
    limit = TEXT_LIMIT
    widget = TextArea()

    def tidy(self, text: str) -> str:
        return free_text.many_lines(text, self.limit)

    def _value(self) -> str:
        return free_text.showable(free_text.without_pasted_signs(self.typed))

    def attributes(self) -> Attributes:
        # A browser that is told not to complete a text does not give it back after Back either.
        return {**super().attributes(), "type": False, "rows": 6, "autocomplete": False}


class Phone(LineField):
    """Telephone number."""

    input_type = "tel"

    def clean(self, text: str, form: FieldContext) -> str:
        if len(re.findall("[0-9]", text)) < 5:
            raise ValidationError(
                self.gettext("Enter a phone number with its digits, for example +48 32 000 00 00")
            )
        return text


class Count(InputField):
    """Whole number from 0 to `largest`, in ASCII digits."""

    blank = None

    def __init__(self, label: str, *, largest: int, **options: Any) -> None:
        super().__init__(label, inputmode="numeric", **options)
        self.largest = largest

    def clean(self, text: str, form: FieldContext) -> int:
        if not re.fullmatch("[0-9]{1,9}", text) or int(text) > self.largest:
            sentence = self.gettext("Enter a whole number from 0 to %(largest)d")
            raise ValidationError(Unnamed(sentence % {"largest": self.largest}))
        return int(text)

    def written(self, value: Any) -> str:
        return "" if value is None else str(value)


class Day(InputField):
    """Date from today to ten years on; browsers send `YYYY-MM-DD`."""

    input_type = "date"
    years_ahead = 10

    def __init__(self, label: str, *, past: str, **options: Any) -> None:
        super().__init__(label, **options)
        self.past = past
        """Message id for a day before today, with `%(today)s`."""

    def clean(self, text: str, form: FieldContext) -> str:
        day = self._parse(text)
        today = form.edition.today
        if today is not None and day < today:
            raise ValidationError(self.gettext(self.past) % {"today": self._in_words(today)})
        if today is not None and day.year > today.year + self.years_ahead:
            sentence = self.gettext("Check the year: it is more than %(years)d years away")
            raise ValidationError(sentence % {"years": self.years_ahead})
        return day.isoformat()

    def display(self, value: Any, said: Mapping[str, Any]) -> str:
        return self._in_words(date.fromisoformat(value)) if value else ""

    def attributes(self) -> Attributes:
        today = self.group.edition.today
        return {**super().attributes(), "spellcheck": False, "min": today.isoformat() if today else False}

    def _parse(self, text: str) -> date:
        try:
            return read_day(text)
        except AmbiguousDay as error:
            sentence = self.gettext(
                'We cannot tell which number in "%(typed)s" is the month. '
                "Enter the date as year-month-day, for example %(example)s"
            )
            example = (self.group.edition.today or date(2026, 12, 31)).isoformat()
            raise ValidationError(sentence % {"typed": text, "example": example}) from error
        except ValueError as error:
            example = (self.group.edition.today or date(2026, 12, 31)).isoformat()
            sentence = self.gettext("Enter the date as year-month-day, for example %(example)s")
            raise ValidationError(sentence % {"example": example}) from error

    def _in_words(self, day: date) -> str:
        return format_date(day, "d MMMM y", locale=self.group.edition.language)


class PastDay(Day):
    """Date up to today. `past` is the error of a later one."""

    def clean(self, text: str, form: FieldContext) -> str:
        day = self._parse(text)
        today = form.edition.today
        if day.year < 2000 or (today is not None and day > today):
            raise ValidationError(self.gettext(self.past))
        return day.isoformat()

    def attributes(self) -> Attributes:
        today = self.group.edition.today
        return {**super().attributes(), "min": False, "max": today.isoformat() if today else False}


class CheckboxField(InputField):
    """Checkbox. Any value but yes or no is refused."""

    kind = "tick"
    blank = False
    yes = frozenset({"y", "yes", "on", "true", "1"})
    no = frozenset({"", "n", "no", "off", "false", "0"})

    @property
    def ticked(self) -> bool:
        """Whether it is rendered as checked."""
        return self.readable.strip().lower() in self.yes

    def clean(self, text: str, form: FieldContext) -> bool:
        if text.lower() not in self.yes | self.no:
            raise ValidationError(self.gettext("Tick this or leave it empty"))
        if not self.ticked and form.asks(self):
            raise ValidationError(self.gettext(self.missing))
        return self.ticked

    def written(self, value: Any) -> str:
        return "y" if value is True else ""

    def display(self, value: Any, said: Mapping[str, Any]) -> str:
        return str(self.gettext("Yes") if value is True else self.gettext("No"))


class ProgramVersionField(InputField):
    """Hidden field: hash of the program that the page was made with."""

    kind = "hidden"
    kept = False
    widget = HiddenInput()
    input_type = "hidden"

    def __init__(self, **options: Any) -> None:
        super().__init__("", **options)

    def pre_validate(self, form: FieldContext) -> None:
        """Any value is taken: a different one is answered by the service, not by an error here."""

    def _value(self) -> str:
        return str(self.group.edition.program.hash)


class Honeypot(InputField):
    """Honeypot: a hidden field; whoever fills it in is a bot, and gets no error."""

    kind = "hidden"
    kept = False

    def __init__(self, **options: Any) -> None:
        super().__init__(N_("Leave this field empty"), **options)

    def pre_validate(self, form: FieldContext) -> None:
        """Any value is taken."""

    def attributes(self) -> Attributes:
        return {**super().attributes(), "tabindex": "-1"}
