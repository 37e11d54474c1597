"""Overlay: uncommitted changes above a committed state; reads like a store, changes nothing below.

Nothing here waits, locks or touches a file; `Journal` holds the lock.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from forms_service.store.format import Change, Create, Drop, Put, Remove
from forms_service.store.index_builder import Kept, Schema
from forms_service.store.indexes import by_age
from forms_service.store.sorted_lists import Bound, Entry, Stretch
from forms_service.store.state import StateView, number
from forms_service.store.table_schema import Key, Places

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
        self._indexes: dict[str, Kept] = {}
        """Made when one is asked for, and there is so much to look through that it is worth it."""

    def hides(self, id: str) -> bool:
        return self.dropped or id in self.changed

    def own(self, id: str) -> Put | None:
        """What the document is set to here; None if it is not, or is removed."""
        return self.added.get(id) or self.changed.get(id)

    def set(self, put: Put, is_below: bool) -> None:
        self.exists = True
        for index in self._indexes.values():
            index.move(put.id, self._read(put.id), put.read())
        if is_below:
            self.changed[put.id] = put
        else:
            self.added[put.id] = put
        self.highest = max(self.highest, number(put.id))

    def unset(self, id: str, is_below: bool) -> None:
        for index in self._indexes.values():
            index.move(id, self._read(id), None)
        self.added.pop(id, None)
        if is_below:
            self.changed[id] = None

    def find(self, index: str, key: Key) -> list[str]:
        """The documents set here with this key, oldest first."""
        if kept := self._index(index):
            found: list[str] = kept.index.find(key)
            return found
        keys_of = self._schema.keys_of(self._table, index)
        found = [id for id, document in self._documents() if key in keys_of(document)]
        return sorted(found, key=by_age) if found else found

    def between(self, index: str, name: str, low: Bound, high: Bound | None) -> list[Entry]:
        """The documents set here that are in a list from one bound to the other, or to its end."""
        if kept := self._index(index):
            return list(kept.index.between(name, low, high).read())
        entries = [(place, len(id), id) for id, (lists, place) in self._places(index) if name in lists]
        return sorted(entry for entry in entries if low <= entry and (high is None or entry < high))

    def lists(self, index: str, first: str, last: str) -> list[str]:
        """The lists from the first name to the last that documents set here are in."""
        return [name for _, (lists, _) in self._places(index) for name in lists if first <= name <= last]

    def _documents(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        puts = itertools.chain(self.added.values(), self.changed.values())
        return ((put.id, put.read()) for put in puts if put)

    def _read(self, id: str) -> Mapping[str, Any] | None:
        own = self.own(id)
        return own and own.read()

    def _places(self, index: str) -> Iterator[tuple[str, Places]]:
        places_of = self._schema.places_of(self._table, index)
        return ((id, places_of(document)) for id, document in self._documents())

    def _index(self, index: str) -> Kept | None:
        if index not in self._indexes and len(self.added) + len(self.changed) > _FEW:
            self._indexes[index] = kept = self._schema.index(self._table, index)
            for id, document in self._documents():
                kept.move(id, None, document)
        return self._indexes.get(index)


class Overlay:
    """Changes above another view, which stays untouched."""

    __slots__ = ("_schema", "_tables", "below")

    def __init__(self, below: StateView, schema: Schema) -> None:
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

    def find(self, table: str, index: str, key: Key, limit: int | None = None) -> list[str]:
        above = self._tables.get(table)
        if above is None:
            return self.below.find(table, index, key, limit)
        enough = None if limit is None or above.dropped else limit + len(above.changed)
        found = [id for id in self.below.find(table, index, key, enough) if not above.hides(id)]
        if own := above.find(index, key):
            found = sorted(found + own, key=by_age)
        return found[:limit]

    def how_many(self, table: str, index: str, key: Key) -> int:
        above = self._tables.get(table)
        if above is None:
            return self.below.how_many(table, index, key)
        if above.dropped or above.changed:
            return len(self.find(table, index, key))
        return self.below.how_many(table, index, key) + len(above.find(index, key))

    def lists(self, table: str, index: str, first: str, last: str) -> list[str]:
        below = self.below.lists(table, index, first, last)
        above = self._tables.get(table)
        return below if above is None else sorted({*below, *above.lists(index, first, last)})

    def between(self, table: str, index: str, name: str, low: Bound, high: Bound | None) -> Stretch:
        """As of now. Where it differs from below it looks at each entry, for nobody asks a change in the
        making for long lists.
        """
        below = self.below.between(table, index, name, low, high)
        above = self._tables.get(table)
        own = above.between(index, name, low, high) if above else []
        if above is None or not (own or above.dropped or above.changed):
            return below
        entries = sorted([entry for entry in below.read() if not above.hides(entry[2])] + own)
        return Stretch(entries, 0, len(entries))

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
        """The changes, without detours: what makes the view below read like this one."""
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
