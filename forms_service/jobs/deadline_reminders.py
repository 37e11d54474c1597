"""Deadline reminders: on the business day before a deadline, on its day, and on each business day after."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from forms_service.domain.clock import moment, stamp
from forms_service.domain.submissions import job_times
from forms_service.domain.submissions.submission import Submission, parse_all
from forms_service.domain.submissions.workflow import OPEN
from forms_service.domain.table_names import RECORDS
from forms_service.jobs import idempotency, recipients
from forms_service.jobs.recipients import Mailing
from forms_service.mail.for_staff import REMINDER, UNREACHED
from forms_service.services import mail_followup
from forms_service.store.store import Store, transactional
from partner_program.business_days import BusinessCalendar
from partner_program.model import DealRegistration, Program

_FAR_ENOUGH = timedelta(days=30)
"""No two business days lie further apart."""


class Stage(StrEnum):
    """Stage of a submission's reminders."""

    EVE = "eve"
    """On the business day before."""
    DUE = "due"
    OVERDUE = "overdue"


def stage(record: Submission, day: date, rule: DealRegistration, calendar: BusinessCalendar) -> Stage | None:
    """Stage whose reminder goes out in the morning of this day; None where there is none.

    What was stored after that morning had its notice: it needs no reminder on the same day.
    """
    if record["state"] not in OPEN or record.get("trapped") or not record["decide_by"]:
        return None
    stored_at = record["history"][0]["at"] if record.get("history") else record["received_at"]
    if moment(stored_at) >= job_times.begins(day, rule):
        return None
    due = moment(record["decide_by"]).astimezone(ZoneInfo(rule.time_zone)).date()
    if day == due:
        return Stage.DUE
    if day > due:
        return Stage.OVERDUE if calendar.is_business_day(day) else None
    return Stage.EVE if day == job_times.eve(due, calendar) else None


@transactional
def send(store: Store, record: Submission, day: date, program: Program, now: datetime) -> bool:
    """Queue today's reminders, once for each submission and day; returns whether any is queued now."""
    key = f"reminder/{record['id']}/{day}"
    if idempotency.is_used(store, key):
        return False
    mailing = Mailing(REMINDER, record["id"], good_for=_rest_of(day, program, now))
    with store.batch() as batch:
        return idempotency.use(batch, key, now) and bool(
            recipients.add_mails(batch, mailing, recipients.for_reminders(batch, record), program, now)
        )


def candidates(store: Store, day: date, rule: DealRegistration) -> list[Submission]:
    """Open submissions near or past their deadline, and more."""
    last = datetime.combine(day, time(), ZoneInfo(rule.time_zone)) + _FAR_ENOUGH
    return [
        record
        for state in OPEN
        for record in parse_all(store.range(RECORDS, "due", (state, ""), (state, stamp(last))))
    ]


def _rest_of(day: date, program: Program, now: datetime) -> timedelta:
    """A reminder that could not be sent on its day is of no use."""
    return job_times.ends(day, program.deal_registration) - now


def send_undelivered(store: Store, program: Program, now: datetime) -> int:
    """Queue a mail about each new task for the owner, or all reviewers; returns how many tasks."""
    return sum(_send_task(store, task, program, now) for task in mail_followup.tasks(store))


@transactional
def _send_task(store: Store, task: mail_followup.Task, program: Program, now: datetime) -> bool:
    key = f"unreached/{task.mail['id']}"
    if idempotency.is_used(store, key):
        return False
    mailing = Mailing(UNREACHED, task.record["id"])
    with store.batch() as batch:
        is_new = idempotency.use(batch, key, now)
        if is_new:
            recipients.add_mails(batch, mailing, recipients.for_tasks(batch, task.record), program, now)
    return is_new
