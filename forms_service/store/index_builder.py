"""Index builder: builds the indexes of a table on first use, and keeps them up to date.

What nobody looks into costs next to nothing when a document changes. No I/O, no locks.
"""

import gc
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import orjson

from forms_service.store.errors import IncompleteDocument
from forms_service.store.format import Put
from forms_service.store.indexes import HashIndex, SortedIndex, by_age
from forms_service.store.sorted_lists import Entry
from forms_service.store.table_schema import KeysOf, PlacesOf, Table

_AT_A_TIME = 500
"""How many documents are parsed together when all are indexed."""
_KEYS_AT_MOST = 8
"""How many keys most documents do not exceed; those that do make blocks larger, no more."""
_PATIENCE = 200
"""For so many changes an index that was asked follows each at once: it will be asked again."""
_MOST_BEHIND = 10_000
"""How many documents an index may have to catch up with; that takes as long as a request may wait."""

Document = Mapping[str, Any]
_UNREAD: Document | None = {}


class Kept:
    """An index, and the documents it has to look at again."""

    __slots__ = ("behind", "index", "of", "patience")

    def __init__(self, table: Table, name: str) -> None:
        self.index: Any = SortedIndex() if name in table.sorted else HashIndex()
        self.of: Callable[[Document], Any] = {**table.all_indexes(), **table.sorted}[name]
        """By what it finds a document."""
        self.behind: dict[str, bytes | None] = {}
        """Documents as the index knows them, which have changed."""
        self.patience = 0

    def move(self, id: str, before: Document | None, now: Document | None) -> None:
        nowhere = self.index.NOWHERE
        was = nowhere if before is None else self.of(before)
        will_be = nowhere if now is None else self.of(now)
        if was != will_be:
            self.index.move(id, was, will_be)


Making = dict[str, Kept]
"""Indexes in the making, by name."""


class TableIndexes:
    """The indexes of one table that there are so far."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._kept: dict[str, Kept] = {}
        self._making: list[Making] = []

    def lag(self, name: str) -> int | None:
        """How many documents an index has to catch up with; None if it is not made."""
        return len(self._kept[name].behind) if name in self._kept else None

    def begin(self, names: Iterable[str]) -> Making:
        """Take note of changes for indexes that are going to be made of the documents there are now."""
        making = {name: Kept(self._table, name) for name in names}
        self._making.append(making)
        return making

    def end(self, making: Making, *, given_up: bool = False) -> None:
        """Have what was made, unless somebody else was faster, or stop to take notes for it."""
        self._making = [other for other in self._making if other is not making]
        if not given_up:
            self._kept = {**making, **self._kept}

    def change(self, id: str, before: bytes | None, put: Put | None) -> None:
        """A document is another one now, or (None) gone."""
        for making in self._making:
            for kept in making.values():
                kept.behind.setdefault(id, before)
        old = now = _UNREAD
        for kept in self._kept.values():
            if id in kept.behind:
                continue
            if kept.patience:
                kept.patience -= 1
            elif len(kept.behind) < _MOST_BEHIND:
                kept.behind[id] = before
                continue
            if old is _UNREAD:
                old, now = _read(before), put and put.read()
            kept.move(id, old, now)

    def asked(self, name: str, documents: Mapping[str, bytes]) -> Any:
        """An index, up to date. KeyError if it is not declared."""
        kept = self._kept.get(name)
        if kept is None:
            making = self.begin([name])
            fill(making, documents)
            self.end(making)
            kept = making[name]
        kept.patience = _PATIENCE
        if kept.behind:
            self.catch_up(name, documents, len(kept.behind))
        return kept.index

    def catch_up(self, name: str, documents: Mapping[str, bytes], at_most: int) -> None:
        """Have an index look again at some of what changed."""
        kept = self._kept[name]
        for _ in range(min(at_most, len(kept.behind))):
            id, before = kept.behind.popitem()
            kept.move(id, _read(before), _read(documents.get(id)))


def fill(making: Making, documents: Mapping[str, bytes], pause: Callable[[], None] = lambda: None) -> None:
    """Add all documents of a table to its empty indexes. `pause` is called now and then."""
    equal = [kept for kept in making.values() if isinstance(kept.index, HashIndex)]
    ordered = [kept for kept in making.values() if isinstance(kept.index, SortedIndex)]
    for kept in equal:
        kept.index.make_room(_KEYS_AT_MOST * len(documents))
    some = iter(sorted(documents.items(), key=lambda document: by_age(document[0])))
    while stored := list(itertools.islice(some, _AT_A_TIME)):
        with _nothing_thrown_away():
            _gather(stored, equal, ordered)
        pause()
    for kept in making.values():
        kept.index.settle()


def _gather(stored: Iterable[tuple[str, bytes]], equal: Iterable[Kept], ordered: Sequence[Kept]) -> None:
    documents = [(id, orjson.loads(raw)) for id, raw in stored]
    for kept in equal:
        kept.index.gather(documents, kept.of)
    for id, document in documents if ordered else ():
        entry: Entry | None = None
        for kept in ordered:
            lists, place = kept.of(document)
            if lists:
                if entry is None or entry[0] != place:  # most lists of a document have the same order
                    entry = (place, len(id), id)
                kept.index.gather(lists, entry)


@contextmanager
def _nothing_thrown_away() -> Iterator[None]:
    """While so much is made that all stays, looking for garbage would take half of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read(raw: bytes | None) -> Document | None:
    return orjson.loads(raw) if raw is not None else None


class Schema:
    """The declared tables; a table that is not declared has no indexes."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self._tables = dict(tables)
        self._equal = {name: table.all_indexes() for name, table in tables.items()}
        self._unique = {name: table.all_unique() for name, table in tables.items()}

    def by_kind(self) -> list[tuple[str, list[str]]]:
        """All indexes of all tables: those by equal keys first, as most that is done needs them."""
        ordered = {name: table.sorted for name, table in self._tables.items()}
        return [(table, list(names)) for kind in (self._equal, ordered) for table, names in kind.items()]

    def indexes(self, table: str) -> TableIndexes | None:
        """The indexes of a table, none of them made; None if the table is not declared."""
        declared = self._tables.get(table)
        return None if declared is None else TableIndexes(declared)

    def index(self, table: str, name: str) -> Kept:
        """An empty index. KeyError if it is not declared."""
        return Kept(self._tables[table], name)

    def check(self, table: str, document: Document) -> None:
        """Raises IncompleteDocument; any document passes where the table is not declared."""
        declared = self._tables.get(table)
        field = declared and declared.lacking(document)
        if field:
            raise IncompleteDocument(table, field)

    def unique(self, table: str) -> frozenset[str]:
        """The indexes of a table in which a key belongs to one document only."""
        return self._unique.get(table, frozenset())

    def keys_of(self, table: str, index: str) -> KeysOf:
        """By what documents are found. KeyError if there is no such index by equal keys."""
        return self._equal[table][index]

    def places_of(self, table: str, index: str) -> PlacesOf:
        """Where documents stand. KeyError if there is no such sorted index."""
        return self._tables[table].sorted[index]
