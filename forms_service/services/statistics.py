"""Statistics: running sums over all submissions, so that key figures cost the same at any size.

Summed from all of them once, when they are needed first or when there is time; from then on, what was changed
is looked at again, and no more.
"""

import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime

from forms_service.domain.reports import key_figures
from forms_service.domain.reports.facts import Fact
from forms_service.domain.reports.key_figures import Share
from forms_service.domain.reports.totals import Slice, Sums
from forms_service.domain.submissions.submission import parse
from forms_service.domain.table_names import RECORDS
from forms_service.store.store import Store
from partner_program.business_days import BusinessCalendar
from partner_program.model import Program

_EVERY = [(("", ""), ("~", "~"))]
_AT_A_TIME = 100
"""Submissions that are summed before others get their turn."""


class Statistics:
    """Running sums. Thread-safe."""

    def __init__(self, store: Store, program: Callable[[], Program]) -> None:
        self._store = store
        self._program = program
        self._lock = threading.Lock()
        self._calendar: BusinessCalendar | None = None
        self._sums: Sums | None = None
        self._waiting = 0
        self._counting = threading.Lock()
        self._cursor = 0

    def prepare(self, pause: Callable[[], None]) -> None:
        """Sum what there is, if that is not done yet. `pause` is called now and then while nobody waits."""
        with self._current(lambda: None if self._waiting else pause()):
            pass

    def of(self, wanted: Slice) -> dict[Fact, int]:
        """Sums of a slice, as of now."""
        with self._hurry(), self._current() as sums:
            return sums.of(wanted)

    def of_these(self, references: Collection[str]) -> dict[Fact, int]:
        """Sums of these submissions."""
        with self._hurry(), self._current() as sums:
            return sums.of_these(references)

    def promise(self, now: datetime, at_least: int) -> Share | None:
        """See `numbers.promise`."""
        calendar = BusinessCalendar.of(self._program().deal_registration)
        return key_figures.promise(self.of(Slice()), now, calendar, at_least)

    @contextmanager
    def _hurry(self) -> Iterator[None]:
        with self._counting:
            self._waiting += 1
        try:
            yield
        finally:
            with self._counting:
                self._waiting -= 1

    @contextmanager
    def _current(self, pause: Callable[[], None] = lambda: None) -> Iterator[Sums]:
        """The sums with all changes in them. Where other days are off now, everything is summed anew."""
        calendar = BusinessCalendar.of(self._program().deal_registration)
        with self._lock:
            self._cursor, changed = self._store.changes_since(RECORDS, self._cursor)
            if self._sums is None or self._calendar is not calendar or changed is None:
                self._sums, self._calendar = self._summed(calendar, pause), calendar
                self._cursor, changed = self._store.changes_since(RECORDS, self._cursor)
            for reference in changed or ():
                self._sums.put(reference, parse(self._store.get(RECORDS, reference)))
            yield self._sums

    def _summed(self, calendar: BusinessCalendar, pause: Callable[[], None]) -> Sums:
        sums = Sums(calendar)
        for number, record in enumerate(map(parse, self._store.streamed(RECORDS, "received", _EVERY))):
            sums.put(record["id"], record)
            if not number % _AT_A_TIME:
                pause()
        return sums
