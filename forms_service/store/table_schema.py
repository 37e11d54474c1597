"""Table schema: declares a table's indexes and required fields. Pure functions of a document.

Every table has a unique index `id` on its documents' `id`. An index function runs for each document after
each start, so it is plain and quick, and it takes any document without raising: what has no such key is not
found by it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Key = Any
"""A hashable JSON value."""
Places = tuple[Sequence[Key], Any]
"""The lists that a document stands in, and its place in each of them: something that lists are sorted by."""
NOWHERE: Places = ((), "")
ONE_LIST = ("",)
"""The lists of an index that has but one; where it is looked at, the name of the list may be left out."""


KeysOf = Callable[[Mapping[str, Any]], Sequence[Key]]
PlacesOf = Callable[[Mapping[str, Any]], Places]


@dataclass(frozen=True)
class Table:
    """Schema of a table: `indexes` by equal keys, `sorted` indexes with lists."""

    indexes: Mapping[str, KeysOf] = field(default_factory=dict)
    sorted: Mapping[str, PlacesOf] = field(default_factory=dict)
    unique: frozenset[str] = frozenset()
    """Names of indexes in which two documents must not share a key; `id` is always among them."""
    required: Mapping[str, type] = field(default_factory=dict)
    """The fields without which a document is not whole, besides `id` and `version` (`object`: any value)."""

    def all_indexes(self) -> dict[str, KeysOf]:
        """Those by equal keys."""
        return {"id": _text("id"), **self.indexes}

    def all_unique(self) -> frozenset[str]:
        return self.unique | {"id"}

    def lacking(self, document: Mapping[str, Any]) -> str | None:
        """Validator: the first required field that a document lacks or has with another type, or None."""
        required = {"id": str, "version": int, **self.required}
        for name, kind in required.items():
            if name not in document or kind not in (object, type(document[name])):
                return name
        return None


def _text(name: str) -> KeysOf:
    """The text under this name."""

    def keys(document: Mapping[str, Any]) -> Sequence[Key]:
        value = document.get(name)
        return (value,) if type(value) is str and value else ()

    return keys


def _in_list(name: str, order: str) -> PlacesOf:
    """In the list that the text under the first name says, by the text under the second."""

    def places(document: Mapping[str, Any]) -> Places:
        place = document.get(order)
        key = document.get(name)
        return ((key,), place) if type(key) is str and type(place) is str else NOWHERE

    return places


def _by(order: str) -> PlacesOf:
    """All in one list, by the text under this name."""

    def places(document: Mapping[str, Any]) -> Places:
        place = document.get(order)
        return (ONE_LIST, place) if type(place) is str and place else NOWHERE

    return places
