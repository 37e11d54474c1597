"""Scheduler: runs every job that is due, once; a function of clock and store."""

import logging
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

from forms_service.domain.submissions import job_times
from forms_service.domain.submissions.submission import Submission, parse_all
from forms_service.domain.submissions.workflow import OPEN
from forms_service.domain.table_names import RECORDS
from forms_service.jobs import (
    daily_summary,
    deadline_recount,
    deadline_reminders,
    deal_protection,
    idempotency,
)
from forms_service.jobs.retention import RetentionJob
from forms_service.mail.outbox import mistake
from forms_service.services import clock_guard, data_files, mail_followup
from forms_service.services.on_time_rate import OnTimeRate
from forms_service.services.partners import Partners
from forms_service.services.statistics import Statistics
from forms_service.store.errors import StoreError
from forms_service.store.store import Store, transactional
from partner_program.business_days import BusinessCalendar
from partner_program.model import Program

AFTER_TROUBLE = timedelta(minutes=1)
"""What could not be stored is tried again after this."""

_log = logging.getLogger(__name__)


class Scheduler:
    """Scheduler of one service."""

    def __init__(
        self,
        store: Store,
        program: Callable[[], Program],
        data_dir: Path,
        *,
        tidy: Callable[[], int] = lambda: 0,
        wake_outbox: Callable[[], None] = lambda: None,
        promise: OnTimeRate | None = None,
        also: Mapping[str, Callable[[], object]] | None = None,
    ) -> None:
        """`program` is the one now served. `tidy` removes old links and sessions. `wake_outbox` is called
        when mail may be owed. `promise` is counted anew now and then. `also` is more work of each morning
        whose clock is believed, by name; it has to take care itself that nothing is done twice."""
        self._store = store
        self._program = program
        self._wake_outbox = wake_outbox
        self.clearing = RetentionJob(store, program, data_dir, tidy=tidy)
        self._also = dict(also or {})
        self._promise = promise or OnTimeRate(Statistics(store, program), program)

    def run_due(self, now: datetime) -> datetime:
        """Run what is due; returns when something is due next.

        Each part is done whatever becomes of the others; what could not be stored is done by the next call.
        """
        program = self._program()
        rule = program.deal_registration
        parts = [
            self._part("recounting", lambda: deadline_recount.recount(self._store, now, rule)),
            self._part("unreached", lambda: deadline_reminders.send_undelivered(self._store, program, now)),
        ]
        today = job_times.day_of(now, rule)
        if now >= job_times.begins(today, rule):
            parts.append(self._day(today, program, now))
        parts.append(self._part("compaction", lambda: data_files.compact_if_requested(self._store)))
        parts.append(self._part("promise", lambda: self._promise.count(now)))
        self._wake_outbox()
        return job_times.following(now, rule) if all(parts) else now + AFTER_TROUBLE

    def _day(self, today: date, program: Program, now: datetime) -> bool:
        """The work of a morning, once for each day; whether it is done."""
        key = f"day/{today}"
        if idempotency.is_used(self._store, key):
            return True
        is_sure = clock_guard.skew(self._store, now) is None
        parts = [
            self._part("reminders", lambda: self._remind(today, program, now)),
            self._part("partners", lambda: self._partners(now).remind(is_sure=is_sure)),
            self._part("protection", lambda: deal_protection.run(self._store, program, now)),
            *(self._part(name, work) for name, work in self._also.items() if is_sure),
            self._part("retention", lambda: self.clearing.run(now)),
            self._part("clock", lambda: clock_guard.remember(self._store, now)),
        ]
        return all(parts) and self._part("day", lambda: self._make(key, now))

    def _remind(self, today: date, program: Program, now: datetime) -> None:
        """Reminders, and on business days the summary."""
        rule = program.deal_registration
        calendar = BusinessCalendar.of(rule)
        for record in deadline_reminders.candidates(self._store, today, rule):
            if deadline_reminders.stage(record, today, rule, calendar):
                deadline_reminders.send(self._store, record, today, program, now)
        if calendar.is_business_day(today):
            tasks = len(mail_followup.tasks(self._store))
            said = daily_summary.facts(self._open(), now, calendar, tasks)
            daily_summary.send(self._store, today, said, program, now)

    def _partners(self, now: datetime) -> Partners:
        return Partners(self._store, lambda: now, self._program, wake_outbox=self._wake_outbox)

    def _open(self) -> list[Submission]:
        return [record for state in OPEN for record in parse_all(self._store.find(RECORDS, "state", state))]

    @transactional
    def _make(self, key: str, now: datetime) -> None:
        with self._store.batch() as batch:
            idempotency.use(batch, key, now)

    def _part(self, name: str, work: Callable[[], object]) -> bool:
        """Do a part; whether it need not be tried again soon. A mistake of ours keeps nothing else from
        being done, and is not repeated every minute."""
        try:
            work()
        except StoreError as error:
            _log.warning("a part of the rounds waits", extra={"part": name, "reason": type(error).__name__})
            return False
        except Exception as error:
            _log.error("a part of the rounds failed", extra={"part": name, "reason": mistake(error)})
        return True
