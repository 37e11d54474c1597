"""Counter table: counters in bounded memory, for rate limiters. The caller brings clock and lock."""

from collections import OrderedDict
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import Generic, TypeVar

Value = TypeVar("Value")

_MOST_KEPT_APART = 64
"""Counts above are alike when something has to be forgotten."""
_STALE_TIMES = 4
"""The heap is made anew when it is so many times as long as the table may be."""


@dataclass
class _Entry(Generic[Value]):
    value: Value
    rank: int
    ends: float


class CounterTable(Generic[Value]):
    """A bounded table of counters (least frequently used goes first).

    What has ended is forgotten; then, where there is no room, what counted the least, the oldest of that
    first. So whoever comes from ever new addresses pushes out their own counters and no full one.
    """

    def __init__(self, most_keys: int) -> None:
        self._most_keys = most_keys
        self._entries: dict[str, _Entry[Value]] = {}
        self._ranks: dict[int, OrderedDict[str, None]] = {}
        self._ends: list[tuple[float, str]] = []

    def __len__(self) -> int:
        """How many keys are remembered."""
        return len(self._entries)

    def get(self, key: str, now: float) -> Value | None:
        """Value under this key; None if there is none, or it has expired."""
        entry = self._entries.get(key)
        return entry.value if entry is not None and entry.ends > now else None

    def put(self, key: str, value: Value, *, count: int, ends: float, now: float) -> None:
        """Set a value that expires at `ends` (seconds, same clock as `now`); `count` is how full it is."""
        self.pop(key)
        rank = min(count, _MOST_KEPT_APART)
        self._entries[key] = _Entry(value, rank, ends)
        self._ranks.setdefault(rank, OrderedDict())[key] = None
        heappush(self._ends, (ends, key))
        self._forget_ended(now)
        if len(self._entries) > self._most_keys:
            self._forget_least(key)

    def pop(self, key: str) -> None:
        """Delete this key."""
        entry = self._entries.pop(key, None)
        if entry is None:
            return
        alike = self._ranks[entry.rank]
        del alike[key]
        if not alike:
            del self._ranks[entry.rank]

    def clear(self) -> None:
        """Delete everything."""
        self._entries.clear()
        self._ranks.clear()
        self._ends.clear()

    def _forget_ended(self, now: float) -> None:
        while self._ends and self._ends[0][0] <= now:
            ended, key = heappop(self._ends)
            entry = self._entries.get(key)
            if entry is not None and entry.ends <= ended:
                self.pop(key)
        if len(self._ends) > _STALE_TIMES * (self._most_keys + 1):
            self._ends = [(entry.ends, key) for key, entry in self._entries.items()]
            heapify(self._ends)

    def _forget_least(self, new: str) -> None:
        """One key, and not the new one: else nobody new would be counted while the table is full."""
        for rank in sorted(self._ranks):
            for key in self._ranks[rank]:
                if key != new:
                    self.pop(key)
                    return
