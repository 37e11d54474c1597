"""Several stretches of a sorted index read as one, from any place in it, at a cost that does not grow.

The keys are pairs, or texts in two parts (IN_LIST): which stretch, and the order in it. Read as one, only the
order counts.
"""

import heapq
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from .tables import IN_LIST, Key

Entry = tuple[Key, int, str]
"""Key, length of the id, id: ids are numbers, so documents with the same key come oldest first."""

_STEP_BY_STEP = 64
"""So few entries are skipped one by one."""


class Stretch:
    """Neighbours in a sorted index, none looked at before it is asked for; good until the index changes."""

    def __init__(self, blocks: Sequence[list[Entry]], start: int, stop: int) -> None:
        self._blocks = blocks
        self._start, self._stop = start, max(start, stop)

    def __len__(self) -> int:
        return self._stop - self._start

    def at(self, place: int, *, backwards: bool = False) -> Entry:
        """The entry at this place, counted from 0, from either end."""
        n, rest = self._find(self._stop - 1 - place if backwards else self._start + place)
        return self._blocks[n][rest]

    def read(self, skip: int, *, backwards: bool = False) -> Iterator[Entry]:
        """The entries in their order, or against it, from this place on."""
        left = len(self) - skip
        if left <= 0:
            return iter(())
        return self._back(skip, left) if backwards else self._ahead(skip, left)

    def _ahead(self, skip: int, left: int) -> Iterator[Entry]:
        n, first = self._find(self._start + skip)
        for block in self._blocks[n:]:
            some = block[first : first + left]
            yield from some
            left, first = left - len(some), 0
            if not left:
                return

    def _back(self, skip: int, left: int) -> Iterator[Entry]:
        n, last = self._find(self._stop - 1 - skip)
        for block in reversed(self._blocks[: n + 1]):
            end = last + 1 if block is self._blocks[n] else len(block)
            some = block[max(0, end - left) : end]
            yield from reversed(some)
            left -= len(some)
            if not left:
                return

    def _find(self, rank: int) -> tuple[int, int]:
        """The block with the entry of this rank, and its place there."""
        for n, block in enumerate(self._blocks):
            if rank < len(block):
                return n, rank
            rank -= len(block)
        raise IndexError("no entry has this place")


def merged(stretches: Sequence[Stretch], *, skip: int = 0, backwards: bool = False) -> Iterator[Entry]:
    """The entries of all stretches in their order, or against it, without the first `skip` of them."""
    runs = [_Run(stretch, backwards) for stretch in stretches]
    left = _jump(runs, skip, max if backwards else min)
    together = heapq.merge(*(run.entries() for run in runs), key=_order, reverse=backwards)
    return islice(together, left, None)


def _order(entry: Entry) -> Any:
    key = entry[0]
    return (key.rpartition(IN_LIST)[2] if type(key) is str else key[1], *entry[1:])


class _Run:
    """One stretch in the direction it is read, without what was jumped over."""

    def __init__(self, stretch: Stretch, backwards: bool) -> None:
        self._stretch = stretch
        self._backwards = backwards
        self._jumped = 0

    def __len__(self) -> int:
        return len(self._stretch) - self._jumped

    def order_at(self, place: int) -> Any:
        return _order(self._stretch.at(self._jumped + place, backwards=self._backwards))

    def jump(self, entries: int) -> None:
        self._jumped += entries

    def entries(self) -> Iterator[Entry]:
        return self._stretch.read(self._jumped, backwards=self._backwards)


def _jump(runs: Sequence[_Run], entries: int, comes_first: Callable[..., tuple[int, _Run]]) -> int:
    """Jump over most of the first entries; how many are left to skip.

    In all runs, look equally far ahead, together no further than is to be skipped. In the run where the place
    looked at comes first, all up to it are among those to be skipped, so they can go at once.
    """
    while entries > _STEP_BY_STEP and (some := [run for run in runs if len(run)]):
        places = [(min(entries // len(some), len(run)), run) for run in some]
        ahead, run = comes_first(places, key=lambda place: place[1].order_at(place[0] - 1))
        run.jump(ahead)
        entries -= ahead
    return entries
