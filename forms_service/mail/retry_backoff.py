"""Retry backoff: exponential, with jitter. Pure: chance is an argument."""

import random
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Backoff:
    """Waits that double from `first` to `longest`, each stretched by up to a quarter, by chance.

    The stretch keeps mails that failed together from coming back together.
    """

    first: timedelta
    longest: timedelta

    def after(self, failures: int, chance: random.Random) -> timedelta:
        """Wait after this many failures, counted from 1; never more than `ceiling`."""
        doubled = self.first * (1 << min(failures - 1, 30))
        return min(doubled, self.longest) * chance.uniform(1, 1.25)

    @property
    def ceiling(self) -> timedelta:
        """Longest wait."""
        return self.longest * 1.25


BETWEEN_ATTEMPTS = Backoff(timedelta(minutes=1), timedelta(hours=1))
"""For one mail that the server put off."""

GIVE_UP_AFTER_ATTEMPTS = 126
"""With the backoff above about five days, as mail servers keep it. Counted, not timed: clocks jump."""

WHILE_UNREACHABLE = Backoff(timedelta(seconds=5), timedelta(minutes=5))
"""For all mail, while there is no server to give it to."""
