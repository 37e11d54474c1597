"""Indexes: hash and sorted indexes, from keys to document numbers. No documents, no I/O."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import Any

from forms_service.store.sorted_lists import NOTHING, Bound, Entry, Run, Stretch
from forms_service.store.table_schema import NOWHERE, Key, KeysOf, Places

_BLOCK = 512
"""How many hashes a block holds on average, at most."""


def by_age(id: str) -> tuple[int, str]:
    """Sorts documents as they were made, for ids are numbers."""
    return len(id), id


class HashIndex:
    """Hash index: documents by equal keys.

    Of a key only its hash is kept, in 8 bytes: the texts would take more than all the rest. So among what is
    found may be, once in a great while, something with another key of the same hash.
    """

    NOWHERE: Sequence[Key] = ()

    def __init__(self) -> None:
        self._shift = 63
        self._hashes = [array("q"), array("q")]
        """In order; a block for each beginning that a hash can have, of so many bits."""
        self._ids: list[list[str]] = [[], []]
        """In the same places."""
        self._room = 2 * _BLOCK
        self._loose: set[int] = set()
        """Blocks that are not in order yet."""

    def add(self, key: Key, id: str) -> None:
        hashed = hash(key)
        hashes, ids = self._block(hashed)
        at = bisect_right(hashes, hashed)
        if at and hashes[at - 1] == hashed and (len(ids[at - 1]), ids[at - 1]) >= (len(id), id):
            at = bisect_left(ids, by_age(id), bisect_left(hashes, hashed), at, key=by_age)
            if ids[at] == id:
                return
        hashes.insert(at, hashed)
        ids.insert(at, id)
        self._room -= 1
        if self._room <= 0:
            self._split()

    def discard(self, key: Key, id: str) -> None:
        hashes, ids, start, stop = self._found(key)
        at = bisect_left(ids, by_age(id), start, stop, key=by_age)
        if at < stop and ids[at] == id:
            del hashes[at], ids[at]
            self._room += 1

    def move(self, id: str, was: Sequence[Key], now: Sequence[Key]) -> None:
        """Have a document found by its new keys and no longer by its old ones."""
        for key in was:
            self.discard(key, id)
        for key in now:
            self.add(key, id)

    def find(self, key: Key, limit: int | None = None) -> list[str]:
        """Documents with this key, the oldest first."""
        _, ids, start, stop = self._found(key)
        return ids[start : stop if limit is None else min(stop, start + limit)]

    def count(self, key: Key) -> int:
        """How many `find` finds."""
        _, _, start, stop = self._found(key)
        return stop - start

    def make_room(self, entries: int) -> None:
        """Get ready for so many more."""
        while self._room <= entries:
            self._split()

    def gather(self, documents: Iterable[tuple[str, Any]], keys_of: KeysOf) -> None:
        """Add documents, the oldest first, without looking for their places. Then comes `settle`."""
        hashes, ids, shift, half = self._hashes, self._ids, self._shift, len(self._ids) >> 1
        for id, document in documents:
            keys = keys_of(document)
            for hashed in map(hash, keys) if len(keys) < 2 else set(map(hash, keys)):
                n = (hashed >> shift) + half
                hashes[n].append(hashed)
                ids[n].append(id)

    def settle(self) -> None:
        """Have what was gathered put in order, block by block when somebody looks there."""
        self._loose = set(range(len(self._ids)))
        self._room -= sum(map(len, self._ids))

    def _block(self, hashed: int) -> tuple["array[int]", list[str]]:
        n = (hashed >> self._shift) + (len(self._ids) >> 1)
        if n in self._loose:
            self._put_in_order(n)
        return self._hashes[n], self._ids[n]

    def _put_in_order(self, n: int) -> None:
        self._loose.discard(n)
        hashes, ids = self._hashes[n].tolist(), self._ids[n]
        order = sorted(range(len(ids)), key=hashes.__getitem__)
        self._hashes[n] = array("q", [hashes[at] for at in order])
        self._ids[n] = [ids[at] for at in order]

    def _found(self, key: Key) -> tuple["array[int]", list[str], int, int]:
        hashed = hash(key)
        hashes, ids = self._block(hashed)
        start = bisect_left(hashes, hashed)
        return hashes, ids, start, bisect_right(hashes, hashed, start)

    def _split(self) -> None:
        """Cut each block in two, by one more bit."""
        for n in list(self._loose):
            self._put_in_order(n)
        self._shift -= 1
        self._room += len(self._ids) * _BLOCK
        blocks, beginning = list(zip(self._hashes, self._ids, strict=True)), 1 - len(self._ids)
        self._hashes, self._ids = [], []
        for n, (hashes, ids) in enumerate(blocks):
            at = bisect_left(hashes, (beginning + 2 * n) << self._shift)
            self._hashes += hashes[:at], hashes[at:]
            self._ids += ids[:at], ids[at:]


class SortedIndex:
    """Sorted index: documents in named lists, each in its order."""

    NOWHERE = NOWHERE

    def __init__(self) -> None:
        self._lists: dict[str, Any] = {}
        """Entry or Run, by the name of the list; a mere list of entries while they are gathered."""
        self._names: Run[str] = Run()

    def add(self, lists: Iterable[str], entry: Entry) -> None:
        for name in lists:
            found = self._lists.setdefault(name, entry)
            if found is entry:
                self._names.add(name)
            elif type(found) is Run:
                found.add(entry)
            elif found != entry:
                self._lists[name] = Run((found, entry))

    def discard(self, lists: Iterable[str], entry: Entry) -> None:
        for name in lists:
            found = self._lists.get(name)
            is_left = found.discard(entry) if type(found) is Run else found != entry
            if not is_left:
                del self._lists[name]
                self._names.discard(name)

    def move(self, id: str, was: Places, now: Places) -> None:
        """Have a document in its new lists and no longer in its old ones."""
        self.discard(was[0], (was[1], len(id), id))
        self.add(now[0], (now[1], len(id), id))

    def between(self, name: str, low: Bound, high: Bound | None) -> Stretch[Entry]:
        """A list from one bound to the other, or to its end."""
        found = self._lists.get(name)
        if type(found) is Run:
            return found.between(low, high)
        if found is None or found < low or (high is not None and found >= high):
            return NOTHING
        return Stretch([[found]], 0, 1)

    def names(self, first: str, last: str) -> list[str]:
        """The lists from the first name to the last, in order."""
        return list(self._names.between(first, last + "\0").read())

    def gather(self, lists: Iterable[str], entry: Entry) -> None:
        """Add without looking for the place; until `settle`, nothing else may be done."""
        for name in lists:
            found = self._lists.setdefault(name, entry)
            if type(found) is list:
                if found[-1] is not entry:
                    found.append(entry)
            elif found is not entry:
                self._lists[name] = [found, entry]

    def settle(self) -> None:
        """Put all that was gathered in its place."""
        beginnings: dict[str, list[str]] = {}  # sorting all names at once would hold up every other thread
        for name, found in self._lists.items():
            beginnings.setdefault(name[:2], []).append(name)
            if type(found) is list:
                self._lists[name] = Run(found)
        self._names = Run(name for beginning in sorted(beginnings) for name in sorted(beginnings[beginning]))
