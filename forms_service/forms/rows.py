"""Form rows: lists of people that grow and shrink without script; and single people."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from wtforms import FieldList, FormField

from forms_service.forms.base import FieldError, FieldGroup
from forms_service.forms.fields import InputField

ROW_LIMIT = 20
ROWS_SHOWN = 100
"""Of a list that is far too long, so many rows are read and drawn again; a person cannot make that many."""

_INDEX = re.compile("-(0|[1-9][0-9]{0,8})-")


class PersonRow(FieldGroup):
    """A person of a list. Blank rows are ignored."""

    first = False
    """Whether it is the first one that is not blank."""

    def asks(self, field: InputField) -> bool:
        """A name, as soon as there is anything."""
        return field.short_name == "name"

    def marks_optional(self, field: InputField, number: int) -> bool:
        """Whether this field of row `number` (from 0) is marked as optional."""
        return bool(field.missing is None)


class PersonRows(FieldList):
    """List of people: at most ROW_LIMIT, at least one where `missing` says so.

    Shows one blank row where there is nothing else. More rows than the limit are an error, and are kept on
    the page; WTForms' own `max_entries` would drop them without a word.
    """

    kind = "rows"
    kept = True

    def __init__(
        self,
        row: type[PersonRow],
        label: str,
        *,
        legend: str,
        add: str,
        remove: str,
        hint: str = "",
        needed: bool = False,
        **wtforms: Any,
    ) -> None:
        super().__init__(FormField(row), label, min_entries=1, **wtforms)
        self.label.text = self.gettext(label)
        self.legend = self.gettext(legend)
        """Of one row, with `%(number)d`."""
        self.add_text = self.gettext(add)
        self.remove_text = self.gettext(remove)
        self.hint = self.gettext(hint) if hint else ""
        self.needed = needed
        """Whether one row must be filled in."""
        self.messages: list[str] = []
        self.sent = 0
        """How many rows were sent, read or not."""

    @property
    def focused(self) -> bool:
        """Whether the person goes on with the button that adds a row."""
        return bool(self._form.focused == f"add-{self.short_name}")

    @property
    def full(self) -> bool:
        """Whether no row can be added."""
        return len(self.entries) >= ROW_LIMIT

    @property
    def optional(self) -> bool:
        """Whether it is marked as optional."""
        return not self.needed

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        """Check the rows that are not blank, and how many there are."""
        filled = [entry.form for entry in self.entries if not entry.form.is_blank()]
        count = self.sent if self.sent > ROWS_SHOWN else len(filled)
        self.messages = []
        if count > ROW_LIMIT:
            sentence = self.gettext("Leave at most %(limit)d rows here; there are %(count)d")
            self.messages = [sentence % {"limit": ROW_LIMIT, "count": count}]
        checked = filled or ([self.entries[0].form] if self.needed else [])
        for number, row in enumerate(checked):
            row.first = number == 0
            row.validate()
        self.errors = [*self.messages, *(row.errors for row in checked if row.errors)]
        return not self.errors

    def is_blank(self) -> bool:
        """Whether no row has anything in it."""
        return all(entry.form.is_blank() for entry in self.entries)

    def said(self) -> list[dict[str, Any]]:
        """The rows that are not blank."""
        return [entry.form.said() for entry in self.entries if not entry.form.is_blank()]

    def as_typed(self) -> list[dict[str, Any]]:
        """What was typed into each row, also the blank ones."""
        return [entry.form.as_typed() for entry in self.entries]

    def lines(self, value: Any, said: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Each person under a label of their own."""
        for number, person in enumerate(value or (), start=1):
            yield self.legend % {"number": number}, _in_one_line(self.entries[0].form, person)

    def mistakes(self) -> Iterator[FieldError]:
        """Each sentence about the list, then about its rows."""
        for message in self.messages:
            yield FieldError(self.id, message)
        for entry in self.entries:
            yield from entry.form.mistakes()

    def add(self) -> str:
        """Add a blank row. Returns the id to go on with: its first field, or the list where it is full."""
        if self.full:
            self.messages = [self.gettext("There can be at most %(limit)d rows here") % {"limit": ROW_LIMIT}]
            return str(self.id)
        entry = self.append_entry()
        return str(next(iter(entry.form)).id)

    def remove(self, index: int) -> str:
        """Take a row away, leaving a blank one if it was the only one. Returns the id to go on with."""
        if index < len(self.entries):
            self.pop_entry(index)
        if not self.entries:
            self.append_entry()
        return f"add-{self.short_name}"

    def _add_entry(self, *arguments: Any, **options: Any) -> FormField:
        """Only the first person can be the one who fills it in, whom a browser knows and we write to."""
        entry = super()._add_entry(*arguments, **options)
        if len(self.entries) > 1:
            for field in entry.form:
                field.autocomplete, field.hint = "off", ""
        return entry

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        """Row numbers in ASCII digits only; WTForms' own takes signs that `int` then refuses."""
        matches = (_INDEX.match(key, len(prefix)) for key in formdata if key.startswith(prefix))
        numbers = sorted({int(match[1]) for match in matches if match})
        self.sent = len(numbers)
        yield from numbers[:ROWS_SHOWN]


class PersonFields(FormField):
    """A single person."""

    kind = "person"
    kept = True

    def __init__(self, group: type[FieldGroup], label: str, *, hint: str = "", **wtforms: Any) -> None:
        super().__init__(group, label, **wtforms)
        self.label.text = self.gettext(label)
        self.hint = self.gettext(hint) if hint else ""

    def is_blank(self) -> bool:
        """Whether nothing was typed."""
        return bool(self.form.is_blank())

    def said(self) -> dict[str, Any]:
        """The clean answers."""
        return dict(self.form.said())

    def as_typed(self) -> dict[str, Any]:
        """What was typed."""
        return dict(self.form.as_typed())

    def lines(self, value: Any, said: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """The person in one line; nothing where nobody was named."""
        text = _in_one_line(self.form, value or {})
        if text:
            yield self.label.text, text

    def mistakes(self) -> Iterator[FieldError]:
        """Each sentence about the fields."""
        yield from self.form.mistakes()


def _in_one_line(group: FieldGroup, said: Mapping[str, Any]) -> str:
    parts = (field.display(said[field.short_name], said) for field in group if said.get(field.short_name))
    return " · ".join(parts)
