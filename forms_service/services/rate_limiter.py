"""Rate limiter: moving windows per key, on the monotonic clock, in bounded memory."""

import ipaddress
import math
import threading
import time
from bisect import bisect_right
from collections.abc import Callable, Mapping
from datetime import timedelta

from limits import parse_many

from forms_service.services.counter_table import CounterTable

MOST_KEYS = 50_000


class LimitExceeded(Exception):
    """A rate limit is reached; nothing was changed."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"again in {retry_after} s")
        self.retry_after = retry_after
        """In seconds."""

    @property
    def minutes(self) -> int:
        """After how many minutes to come back."""
        return math.ceil(self.retry_after / 60)


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
        """`times` is None: any number."""
        self._windows = [] if times is None else [(times, within.total_seconds())]
        self._clock = clock
        self._taken: CounterTable[list[float]] = CounterTable(most_keys)
        self._lock = threading.Lock()

    @classmethod
    def of(cls, rates: str, *, clock: Callable[[], float] = time.monotonic) -> "RateLimiter":
        """Limiter of `30 per minute; 200 per hour`, as `limits` writes it; of an empty text: any number."""
        limiter = cls(None, timedelta(0), clock=clock)
        limiter._windows = [(each.amount, each.get_expiry()) for each in parse_many(rates)] if rates else []
        return limiter

    def take(self, key: str) -> bool:
        """Take one hit; returns whether it was allowed. Refused hits do not count."""
        return not self._take({key: 1})

    def take_client(self, client: str) -> bool:
        """`take` for a client (an address, or an IPv6 /64), and for the wider networks around it."""
        return not self._take({client: 1, **wider_networks(client)})

    def spend(self, key: str) -> None:
        """`take`. Raises LimitExceeded where it was not allowed."""
        _raise(self._take({key: 1}))

    def spend_client(self, client: str) -> None:
        """`take_client`. Raises LimitExceeded where it was not allowed."""
        _raise(self._take({client: 1, **wider_networks(client)}))

    def _take(self, keys: Mapping[str, int]) -> float:
        """Use it once for each key, if all allow it; the number beside a key multiplies its limits.

        Returns: after how many seconds they all do; 0 where it was used.
        """
        if not self._windows:
            return 0
        longest = max(seconds for _, seconds in self._windows)
        with self._lock:
            now = self._clock()
            taken = {key: self._recent(key, now, longest) for key in keys}
            wait = max(self._wait(taken[key], factor, now) for key, factor in keys.items())
            for key, times in taken.items() if not wait else ():
                times.append(now)
                self._taken.put(key, times, count=len(times), ends=now + longest, now=now)
            return wait

    def _recent(self, key: str, now: float, seconds: float) -> list[float]:
        """When it was used within so many seconds, oldest first."""
        taken = self._taken.get(key, now) or []
        del taken[: bisect_right(taken, now - seconds)]
        return taken

    def _wait(self, taken: list[float], factor: int, now: float) -> float:
        """In how many seconds each window has room for one more."""
        full = [(taken[-times * factor], s) for times, s in self._windows if len(taken) >= times * factor]
        return max([0, *(first + seconds - now for first, seconds in full)])

    def __len__(self) -> int:
        """How many keys are remembered."""
        return len(self._taken)


def _raise(wait: float) -> None:
    if wait:
        raise LimitExceeded(max(1, math.ceil(wait)))


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
