"""Key figures of the submissions that a filter of the queue selects."""

from collections.abc import Callable
from datetime import datetime

from forms_service.domain.clock import Clock, stamp
from forms_service.domain.reports import key_figures, totals
from forms_service.domain.reports.key_figures import Figures
from forms_service.domain.reports.totals import Slice
from forms_service.services.statistics import Statistics
from forms_service.services.submission_queue import NOBODY, QueueFilter, SubmissionQueue
from partner_program.business_days import BusinessCalendar
from partner_program.model import Program


class QueueFigures:
    """Key figures of the queue: the sums that `Statistics` keeps; for a search, of what it finds."""

    def __init__(
        self, statistics: Statistics, queue: SubmissionQueue, clock: Clock, program: Callable[[], Program]
    ) -> None:
        self._statistics = statistics
        self._queue = queue
        self._clock = clock
        self._program = program

    def prepare(self, pause: Callable[[], None]) -> None:
        """Do now what the first look at figures would wait for; `pause` is called while others may wait."""
        self._statistics.prepare(pause)

    def of(self, view: QueueFilter) -> tuple[Figures, bool]:
        """The figures of a view, and whether it searches for something that more have than were looked at."""
        now, rule = self._clock(), self._program().deal_registration
        found = None if view.trapped else self._queue.searched(view)
        if found is None:
            counted = {} if view.trapped else self._statistics.of(_slice(view, now))
        else:
            counted = self._statistics.of_these([record["id"] for record in found[0]])
        return key_figures.figures(counted, now, BusinessCalendar.of(rule)), bool(found and found[1])


def _slice(view: QueueFilter, now: datetime) -> Slice:
    """The same submissions as those of a view without words."""
    return Slice(
        kind=view.kind,
        states=view.states,
        tier=view.tier or None,
        owner=totals.NOBODY if view.owner == NOBODY else view.owner or None,
        first=view.since,
        last=view.until,
        due_before=stamp(now) if view.overdue else None,
    )
