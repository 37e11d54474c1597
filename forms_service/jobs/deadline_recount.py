"""Deadline recount: recompute open deadlines after days off changed (`holidays` release, extra day off)."""

import logging
from datetime import date, datetime

from forms_service.domain.submissions import deadline, job_times
from forms_service.domain.submissions.submission import parse, parse_all
from forms_service.domain.submissions.workflow import OPEN
from forms_service.domain.table_names import JOB_STATE, RECORDS
from forms_service.mail.outbox import mistake
from forms_service.store.errors import StoreError
from forms_service.store.store import Store, transactional
from partner_program.business_days import BusinessCalendar
from partner_program.model import DealRegistration

_log = logging.getLogger(__name__)

STATE = "days-off"
"""Of the table `job_state`: for which days off the open deadlines were counted last."""


def days_off(now: datetime, rule: DealRegistration, calendar: BusinessCalendar) -> str:
    """Fingerprint of the days off of this year and the next."""
    year = job_times.day_of(now, rule).year
    first, last = date(year, 1, 1).toordinal(), date(year + 2, 1, 1).toordinal()
    days = (date.fromordinal(day) for day in range(first, last))
    off = [day.isoformat() for day in days if day.weekday() < 5 and not calendar.is_business_day(day)]
    return " ".join((rule.time_zone, *off))


def recount(store: Store, now: datetime, rule: DealRegistration) -> int:
    """Recompute deadlines, if the days off changed since the last time; returns how many moved.

    One that cannot be counted stays as it is, and does not keep the others from it.

    Raises:
        StoreUnavailable: some may be counted already; the next call does the rest.
    """
    calendar = BusinessCalendar.of(rule)
    counted_for = days_off(now, rule, calendar)
    kept = store.get(JOB_STATE, STATE)
    if kept is not None and kept["days_off"] == counted_for:
        return 0
    open_ones = [record["id"] for state in OPEN for record in parse_all(store.find(RECORDS, "state", state))]
    moved = sum(_recount_one(store, reference, now, calendar) for reference in open_ones)
    _note_days_off(store, counted_for)
    return moved


@transactional
def _note_days_off(store: Store, counted_for: str) -> None:
    with store.batch() as batch:
        kept = batch.get(JOB_STATE, STATE)
        if kept is None:
            batch.add(JOB_STATE, {"id": STATE, "days_off": counted_for})
        else:
            batch.replace(JOB_STATE, {**kept, "days_off": counted_for}, kept["version"])


@transactional
def _recount_one(store: Store, reference: str, now: datetime, calendar: BusinessCalendar) -> bool:
    try:
        with store.batch() as batch:
            record = parse(batch.get(RECORDS, reference))
            moved = record and deadline.recomputed(record, now, calendar)
            if record and moved:
                batch.replace(RECORDS, moved, record["version"])
            return bool(moved)
    except StoreError:
        raise
    except Exception as error:
        _log.error("a deadline was not counted again", extra={"record": reference, "reason": mistake(error)})
        return False
