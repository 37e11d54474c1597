"""What the store holds, in memory: every document, as it is on disk.

Documents are their JSON bytes. Nothing here waits, locks or touches a file; `Journal` holds the lock.
"""

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol

import orjson

from .indexes import Keys, Schema, TableIndexes
from .lines import Change, Create, Drop, Put, Remove
from .listing import Entry, Stretch
from .tables import Key


class View(Protocol):
    """Something that can be read like a whole store. A missing table reads as an empty one."""

    def tables(self) -> list[str]: ...
    def has(self, table: str) -> bool: ...
    def get(self, table: str, id: str) -> bytes | None: ...
    def ids(self, table: str) -> Iterator[str]: ...
    def count(self, table: str) -> int: ...
    def highest(self, table: str) -> int: ...
    def find(self, table: str, index: str, key: Key) -> list[str]: ...
    def range(self, table: str, index: str, low: Key, high: Key) -> Iterator[Entry]: ...
    def between(self, table: str, index: str, low: Key, high: Key) -> Stretch: ...


class _Held:
    """One table of the committed state."""

    __slots__ = ("documents", "highest", "indexes")

    def __init__(self) -> None:
        self.documents: dict[str, bytes] = {}
        self.indexes: TableIndexes | None = None
        self.highest = 0
        """The highest number that was an id here since the store was opened: none is given twice."""


class State:
    """All tables with their documents, as of one change of the journal.

    Found by their keys once `build_indexes` has run: at a start, that is cheaper for all documents that are
    left than for each that ever was.
    """

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._tables: dict[str, _Held] = {}
        self._is_indexed = False
        self.bytes = 0
        """What the documents take in a journal, roughly."""

    def tables(self) -> list[str]:
        return list(self._tables)

    def has(self, table: str) -> bool:
        return table in self._tables

    def get(self, table: str, id: str) -> bytes | None:
        held = self._tables.get(table)
        return held.documents.get(id) if held else None

    def ids(self, table: str) -> Iterator[str]:
        return iter(self.documents(table))

    def documents(self, table: str) -> dict[str, bytes]:
        """The documents themselves, not a copy."""
        held = self._tables.get(table)
        return held.documents if held else {}

    def count(self, table: str) -> int:
        return len(self.documents(table))

    def highest(self, table: str) -> int:
        held = self._tables.get(table)
        return held.highest if held else 0

    def find(self, table: str, index: str, key: Key) -> list[str]:
        return self._indexes(table).find(index, key)

    def range(self, table: str, index: str, low: Key, high: Key) -> Iterator[Entry]:
        return self._indexes(table).range(index, low, high)

    def between(self, table: str, index: str, low: Key, high: Key) -> Stretch:
        return self._indexes(table).between(index, low, high)

    def _indexes(self, table: str) -> TableIndexes:
        """The indexes of a declared table; KeyError if it is none."""
        held = self._tables.get(table)
        indexes = held.indexes if held else self._schema.indexes(table)
        if indexes is None:
            raise KeyError(table)
        return indexes

    def build_indexes(self) -> None:
        self._is_indexed = True
        with _nothing_thrown_away():
            for table, held in self._tables.items():
                held.indexes = self._schema.indexes(table)
                if held.indexes:
                    held.indexes.fill(held.documents)

    def apply(self, changes: Iterable[Change]) -> None:
        """Make the changes, in their order."""
        for change in changes:
            match change:
                case Put():
                    self._put(change)
                case Remove(table, id):
                    self._remove(table, id)
                case Create(table):
                    self._table(table)
                case Drop(table):
                    self.bytes -= sum(map(_weight, self.documents(table).values()))
                    self._tables.pop(table, None)

    def _put(self, put: Put) -> None:
        held = self._table(put.table)
        before = held.documents.get(put.id)
        held.documents[put.id] = put.raw
        held.highest = max(held.highest, number(put.id))
        self.bytes += _weight(put.raw) - (_weight(before) if before else 0)
        if held.indexes:
            held.indexes.replace(self._keys(put.table, before), put.keys, put.id)

    def _remove(self, table: str, id: str) -> None:
        held = self._tables.get(table)
        before = held.documents.pop(id, None) if held else None
        if held and before:
            self.bytes -= _weight(before)
            if held.indexes:
                held.indexes.replace(self._keys(table, before), {}, id)

    def _keys(self, table: str, raw: bytes | None) -> Keys:
        return self._schema.keys_of(table, orjson.loads(raw)) if raw else {}

    def _table(self, table: str) -> _Held:
        if table not in self._tables:
            self._tables[table] = _Held()
            if self._is_indexed:
                self._tables[table].indexes = self._schema.indexes(table)
        return self._tables[table]


@contextmanager
def _nothing_thrown_away() -> Iterator[None]:
    """While millions of things are made that all stay, looking for garbage would take half the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def number(id: str) -> int:
    """The id as a number, 0 if it is none."""
    return int(id) if id.isdecimal() else 0


def _weight(raw: bytes) -> int:
    return len(raw) + 32
