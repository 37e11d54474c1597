"""Retention preview: what is outdated, what of it was announced, what is deleted next. Read only."""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, TypeVar

from forms_service.domain.clock import stamp
from forms_service.domain.partners.partner import PartnerState
from forms_service.domain.privacy import retention_periods
from forms_service.domain.privacy.retention_periods import Outdated, RetainedKind
from forms_service.domain.submissions import job_times
from forms_service.domain.submissions.submission import parse
from forms_service.domain.table_names import JOB_STATE, PARTNERS, RECORDS
from forms_service.mail.outbox import mistake
from forms_service.services import clock_guard, tables
from forms_service.services.clock_guard import ClockSkew
from forms_service.store.store import Document, Store
from partner_program.model import Program

STATE = "retention"
"""Of the table `rounds`: what was announced last."""
_LISTS = (
    (RetainedKind.APPLICATIONS, "application"),
    (RetainedKind.DEALS, "deal"),
    (RetainedKind.TRAPPED, tables.honeypot_list("application")),
    (RetainedKind.TRAPPED, tables.honeypot_list("deal")),
)
"""Where in the index `ended` the submissions of each kind stand."""

_log = logging.getLogger(__name__)


Stored = TypeVar("Stored", bound=Mapping[str, Any])
"""The document of a submission or a partner."""


@dataclass(frozen=True)
class RetentionPreview:
    """Preview of the next deletions, for the desk and the command."""

    day: date
    """On which it will go."""
    outdated: tuple[Outdated, ...]
    """In the order in which they ended, by kind."""
    announced: bool
    """Whether the administrators have been told."""
    clock_skew: ClockSkew | None
    """Why nothing goes at present."""
    is_cut: bool = False
    """Whether there is more than was looked at."""


class RetentionPlan:
    """Retention plan: what is outdated by the retention periods of the program now served."""

    def __init__(self, store: Store, program: Callable[[], Program]) -> None:
        self._store = store
        self._program = program

    def preview(self, now: datetime, at_most: int | None = None) -> RetentionPreview:
        """Preview of the next deletion: announced, or to be announced. Changes nothing.

        Looks at so many submissions `at_most`, or at all.
        """
        announced = self.announced()
        tomorrow = job_times.day_of(now, self._program().deal_registration) + timedelta(days=1)
        day = date.fromisoformat(announced["day"]) if announced else tomorrow
        found = tuple(islice(self.outdated(day), None if at_most is None else at_most + 1))
        return RetentionPreview(
            day,
            found[:at_most],
            announced is not None,
            clock_guard.skew(self._store, now),
            at_most is not None and len(found) > at_most,
        )

    def announced(self) -> Document | None:
        """What was announced and not done yet. Announced under other periods, it does not count."""
        announced = self._store.get(JOB_STATE, STATE)
        return announced if announced and announced["periods"] == periods(self._program()) else None

    def outdated(self, day: date) -> Iterator[Outdated]:
        """What is past its period on this day, by kind, in the order in which it ended."""
        program = self._program()
        for what, name in _LISTS:
            last = stamp(retention_periods.ended_before(what, program, day))
            for record in map(parse, self._store.streamed(RECORDS, "ended", [((name, ""), (name, last))])):
                if found := _looked_at(record, program, day, retention_periods.outdated):
                    yield found
        for partner in self._store.find(PARTNERS, "state", PartnerState.ENDED):
            if found := _looked_at(partner, program, day, retention_periods.outdated_partner):
                yield found


def _looked_at(
    record: Stored, program: Program, day: date, judge: Callable[[Stored, Program, date], Outdated | None]
) -> Outdated | None:
    """One that cannot be understood is left, and does not keep the others from going."""
    try:
        return judge(record, program, day)
    except Exception as error:
        about = {"record": record.get("id"), "reason": mistake(error)}
        _log.error("it is not known how long a submission is kept", extra=about)
        return None


def periods(program: Program) -> dict[str, Any]:
    """The periods as an announcement keeps them."""
    return program.retention.model_dump()
