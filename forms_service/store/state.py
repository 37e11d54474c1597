"""Store state: every document in memory, as committed.

Documents are their JSON bytes. Nothing here waits, locks or touches a file; `Journal` holds the lock.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from forms_service.store.format import Change, Create, Drop, Put, Remove, decode_document
from forms_service.store.index_builder import Schema, TableIndexes
from forms_service.store.sorted_lists import Bound, Stretch
from forms_service.store.table_schema import Key


class StateView(Protocol):
    """Interface of a readable state. A missing table reads as an empty one."""

    def tables(self) -> list[str]: ...
    def has(self, table: str) -> bool: ...
    def get(self, table: str, id: str) -> bytes | None: ...
    def ids(self, table: str) -> Iterator[str]: ...
    def count(self, table: str) -> int: ...
    def highest(self, table: str) -> int: ...
    def find(self, table: str, index: str, key: Key, limit: int | None = None) -> list[str]: ...
    def how_many(self, table: str, index: str, key: Key) -> int: ...
    def lists(self, table: str, index: str, first: str, last: str) -> list[str]: ...
    def between(self, table: str, index: str, name: str, low: Bound, high: Bound | None) -> Stretch: ...


_KEPT_IN_MIND = 20_000
"""Changed documents of a table that `changes_since` can tell of."""


class _Held:
    """One table of the committed state."""

    __slots__ = ("documents", "highest", "indexes")

    def __init__(self, indexes: TableIndexes | None) -> None:
        self.documents: dict[str, bytes] = {}
        self.indexes = indexes
        """None if the table is not declared, or they are not made yet."""
        self.highest = 0
        """The highest number that was an id here since the store was opened: none is given twice."""


class StoreState:
    """All tables with their documents, as of one change of the journal.

    Indexes are made by `make_indexes`, once all of a file is applied, and follow each change from then on.
    """

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._tables: dict[str, _Held] = {}
        self._is_indexed = False
        self._changed: defaultdict[str, dict[str, int]] = defaultdict(dict)
        """By table and reference, the number of the last change since the store was opened, oldest first."""
        self._forgotten: dict[str, int] = {}
        """By table, the number of the last change that is not among those any more."""
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

    def find(self, table: str, index: str, key: Key, limit: int | None = None) -> list[str]:
        found: list[str] = self._asked(table, index).find(key, limit)
        return found

    def how_many(self, table: str, index: str, key: Key) -> int:
        count: int = self._asked(table, index).count(key)
        return count

    def lists(self, table: str, index: str, first: str, last: str) -> list[str]:
        names: list[str] = self._asked(table, index).names(first, last)
        return names

    def between(self, table: str, index: str, name: str, low: Bound, high: Bound | None) -> Stretch:
        stretch: Stretch = self._asked(table, index).between(name, low, high)
        return stretch

    def _asked(self, table: str, index: str) -> Any:
        """An index; KeyError if it is not declared."""
        held = self._tables.get(table) or _Held(self._schema.indexes(table))
        if held.indexes is None:
            raise KeyError(table)
        return held.indexes.asked(index)

    def make_indexes(self) -> None:
        """Make the indexes of all tables, of the documents there are."""
        self._is_indexed = True
        for table, held in self._tables.items():
            held.indexes = self._schema.indexes(table)
            if held.indexes:
                held.indexes.fill(held.documents)

    def changes_since(self, table: str, cursor: int) -> set[str] | None:
        """The references of what was put or taken out in this table by changes above this number.

        None where that is more than is kept in mind.
        """
        if cursor < self._forgotten.get(table, 0):
            return None
        since = itertools.takewhile(lambda change: change[1] > cursor, reversed(self._changed[table].items()))
        return {reference for reference, _ in since}

    def apply(self, changes: Iterable[Change], number: int = 0) -> None:
        """Make the changes, in their order; with a number (from 1), `changes_since` tells of them."""
        for change in changes:
            if number:
                self._note(change, number)
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

    def _note(self, change: Change, number: int) -> None:
        match change:
            case Put(table):
                documents = [change.read()]
            case Remove(table, id):
                documents = [decode_document(raw)] if (raw := self.get(table, id)) else []
            case Create(table):
                documents = []
            case Drop(table):
                documents = [decode_document(raw) for raw in self.documents(table).values()]
        for document in documents:
            if type(reference := document.get("id")) is str:
                changed = self._changed[table]
                changed.pop(reference, None)
                changed[reference] = number
                if len(changed) > _KEPT_IN_MIND:
                    self._forgotten[table] = changed.pop(next(iter(changed)))

    def _put(self, put: Put) -> None:
        table, id, raw, _ = put
        held = self._tables.get(table) or self._table(table)
        before = held.documents.get(id)
        held.documents[id] = raw
        self.bytes += len(raw) - len(before) if before else _weight(raw)
        if not before:
            held.highest = max(held.highest, number(id))
        if held.indexes:
            held.indexes.change(id, before, put)

    def _remove(self, table: str, id: str) -> None:
        held = self._tables.get(table)
        before = held.documents.pop(id, None) if held else None
        if held and before:
            self.bytes -= _weight(before)
            if held.indexes:
                held.indexes.change(id, before, None)

    def _table(self, table: str) -> _Held:
        if table not in self._tables:
            self._tables[table] = _Held(self._schema.indexes(table) if self._is_indexed else None)
        return self._tables[table]


def number(id: str) -> int:
    """The id as a number, 0 if it is none."""
    return int(id) if id.isdecimal() else 0


def _weight(raw: bytes) -> int:
    return len(raw) + 32
