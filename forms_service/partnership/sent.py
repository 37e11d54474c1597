"""The form that was sent and not done, as its page shows it again: open, with all that was typed. Pure.

A page holds many forms; each has a name of its own on it, which it sends along as `form` and which the ids of
its fields begin with. Templates call the whole `sent`, and one form of it `f`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from forms_service.forms.cleaning import showable

Mistakes = Sequence[tuple[str, str]]
"""Field and sentence of each; the field is empty where it is about none."""

_NAME = re.compile(r"[a-z0-9-]{1,40}")
_NEVER_SEEN = frozenset({"item", "request", "qualification", "activity", "meeting", "goal", "remove", "year"})
"""Fields that a form carries without showing them: nobody can be led there."""


@dataclass(frozen=True)
class Form:
    """One form of a page."""

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

    def ticked(self, field: str, before: bool = False) -> bool:
        """Whether a box is ticked."""
        return before if self.typed is None else self.typed.get(field) == "y"

    def error(self, field: str) -> str:
        """What is wrong with a field."""
        return self.mistakes.get(field, "")


@dataclass(frozen=True)
class Sent:
    """What came with the request, where it was not done."""

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
