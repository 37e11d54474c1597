"""Figures that take long to count, kept for a few minutes: whoever looks again soon does not wait."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime

from forms_service.figures.numbers import Figures

LONG_SECONDS = 0.2
"""What takes less is counted anew each time."""
KEPT_SECONDS = 300.0
MOST_KEPT = 32


@dataclass(frozen=True)
class Counted:
    """Figures, and when they were counted."""

    figures: Figures
    at: datetime


class KeptFigures:
    """The latest figures of some views. Safe to share between threads, of which one counts at a time."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: OrderedDict[Hashable, tuple[float, Counted]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, view: Hashable, count: Callable[[], Figures], now: datetime) -> Counted:
        """The figures of a view, counted now unless that took long a short while ago."""
        with self._lock:
            began = self._clock()
            kept = self._kept.get(view)
            if kept is not None and began - kept[0] < KEPT_SECONDS:
                return kept[1]
            counted = Counted(count(), now)
            self._kept.pop(view, None)
            if self._clock() - began >= LONG_SECONDS:
                self._kept[view] = (self._clock(), counted)
                if len(self._kept) > MOST_KEPT:
                    self._kept.popitem(last=False)
            return counted
