"""From keys to the ids of documents, at a cost that does not grow with their number. No documents, no I/O."""

import itertools
import sys
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from .listing import Entry, Stretch
from .tables import Key, Table

Keys = Mapping[str, Sequence[Key]]
"""The keys of one document, by index."""

_BLOCK = 512
"""Half of the most entries that a block holds, and an insertion moves."""
_LONGEST_ID = sys.maxsize
"""Longer than every id is."""
_BATCH = 1000
"""How many documents are parsed at a time when all are indexed."""


class HashIndex:
    """Equal keys, found at once."""

    def __init__(self) -> None:
        self._ids: dict[Key, str | dict[str, None]] = {}
        """The id itself where a key has one, as most have: a container each would double the memory."""

    def fill(self, pairs: Sequence[tuple[Key, str]]) -> None:
        """Add many; quick where no key is there twice."""
        new = dict(pairs)
        if len(new) == len(pairs) and new.keys().isdisjoint(self._ids.keys()):
            self._ids.update(new)
        else:
            for key, id in pairs:
                self.add(key, id)

    def add(self, key: Key, id: str) -> None:
        found = self._ids.setdefault(key, id)
        if found is id:
            return
        if isinstance(found, dict):
            found[id] = None
        elif found != id:
            self._ids[key] = {found: None, id: None}

    def discard(self, key: Key, id: str) -> None:
        found = self._ids.get(key)
        if isinstance(found, dict):
            found.pop(id, None)
            if not found:
                del self._ids[key]
        elif found == id:
            del self._ids[key]

    def find(self, key: Key) -> list[str]:
        """The ids with this key, in the order their documents were made."""
        found = self._ids.get(key)
        if found is None:
            return []
        return [found] if isinstance(found, str) else sorted(found, key=lambda id: (len(id), id))


class SortedIndex:
    """Keys in order, in blocks, so that an insertion moves a few hundred entries and not all."""

    def __init__(self) -> None:
        self._blocks: list[list[Entry]] = []
        self._lasts: list[Entry] = []

    def fill(self, pairs: Sequence[tuple[Key, str]]) -> None:
        """Add many to an empty index."""
        entries = list(dict.fromkeys(sorted([(key, len(id), id) for key, id in pairs])))
        self._blocks = [entries[n : n + _BLOCK] for n in range(0, len(entries), _BLOCK)]
        self._lasts = [block[-1] for block in self._blocks]

    def add(self, key: Key, id: str) -> None:
        entry = (key, len(id), id)
        if not self._blocks:
            self._blocks, self._lasts = [[entry]], [entry]
            return
        n = len(self._blocks) - 1
        if entry > self._lasts[n]:  # as most are: keys that are times grow
            self._blocks[n].append(entry)
        else:
            n = bisect_left(self._lasts, entry)
            at = bisect_left(self._blocks[n], entry)
            if self._blocks[n][at] == entry:
                return
            self._blocks[n].insert(at, entry)
        block = self._blocks[n]
        if len(block) > 2 * _BLOCK:
            self._blocks[n : n + 1] = [block[:_BLOCK], block[_BLOCK:]]
            self._lasts.insert(n, block[_BLOCK - 1])
            n += 1
        self._lasts[n] = self._blocks[n][-1]

    def discard(self, key: Key, id: str) -> None:
        entry = (key, len(id), id)
        n = bisect_left(self._lasts, entry)
        if n == len(self._blocks):
            return
        block = self._blocks[n]
        at = bisect_left(block, entry)
        if at == len(block) or block[at] != entry:
            return
        del block[at]
        if block:
            self._lasts[n] = block[-1]
        else:
            del self._blocks[n], self._lasts[n]

    def find(self, key: Key) -> list[str]:
        return [id for _, _, id in self.range(key, key)]

    def between(self, low: Key, high: Key) -> "Stretch":
        """The same entries as those of `range`, each found by its place."""
        return Stretch(self._blocks, self._rank((low,)), self._rank((high, _LONGEST_ID)))

    def _rank(self, entry: tuple[Key, ...]) -> int:
        """How many entries come before this one."""
        n = bisect_left(self._lasts, entry)
        before = sum(map(len, self._blocks[:n]))
        return before + (bisect_left(self._blocks[n], entry) if n < len(self._blocks) else 0)

    def range(self, low: Key, high: Key) -> Iterator[Entry]:
        """The entries with keys from `low` to `high`, both included, in order."""
        start = (low,)
        for n in range(bisect_left(self._lasts, start), len(self._blocks)):
            block = self._blocks[n]
            at = bisect_left(block, start) if block[0] < start else 0
            for entry in block[at:]:
                if entry[0] > high:
                    return
                yield entry


