"""Transaction: snapshot reads of a state, and changes on top of it."""

import itertools
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from forms_service.store.errors import DuplicateKey
from forms_service.store.format import Put, decode_document
from forms_service.store.index_builder import Schema
from forms_service.store.overlay import Overlay
from forms_service.store.sorted_lists import Bound, Stretch, behind, merged
from forms_service.store.state import StateView
from forms_service.store.table_schema import Key

Stored = tuple[str, bytes]
"""A document's number in its table, and its bytes."""

Found = tuple[str, dict[str, Any]]
"""A document's number in its table, and a copy of the document."""

Place = Any
"""The name of a list of a sorted index and an order in it; the order alone where there is but one list."""

Span = tuple[Place, Place]
"""From the first to the last, both included; in one look, no document stands in two spans."""


class Reading:
    """Snapshot reads: each consistent in itself, however much is written meanwhile."""

    def __init__(self, view: StateView, mutex: threading.Lock, schema: Schema) -> None:
        self._view = view
        self._mutex = mutex
        self._schema = schema

    def tables(self) -> list[str]:
        with self._mutex:
            return self._view.tables()

    def get(self, table: str, id: str) -> bytes | None:
        with self._mutex:
            return self._view.get(table, id)

    def documents(self, table: str) -> list[Stored]:
        """All documents of a table, in its order."""
        with self._mutex:
            return [
                (id, raw) for id in self._view.ids(table) if (raw := self._view.get(table, id)) is not None
            ]

    def ids(self, table: str) -> list[str]:
        with self._mutex:
            return list(self._view.ids(table))

    def count(self, table: str) -> int:
        with self._mutex:
            return self._view.count(table)

    def find(self, table: str, index: str, key: Key, limit: int | None = None) -> list[Found]:
        """The documents with this key in a declared index, oldest first."""
        with self._mutex:
            stored = self._with_bytes(table, self._view.find(table, index, key, limit))
        return [(id, decode_document(raw)) for id, raw in stored]

    def how_many(self, table: str, index: str, key: Key) -> int:
        """How many documents have this key."""
        with self._mutex:
            return self._view.how_many(table, index, key)

    def range(
        self, table: str, index: str, low: Place, high: Place, limit: int | None, backwards: bool
    ) -> list[Stored]:
        """The documents from `low` to `high`, both included: list by list, each in order or against it."""
        with self._mutex:
            stretches = self._stretches(table, index, low, high)
            entries = itertools.chain.from_iterable(each.read(backwards=backwards) for each in stretches)
            return self._with_bytes(table, [id for _, _, id in itertools.islice(entries, limit)])

    def merged(
        self, table: str, index: str, spans: Sequence[Span], skip: int, limit: int | None, backwards: bool
    ) -> list[str]:
        """Numbers of the documents in any of the spans, in the order within the lists."""
        with self._mutex:
            stretches = [each for low, high in spans for each in self._stretches(table, index, low, high)]
            entries = merged(stretches, skip=skip, backwards=backwards)
            return [id for _, _, id in itertools.islice(entries, limit)]

    def counted(self, table: str, index: str, spans: Sequence[Span]) -> int:
        with self._mutex:
            return sum(each.size for span in spans for each in self._stretches(table, index, *span))

    def _stretches(self, table: str, index: str, low: Place, high: Place) -> list[Stretch]:
        (first, start), (last, end) = _bound(low), _bound(high)
        stop = behind(*end) if end else end
        if first == last:
            return [self._view.between(table, index, first, start, stop)]
        return [
            self._view.between(
                table, index, name, start if name == first else (), stop if name == last else None
            )
            for name in self._view.lists(table, index, first, last)
        ]

    def some(self, table: str, ids: Sequence[str]) -> list[Stored]:
        """The documents with these numbers that are there."""
        with self._mutex:
            return self._with_bytes(table, ids)

    def _with_bytes(self, table: str, ids: Sequence[str]) -> list[Stored]:
        return [(id, raw) for id in ids if (raw := self._view.get(table, id)) is not None]


class Transaction(Reading):
    """Open transaction: its reads see its own changes, and nobody else does yet."""

    def __init__(self, below: StateView, mutex: threading.Lock, schema: Schema) -> None:
        self.layer = Overlay(below, schema)
        """What it changes so far."""
        super().__init__(self.layer, mutex, schema)

    def next_id(self, table: str) -> str:
        """A number no document of the table has had since the store was opened."""
        with self._mutex:
            return str(self.layer.highest(table) + 1)

    def check(self, table: str, document: Mapping[str, Any]) -> None:
        """Raises IncompleteDocument unless it has all that a document of this table has to have."""
        self._schema.check(table, document)

    def put(self, table: str, id: str, raw: bytes, document: Mapping[str, Any]) -> None:
        """Set the content of a document; `document` is what `raw` says.

        Raises:
            DuplicateKey: another document has one of its keys in a unique index.
        """
        for index in self._schema.unique(table):
            for key in self._schema.keys_of(table, index)(document):
                if self._is_taken(table, index, key, id):
                    raise DuplicateKey(table, index)
        with self._mutex:
            self.layer.put(Put(table, id, raw, document))

    def _is_taken(self, table: str, index: str, key: Key, id: str) -> bool:
        """Whether another document has this key."""
        with self._mutex:
            return self.layer.find(table, index, key) not in ([], [id])

    def remove(self, table: str, id: str) -> None:
        with self._mutex:
            self.layer.remove(table, id)

    def rename(self, table: str, to: str) -> None:
        """Have all documents of a table, if it is there, in another one, under their numbers."""
        if table in self.tables():
            self.create(to)
            for id, raw in self.documents(table):
                self.put(to, id, raw, decode_document(raw))
            self.drop(table)

    def create(self, table: str) -> None:
        """Have the table there, also while it is empty."""
        with self._mutex:
            self.layer.create(table)

    def drop(self, table: str) -> None:
        """Take the table out, and all in it."""
        with self._mutex:
            self.layer.drop(table)

    def within(self) -> "Transaction":
        """A part of this change that can fail without spoiling the rest; see `take`."""
        return Transaction(self.layer, self._mutex, self._schema)

    def take(self, part: "Transaction") -> None:
        with self._mutex:
            self.layer.apply(part.layer.changes())


def _bound(place: Place) -> tuple[str, Bound]:
    """The list, and where in it."""
    return (place[0], place[1:]) if type(place) is tuple else ("", (place,))
