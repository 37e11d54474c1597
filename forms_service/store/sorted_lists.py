"""Sorted lists: parts of them, and several read as one, from any place in them.

Nothing here costs more for a long list than for a short one, but what is returned.
"""

import heapq
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

Entry = tuple[Any, int, str]
"""Place of a document in a list, length of its id, id: they are numbers, so of equals the oldest is first."""

Bound = tuple[Any, ...]
"""Something to compare entries with: `()` is below all, `(place,)` below those with this place."""

_LONGEST_ID = sys.maxsize
"""Longer than every id is."""
_STEP_BY_STEP = 64
"""So few entries are skipped one by one."""


def behind(place: Any) -> Bound:
    """The bound above all entries with this place."""
    return place, _LONGEST_ID


class Stretch(NamedTuple):
    """Slice of a sorted list, not copied: good until the list changes."""

    entries: Sequence[Entry]
    start: int
    stop: int

    @property
    def size(self) -> int:
        """How many entries it has."""
        return max(0, self.stop - self.start)

    def at(self, place: int, *, backwards: bool = False) -> Entry:
        """The entry at this place, counted from 0, from either end."""
        return self.entries[self.stop - 1 - place if backwards else self.start + place]

    def behind(self, skip: int, *, backwards: bool = False) -> "Stretch":
        """The rest, from this place on, counted from either end."""
        if backwards:
            return self._replace(stop=self.stop - skip)
        return self._replace(start=self.start + skip)

    def read(self, *, backwards: bool = False) -> Iterator[Entry]:
        """The entries in their order, or against it."""
        places = range(self.start, self.stop)
        return map(self.entries.__getitem__, reversed(places) if backwards else places)


NOTHING = Stretch((), 0, 0)


def merged(stretches: Sequence[Stretch], *, skip: int = 0, backwards: bool = False) -> Iterator[Entry]:
    """The entries of all stretches in their order, or against it, without the first `skip` of them.

    While many are to be skipped, it looks equally far ahead in all, together no further than that. In the
    stretch where the entry looked at comes first, all up to it are among them, so they can go at once.
    """
    left = list(stretches)
    comes_first = max if backwards else min
    while skip > _STEP_BY_STEP and (some := [n for n, each in enumerate(left) if each.size]):
        looks = [(n, min(skip // len(some), left[n].size)) for n in some]
        n, ahead = comes_first(looks, key=lambda look: left[look[0]].at(look[1] - 1, backwards=backwards))
        left[n] = left[n].behind(ahead, backwards=backwards)
        skip -= ahead
    together = heapq.merge(*(each.read(backwards=backwards) for each in left), reverse=backwards)
    return islice(together, skip, None)
