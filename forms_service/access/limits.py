"""How often something may be done: a moving window per key, on the monotonic clock, in bounded memory."""

import math
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from datetime import timedelta

MOST_KEYS = 50_000


class Allowance:
    """So many times within a while, for each key. Safe to share between threads.

    When more keys are busy at once than `most_keys`, those that were quiet the longest are forgotten first.
    """

    def __init__(
        self,
        times: int | None,
        within: timedelta,
        *,
        clock: Callable[[], float] = time.monotonic,
        most_keys: int = MOST_KEYS,
    ) -> None:
        self._times = times
        self._seconds = within.total_seconds()
        self._clock = clock
        self._most_keys = most_keys
        self._taken: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: str) -> bool:
        """Use it once; whether that was allowed. What was not allowed does not count."""
        if self._times is None:
            return True
        with self._lock:
            now = self._clock()
            self._forget(now)
            taken = self._taken.setdefault(key, deque())
            while taken and now - taken[0] >= self._seconds:
                taken.popleft()
            if len(taken) >= self._times:
                return False
            taken.append(now)
            self._taken.move_to_end(key)
            return True

    def retry_after(self, key: str) -> int:
        """Whole seconds until `take` allows this key again; at least one."""
        with self._lock:
            taken = self._taken.get(key)
            if not taken:
                return 1
            return max(1, math.ceil(taken[0] + self._seconds - self._clock()))

    def __len__(self) -> int:
        """How many keys are remembered."""
        return len(self._taken)

    def _forget(self, now: float) -> None:
        """Drop keys from the quiet end: those whose while is over, and those there is no room for."""
        while self._taken:
            key, taken = next(iter(self._taken.items()))
            if len(self._taken) < self._most_keys and taken and now - taken[-1] < self._seconds:
                return
            del self._taken[key]
