"""Indexes: hash and sorted indexes, from keys to document numbers. No documents, no I/O.

What many share is a plain list in order: to insert in its middle moves 8 bytes an entry, 0.02 ms of 100,000.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from typing import Any

from forms_service.store.sorted_lists import NOTHING, Bound, Entry, Stretch
from forms_service.store.table_schema import NOWHERE, Key, KeysOf, Places


def by_age(id: str) -> tuple[int, str]:
    """Sorts documents as they were made, for ids are numbers."""
    return len(id), id


class HashIndex:
    """Hash index: documents by equal keys."""

    NOWHERE: Sequence[Key] = ()

    def __init__(self) -> None:
        self._ids: dict[Key, Any] = {}
        """By key, the id; of several, a list of them, the oldest first."""

    def add(self, key: Key, id: str) -> None:
        found = self._ids.setdefault(key, id)
        if type(found) is not list:
            if found != id:
                self._ids[key] = sorted((found, id), key=by_age)
        elif by_age(found[-1]) < by_age(id):  # as most are: numbers grow
            found.append(id)
        elif found[bisect_left(found, by_age(id), key=by_age)] != id:
            insort(found, id, key=by_age)

    def discard(self, key: Key, id: str) -> None:
        found = self._ids.get(key)
        if found == id:
            del self._ids[key]
        elif type(found) is list:
            at = bisect_left(found, by_age(id), key=by_age)
            if at < len(found) and found[at] == id:
                del found[at]
                if len(found) == 1:
                    self._ids[key] = found[0]

    def move(self, id: str, was: Sequence[Key], now: Sequence[Key]) -> None:
        """Have a document found by its new keys and no longer by its old ones."""
        for key in was:
            self.discard(key, id)
        for key in now:
            self.add(key, id)

    def find(self, key: Key, limit: int | None = None) -> list[str]:
        """Documents with this key, the oldest first."""
        found = self._ids.get(key, ())
        return list(found[:limit]) if type(found) is not str else [found][:limit]

    def count(self, key: Key) -> int:
        """How many `find` finds."""
        found = self._ids.get(key, ())
        return 1 if type(found) is str else len(found)

    def gather(self, documents: Iterable[tuple[str, Any]], keys_of: KeysOf) -> None:
        """Add documents, the oldest first."""
        for id, document in documents:
            for key in keys_of(document):
                self.add(key, id)


class SortedIndex:
    """Sorted index: documents in named lists, each in its order."""

    NOWHERE = NOWHERE

    def __init__(self) -> None:
        self._lists: dict[str, Any] = {}
        """The entry of a list, by its name; of several, a list of them."""
        self._names: list[str] = []
        """In order, once settled."""

    def add(self, lists: Iterable[str], entry: Entry) -> None:
        for name in lists:
            found = self._lists.setdefault(name, entry)
            if found is entry:
                insort(self._names, name)
            elif type(found) is not list:
                if found != entry:
                    self._lists[name] = sorted((found, entry))
            elif found[-1] < entry:  # as most are: times grow
                found.append(entry)
            elif found[bisect_left(found, entry)] != entry:
                insort(found, entry)

    def discard(self, lists: Iterable[str], entry: Entry) -> None:
        for name in lists:
            found = self._lists.get(name)
            if found == entry:
                del self._lists[name]
                del self._names[bisect_left(self._names, name)]
            elif type(found) is list:
                at = bisect_left(found, entry)
                if at < len(found) and found[at] == entry:
                    del found[at]
                    if len(found) == 1:
                        self._lists[name] = found[0]

    def move(self, id: str, was: Places, now: Places) -> None:
        """Have a document in its new lists and no longer in its old ones."""
        self.discard(was[0], (was[1], len(id), id))
        self.add(now[0], (now[1], len(id), id))

    def between(self, name: str, low: Bound, high: Bound | None) -> Stretch:
        """A list from one bound to the other, or to its end."""
        found = self._lists.get(name)
        if found is None:
            return NOTHING
        entries = found if type(found) is list else (found,)
        return Stretch(
            entries, bisect_left(entries, low), len(entries) if high is None else bisect_left(entries, high)
        )

    def names(self, first: str, last: str) -> list[str]:
        """The lists from the first name to the last, in order."""
        return self._names[bisect_left(self._names, first) : bisect_left(self._names, last + "\0")]

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
        for found in self._lists.values():
            if type(found) is list:
                found.sort()
        self._names = sorted(self._lists)
