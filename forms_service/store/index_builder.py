"""Index builder: builds the indexes of a table when the file is opened, and keeps them up to date.

No I/O, no locks.
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
Document = Mapping[str, Any]


class Kept:
    """An index, and by what it finds documents."""

    __slots__ = ("index", "of")

    def __init__(self, table: Table, name: str) -> None:
        self.index: Any = SortedIndex() if name in table.sorted else HashIndex()
        self.of: Callable[[Document], Any] = {**table.all_indexes(), **table.sorted}[name]
        """By what it finds a document."""

    def move(self, id: str, before: Document | None, now: Document | None) -> None:
        nowhere = self.index.NOWHERE
        was = nowhere if before is None else self.of(before)
        will_be = nowhere if now is None else self.of(now)
        if was != will_be:
            self.index.move(id, was, will_be)


class TableIndexes:
    """All indexes of one table."""

    def __init__(self, table: Table) -> None:
        self._kept = {name: Kept(table, name) for name in (*table.all_indexes(), *table.sorted)}

    def change(self, id: str, before: bytes | None, put: Put | None) -> None:
        """A document is another one now, or (None) gone."""
        old, now = None if before is None else orjson.loads(before), put and put.read()
        for kept in self._kept.values():
            kept.move(id, old, now)

    def asked(self, name: str) -> Any:
        """An index. KeyError if it is not declared."""
        return self._kept[name].index

    def fill(self, documents: Mapping[str, bytes]) -> None:
        """Add all documents of a table to its empty indexes."""
        equal = [kept for kept in self._kept.values() if isinstance(kept.index, HashIndex)]
        ordered = [kept for kept in self._kept.values() if isinstance(kept.index, SortedIndex)]
        some = iter(sorted(documents.items(), key=lambda document: by_age(document[0])))
        with _nothing_thrown_away():
            while stored := list(itertools.islice(some, _AT_A_TIME)):
                _gather(stored, equal, ordered)
        for kept in ordered:
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


class Schema:
    """The declared tables; a table that is not declared has no indexes."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self._tables = dict(tables)
        self._equal = {name: table.all_indexes() for name, table in tables.items()}
        self._unique = {name: table.all_unique() for name, table in tables.items()}

    def indexes(self, table: str) -> TableIndexes | None:
        """The indexes of a table, empty; None if the table is not declared."""
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