class TableIndexes:
    """All indexes of one table. Whoever calls hands in the keys, so that they are computed once."""

    def __init__(self, table: Table) -> None:
        self._functions = table.all_indexes()
        self._sorted = {name: SortedIndex() for name in table.sorted}
        self._all: dict[str, HashIndex | SortedIndex] = {
            name: self._sorted.get(name) or HashIndex() for name in table.all_indexes()
        }

    def fill(self, documents: Mapping[str, bytes]) -> None:
        """Add all documents of a table to its empty indexes; index by index, which is what makes it quick."""
        sortable: dict[str, list[tuple[Key, str]]] = {name: [] for name in self._sorted}
        some = iter(documents.items())
        while batch := [(id, orjson.loads(raw)) for id, raw in itertools.islice(some, _BATCH)]:
            for name, keys in self._functions.items():
                pairs = [(key, id) for id, document in batch for key in keys(document)]
                if name in sortable:
                    sortable[name] += pairs
                else:
                    self._all[name].fill(pairs)
        for name, pairs in sortable.items():
            self._sorted[name].fill(pairs)

    def add(self, keys: Keys, id: str) -> None:
        for name, some in keys.items():
            for key in some:
                self._all[name].add(key, id)

    def discard(self, keys: Keys, id: str) -> None:
        for name, some in keys.items():
            for key in some:
                self._all[name].discard(key, id)

    def replace(self, old: Keys, new: Keys, id: str) -> None:
        """Have a document found by its new keys and no longer by its old ones; mostly they are the same."""
        for name, index in self._all.items():
            before, after = old.get(name, ()), new.get(name, ())
            if before != after:
                for key in before:
                    index.discard(key, id)
                for key in after:
                    index.add(key, id)

    def find(self, index: str, key: Key) -> list[str]:
        return self._all[index].find(key)

    def range(self, index: str, low: Key, high: Key) -> Iterator[Entry]:
        return self._sorted[index].range(low, high)

    def between(self, index: str, low: Key, high: Key) -> Stretch:
        return self._sorted[index].between(low, high)


class Schema:
    """The declared tables; a table that is not declared has no indexes."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self._tables = dict(tables)
        self._keys = {name: tuple(table.all_indexes().items()) for name, table in tables.items()}
        self._unique = {name: table.all_unique() for name, table in tables.items()}

    def indexes(self, table: str) -> TableIndexes | None:
        """New, empty indexes for a declared table."""
        declared = self._tables.get(table)
        return None if declared is None else TableIndexes(declared)

    def keys_of(self, table: str, document: Mapping[str, Any]) -> Keys:
        """The keys of a document in each index of its table that it has any in, each key once."""
        found: dict[str, Sequence[Key]] = {}
        for name, keys in self._keys.get(table, ()):
            some = keys(document)
            if some:
                found[name] = some if len(some) == 1 else tuple(dict.fromkeys(some))
        return found

    def unique(self, table: str) -> frozenset[str]:
        """The indexes of the table in which a key belongs to one document only."""
        return self._unique.get(table, frozenset())
