"""Traffic: counts requests in progress, so that background work can wait."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

CALM_SECONDS = 0.05
"""After so long without a request, nobody waits for an answer any more."""

_LOOK_AGAIN_SECONDS = 0.02


class Traffic:
    """Counts the requests in progress.

    Python runs one thread at a time: a mail being written while forms come in would make every one of them
    wait a little, again and again.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._in_progress = 0
        self._latest = float("-inf")

    @contextmanager
    def request(self) -> Iterator[None]:
        """Context manager: a request is in progress."""
        with self._lock:
            self._in_progress += 1
        try:
            yield
        finally:
            with self._lock:
                self._in_progress -= 1
                self._latest = time.monotonic()

    def wait_for_calm(self, at_most_seconds: float, unless: Callable[[], bool] = lambda: False) -> None:
        """Wait until no request is in progress, for this time at most, or until `unless`."""
        patience = time.monotonic() + at_most_seconds
        while not self._is_calm() and time.monotonic() < patience and not unless():
            time.sleep(_LOOK_AGAIN_SECONDS)

    def give_way(self) -> None:
        """Let requests in progress go first, briefly."""
        if not self._is_calm():
            time.sleep(_LOOK_AGAIN_SECONDS)

    def _is_calm(self) -> bool:
        return not self._in_progress and time.monotonic() - self._latest >= CALM_SECONDS
