"""Lists of documents in order: kept in blocks, counted, and several read as one, from any place in them.

Nothing here costs more for a long list than for a short one, but what is returned.
"""

import heapq
import sys
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from operator import itemgetter
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")

Entry = tuple[Any, int, str]
"""Place of a document in a list, length of its id, id: they are numbers, so of equals the oldest is first."""

Bound = tuple[Any, ...]
"""Something to compare entries with: `()` is below all, `(place,)` below those with this place."""

_BLOCK = 512
"""Half of the most entries that a block holds, and an insertion moves."""
_LONGEST_ID = sys.maxsize
"""Longer than every id is."""
_LAST = itemgetter(-1)
_STEP_BY_STEP = 64
"""So few entries are skipped one by one."""


def behind(place: Any) -> Bound:
    """The bound above all entries with this place."""
    return place, _LONGEST_ID


class Run(Generic[Item]):
    """Items in order, in blocks, so that an insertion moves a few hundred and not all."""

    __slots__ = ("_blocks",)

    def __init__(self, items: Iterable[Any] = ()) -> None:
        ordered: list[Any] = sorted(items)
        self._blocks: list[list[Any]] = [ordered[n : n + _BLOCK] for n in range(0, len(ordered), _BLOCK)]
        """None of them is empty."""

    def add(self, item: Any) -> None:
        """Put it in its place, unless it is there."""
        blocks = self._blocks
        if not blocks:
            blocks.append([item])
            return
        n, block = len(blocks) - 1, blocks[-1]
        if item > block[-1]:  # as most are: times grow
            block.append(item)
        else:
            n = bisect_left(blocks, item, key=_LAST)
            block = blocks[n]
            at = bisect_left(block, item)
            if block[at] == item:
                return
            block.insert(at, item)
        if len(block) > 2 * _BLOCK:
            blocks[n : n + 1] = [block[:_BLOCK], block[_BLOCK:]]

    def discard(self, item: Any) -> bool:
        """Take it out, if it is there. Whether anything is left."""
        blocks = self._blocks
        n = bisect_left(blocks, item, key=_LAST)
        if n < len(blocks):
            block = blocks[n]
            at = bisect_left(block, item)
            if block[at] == item:
                del block[at]
                if not block:
                    del blocks[n]
        return bool(blocks)

    def between(self, low: Any, high: Any) -> "Stretch[Item]":
        """What is not below `low` and below `high`, or from `low` to the end if that is None."""
        stop = sum(map(len, self._blocks)) if high is None else self._rank(high)
        return Stretch(self._blocks, self._rank(low), stop)

    def _rank(self, bound: Any) -> int:
        """How many items come before it."""
        n = bisect_left(self._blocks, bound, key=_LAST)
        before = sum(map(len, self._blocks[:n]))
        return before + (bisect_left(self._blocks[n], bound) if n < len(self._blocks) else 0)


class Stretch(Generic[Item]):
    """Neighbours in a list, none looked at before it is asked for; good until the list changes."""

    __slots__ = ("_blocks", "_start", "_stop")

    def __init__(self, blocks: Sequence[Sequence[Item]], start: int, stop: int) -> None:
        self._blocks = blocks
        self._start, self._stop = start, max(start, stop)

    def __len__(self) -> int:
        return self._stop - self._start

    def at(self, place: int, *, backwards: bool = False) -> Item:
        """The item at this place, counted from 0, from either end."""
        n, rest = self._find(self._stop - 1 - place if backwards else self._start + place)
        return self._blocks[n][rest]

    def read(self, skip: int = 0, *, backwards: bool = False) -> Iterator[Item]:
        """The items in their order, or against it, from this place on."""
        left = len(self) - skip
        if left <= 0:
            return iter(())
        return self._back(skip, left) if backwards else self._ahead(skip, left)

    def _ahead(self, skip: int, left: int) -> Iterator[Item]:
        n, first = self._find(self._start + skip)
        for block in self._blocks[n:]:
            some = block[first : first + left]
            yield from some
            left, first = left - len(some), 0
            if not left:
                return

    def _back(self, skip: int, left: int) -> Iterator[Item]:
        n, last = self._find(self._stop - 1 - skip)
        for block in reversed(self._blocks[: n + 1]):
            end = last + 1 if block is self._blocks[n] else len(block)
            some = block[max(0, end - left) : end]
            yield from reversed(some)
            left -= len(some)
            if not left:
                return

    def _find(self, rank: int) -> tuple[int, int]:
        """The block with the item of this rank, and its place there."""
        for n, block in enumerate(self._blocks):
            if rank < len(block):
                return n, rank
            rank -= len(block)
        raise IndexError("no item has this place")


NOTHING: "Stretch[Any]" = Stretch((), 0, 0)


def merged(stretches: Sequence[Stretch[Entry]], *, skip: int = 0, backwards: bool = False) -> Iterator[Entry]:
    """The entries of all stretches in their order, or against it, without the first `skip` of them."""
    runs = [_Reader(stretch, backwards) for stretch in stretches]
    left = _jump(runs, skip, max if backwards else min)
    together = heapq.merge(*(run.entries() for run in runs), reverse=backwards)
    return islice(together, left, None)


class _Reader:
    """One stretch in the direction it is read, without what was jumped over."""

    def __init__(self, stretch: Stretch[Entry], backwards: bool) -> None:
        self._stretch = stretch
        self._backwards = backwards
        self._jumped = 0

    def __len__(self) -> int:
        return len(self._stretch) - self._jumped

    def at(self, place: int) -> Entry:
        return self._stretch.at(self._jumped + place, backwards=self._backwards)

    def jump(self, entries: int) -> None:
        self._jumped += entries

    def entries(self) -> Iterator[Entry]:
        return self._stretch.read(self._jumped, backwards=self._backwards)


def _jump(runs: Sequence[_Reader], entries: int, comes_first: Callable[..., tuple[int, _Reader]]) -> int:
    """Jump over most of the first entries; how many are left to skip.

    In all runs, look equally far ahead, together no further than is to be skipped. In the run where the place
    looked at comes first, all up to it are among those to be skipped, so they can go at once.
    """
    while entries > _STEP_BY_STEP and (some := [run for run in runs if len(run)]):
        places = [(min(entries // len(some), len(run)), run) for run in some]
        ahead, run = comes_first(places, key=lambda place: place[1].at(place[0] - 1))
        run.jump(ahead)
        entries -= ahead
    return entries
