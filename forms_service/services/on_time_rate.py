"""On-time rate: the published share of decisions made before their deadline.

It is counted now and then by the rounds, never while somebody waits for a page. Until that is done for the
first time, and below the program's minimum, nothing is shown.
"""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from forms_service.domain.reports.key_figures import Share
from forms_service.i18n.jinja import environment
from forms_service.services.statistics import Statistics
from partner_program.model import Language, Program

SLOT = "promise"
"""The slot that is filled."""
COUNTED_EVERY = timedelta(hours=1)


class OnTimeRate:
    """Cached on-time rate. Thread-safe."""

    def __init__(self, counting: Statistics, program: Callable[[], Program]) -> None:
        self._counting = counting
        self._program = program
        self._lock = threading.Lock()
        self._counted_at: datetime | None = None
        self._share: Share | None = None
        self._minimum = 0

    def count(self, now: datetime) -> None:
        """Recompute the rate, if it is published and the cached one is an hour old, or from the future."""
        rule = self._program().promise
        if not rule.publish:
            return
        with self._lock:
            is_fresh = self._counted_at is not None and abs(now - self._counted_at) < COUNTED_EVERY
            if is_fresh and rule.minimum_count == self._minimum:
                return
        share = self._counting.promise(now, rule.minimum_count)
        with self._lock:
            self._counted_at, self._share, self._minimum = now, share, rule.minimum_count

    def html(self, language: Language) -> str:
        """HTML for the slot; empty where nothing may be published."""
        with self._lock:
            share = self._share
        rule = self._program().promise
        if not rule.publish or share is None or share.whole < rule.minimum_count:
            return ""
        return environment(language).get_template("pages/promise.html").render(share=share)
