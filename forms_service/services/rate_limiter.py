"""Rate limiter: a moving window per key, on the monotonic clock, in bounded memory."""

import ipaddress
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from datetime import timedelta

from forms_service.services.counter_table import CounterTable

MOST_KEYS = 50_000


class RateLimiter:
    """Rate limiter: so many hits within a moving window, for each key. Thread-safe.

    It remembers at most `most_keys`; see `CounterTable` for what is forgotten first.
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
        self._taken: CounterTable[deque[float]] = CounterTable(most_keys)
        self._lock = threading.Lock()

    def take(self, key: str) -> bool:
        """Take one hit; returns whether it was allowed. Refused hits do not count."""
        return self._take({key: 1})

    def take_client(self, client: str) -> bool:
        """`take` for a client (an address, or an IPv6 /64), and for the wider networks around it."""
        return self._take({client: 1, **wider_networks(client)})

    def _take(self, keys: Mapping[str, int]) -> bool:
        """Use it once for each key, if all allow it; the number beside a key multiplies its limit."""
        if self._times is None:
            return True
        with self._lock:
            now = self._clock()
            taken = {key: self._recent(key, now) for key in keys}
            if any(len(taken[key]) >= self._times * factor for key, factor in keys.items()):
                return False
            for key, times in taken.items():
                times.append(now)
                self._taken.put(key, times, count=len(times), ends=now + self._seconds, now=now)
            return True

    def _recent(self, key: str, now: float) -> deque[float]:
        """When it was used within the window, oldest first."""
        taken = self._taken.get(key, now) or deque()
        while taken and now - taken[0] >= self._seconds:
            taken.popleft()
        return taken

    def retry_after(self, key: str) -> int:
        """Whole seconds until `take` allows this key again; at least one."""
        with self._lock:
            now = self._clock()
            taken = self._recent(key, now)
            return max(1, math.ceil(taken[0] + self._seconds - now)) if taken else 1

    def __len__(self) -> int:
        """How many keys are remembered."""
        return len(self._taken)


WIDER = {56: 4, 48: 16}
"""Lengths of IPv6 networks that are counted besides the /64, and how many times as much each may send."""


def wider_networks(client: str) -> dict[str, int]:
    """IPv6 networks around a client, each with the factor of its limit.

    A provider gives a customer a /56 or a /48 of IPv6, so one of them can be many clients. IPv4: none.
    """
    network = ipaddress.ip_network(client) if "/" in client else None
    if not isinstance(network, ipaddress.IPv6Network):
        return {}
    return {str(network.supernet(new_prefix=length)): factor for length, factor in WIDER.items()}
