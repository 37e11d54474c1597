"""Looking at a view, and making a change on top of one. Each look is consistent in itself."""

import itertools
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from .errors import DuplicateKey
from .indexes import Schema
from .layers import Layer
from .lines import Put
from .listing import merged
from .state import View
from .tables import Key

Stored = tuple[str, bytes]
"""A document's number in its table, and its bytes."""

Span = tuple[Key, Key]
"""A first and a last key, both included; in one look, no document has a key in two spans."""


class Reading:
    """Looks at one view, each look consistent in itself, however much is written meanwhile."""

    def __init__(self, view: View, mutex: threading.Lock) -> None:
        self._view = view
        self._mutex = mutex

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

    def find(self, table: str, index: str, key: Key, limit: int | None = None) -> list[Stored]:
        """The documents with this key in a declared index, oldest first."""
        with self._mutex:
            return self._with_bytes(table, self._view.find(table, index, key)[:limit])

    def how_many(self, table: str, index: str, key: Key) -> int:
        with self._mutex:
            return len(self._view.find(table, index, key))

    def range(self, table: str, index: str, low: Key, high: Key, limit: int | None) -> list[Stored]:
        """The documents with keys from `low` to `high`, both included, in the order of a sorted index."""
        with self._mutex:
            entries = itertools.islice(self._view.range(table, index, low, high), limit)
            return self._with_bytes(table, [id for _, _, id in entries])

    def merged(
        self, table: str, index: str, spans: Sequence[Span], skip: int, limit: int | None, backwards: bool
    ) -> list[str]:
        """Numbers of the documents with keys in any of the spans, in the order within the spans."""
        with self._mutex:
            stretches = [self._view.between(table, index, low, high) for low, high in spans]
            entries = merged(stretches, skip=skip, backwards=backwards)
            return [id for _, _, id in itertools.islice(entries, limit)]

    def counted(self, table: str, index: str, spans: Sequence[Span]) -> int:
        with self._mutex:
            return sum(len(self._view.between(table, index, low, high)) for low, high in spans)

    def some(self, table: str, ids: Sequence[str]) -> list[Stored]:
        """The documents with these numbers that are there."""
        with self._mutex:
            return self._with_bytes(table, ids)

    def _with_bytes(self, table: str, ids: Sequence[str]) -> list[Stored]:
        return [(id, raw) for id in ids if (raw := self._view.get(table, id)) is not None]


class Transaction(Reading):
    """A change in the making: reads see it, and what is queued before it, and nobody else does yet."""

    def __init__(self, below: View, mutex: threading.Lock, schema: Schema) -> None:
        self.layer = Layer(below, schema)
        """What it changes so far."""
        self._schema = schema
        super().__init__(self.layer, mutex)

    def next_id(self, table: str) -> str:
        """A number no document of the table has had since the store was opened."""
        with self._mutex:
            return str(self.layer.highest(table) + 1)

    def put(self, table: str, id: str, raw: bytes, document: Mapping[str, Any]) -> None:
        """Set the content of a document; `document` is what `raw` says.

        Raises:
            DuplicateKey: another document has one of its keys in a unique index.
        """
        keys = self._schema.keys_of(table, document)
        with self._mutex:
            for index in self._schema.unique(table):
                for key in keys.get(index, ()):
                    for other in self.layer.find(table, index, key):
                        if other != id:
                            raise DuplicateKey(table, index)
            self.layer.put(Put(table, id, raw, keys))

    def remove(self, table: str, id: str) -> None:
        with self._mutex:
            self.layer.remove(table, id)

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
