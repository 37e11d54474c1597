"""Changes that are not on disk yet, as a layer above what is: reads like a store, changes nothing below.

Nothing here waits, locks or touches a file; `Journal` holds the lock.
"""

import heapq
import itertools
from collections.abc import Iterable, Iterator

from .indexes import Schema, TableIndexes
from .lines import Change, Create, Drop, Put, Remove
from .listing import Entry, Stretch
from .state import View, number
from .tables import Key

_FEW = 16
"""So many changes are looked through one by one."""


class _Above:
    """What a layer changes in one table. `None` in `changed` is a document of below that is removed."""

    __slots__ = ("_indexes", "_schema", "_table", "added", "changed", "dropped", "exists", "highest")

    def __init__(self, schema: Schema, table: str) -> None:
        self.dropped = False
        self.exists = False
        self.changed: dict[str, Put | None] = {}
        self.added: dict[str, Put] = {}
        self.highest = 0
        self._schema, self._table = schema, table
        self._indexes: TableIndexes | None = None
        """Made when there is so much to look through that they are worth it."""

    def hides(self, id: str) -> bool:
        return self.dropped or id in self.changed

    def own(self, id: str) -> Put | None:
        """What the document is set to here; None if it is not, or is removed."""
        return self.added.get(id) or self.changed.get(id)

    def set(self, put: Put, is_below: bool) -> None:
        self.exists = True
        self._unindex(put.id)
        if is_below:
            self.changed[put.id] = put
        else:
            self.added[put.id] = put
        self.highest = max(self.highest, number(put.id))
        if self._indexes:
            self._indexes.add(put.keys, put.id)

    def unset(self, id: str, is_below: bool) -> None:
        self._unindex(id)
        self.added.pop(id, None)
        if is_below:
            self.changed[id] = None

    def find(self, index: str, key: Key) -> list[str]:
        """The documents set here with this key, in no order."""
        if indexes := self._made_indexes():
            return indexes.find(index, key)
        return [put.id for put in self._puts() if key in put.keys.get(index, ())]

    def range(self, index: str, low: Key, high: Key) -> Iterator[Entry]:
        if indexes := self._made_indexes():
            return indexes.range(index, low, high)
        entries = [
            (key, len(put.id), put.id)
            for put in self._puts()
            for key in put.keys.get(index, ())
            if low <= key <= high
        ]
        return iter(sorted(entries))

    def _puts(self) -> Iterator[Put]:
        return (put for put in itertools.chain(self.added.values(), self.changed.values()) if put)

    def _made_indexes(self) -> TableIndexes | None:
        if self._indexes is None and len(self.added) + len(self.changed) > _FEW:
            self._indexes = self._schema.indexes(self._table)
            for put in self._puts():
                if self._indexes:
                    self._indexes.add(put.keys, put.id)
        return self._indexes

    def _unindex(self, id: str) -> None:
        if self._indexes and (old := self.own(id)):
            self._indexes.discard(old.keys, id)


class Layer:
    """Changes above another view, which stays untouched; reads as if they were made there."""

    __slots__ = ("_schema", "_tables", "below")

    def __init__(self, below: View, schema: Schema) -> None:
        self.below = below
        self._schema = schema
        self._tables: dict[str, _Above] = {}

    def tables(self) -> list[str]:
        kept = [name for name in self.below.tables() if not self._is_dropped(name)]
        return kept + [name for name, above in self._tables.items() if above.exists and name not in kept]

    def has(self, table: str) -> bool:
        above = self._tables.get(table)
        return (above is not None and above.exists) or (not self._is_dropped(table) and self.below.has(table))

    def _is_dropped(self, table: str) -> bool:
        above = self._tables.get(table)
        return above is not None and above.dropped

    def get(self, table: str, id: str) -> bytes | None:
        above = self._tables.get(table)
        if above is None:
            return self.below.get(table, id)
        if put := above.own(id):
            return put.raw
        return None if above.hides(id) else self.below.get(table, id)

    def ids(self, table: str) -> Iterator[str]:
        above = self._tables.get(table)
        if above is None:
            return self.below.ids(table)
        below = iter(()) if above.dropped else self.below.ids(table)
        kept = (id for id in below if id not in above.changed or above.changed[id] is not None)
        return itertools.chain(kept, above.added)

    def count(self, table: str) -> int:
        above = self._tables.get(table)
        if above is None:
            return self.below.count(table)
        if above.dropped:
            return len(above.added)
        removed = sum(put is None for put in above.changed.values())
        return self.below.count(table) - removed + len(above.added)

    def highest(self, table: str) -> int:
        above = self._tables.get(table)
        if above is None:
            return self.below.highest(table)
        return above.highest if above.dropped else max(above.highest, self.below.highest(table))

    def find(self, table: str, index: str, key: Key) -> list[str]:
        above = self._tables.get(table)
        if above is None:
            return self.below.find(table, index, key)
        own = above.find(index, key)
        below = [id for id in self.below.find(table, index, key) if not above.hides(id)]
        return sorted(below + own, key=lambda id: (len(id), id)) if own else below

    def range(self, table: str, index: str, low: Key, high: Key) -> Iterator[Entry]:
        above = self._tables.get(table)
        below = self.below.range(table, index, low, high)
        if above is None:
            return below
        visible = (entry for entry in below if not above.hides(entry[2]))
        return heapq.merge(visible, above.range(index, low, high))

    def between(self, table: str, index: str, low: Key, high: Key) -> Stretch:
        """As of now; looks at each entry, for nobody asks a change in the making for long lists."""
        entries = list(self.range(table, index, low, high))
        return Stretch([entries], 0, len(entries))

    def put(self, put: Put) -> None:
        """Set a document's content; a new one comes last."""
        above = self._above(put.table)
        is_new = put.id in above.added or self.get(put.table, put.id) is None
        above.set(put, is_below=not is_new)

    def remove(self, table: str, id: str) -> None:
        """Take out a document that is there."""
        above = self._above(table)
        above.unset(id, is_below=not above.dropped and self.below.get(table, id) is not None)

    def create(self, table: str) -> None:
        self._above(table).exists = True

    def drop(self, table: str) -> None:
        self._tables[table] = _Above(self._schema, table)
        self._tables[table].dropped = True

    def apply(self, changes: Iterable[Change]) -> None:
        """Make the changes, in their order."""
        for change in changes:
            match change:
                case Put():
                    self.put(change)
                case Remove(table, id):
                    self.remove(table, id)
                case Create(table):
                    self.create(table)
                case Drop(table):
                    self.drop(table)

    def clear(self) -> None:
        """Change nothing any more: the view below reads by now as this one did."""
        self._tables = {}

    def is_empty(self) -> bool:
        """Whether it changes nothing."""
        return not self._tables

    def changes(self) -> list[Change]:
        """What must be done to the view below to make it read like this one, without detours."""
        found: list[Change] = []
        for table, above in self._tables.items():
            there = self.below.has(table)
            if above.dropped and there:
                found.append(Drop(table))
            if above.exists and (above.dropped or not there) and not above.added:
                found.append(Create(table))
            for id, put in above.changed.items():
                found.append(put or Remove(table, id))
            found.extend(above.added.values())
        return found

    def _above(self, table: str) -> _Above:
        if table not in self._tables:
            self._tables[table] = _Above(self._schema, table)
        return self._tables[table]
