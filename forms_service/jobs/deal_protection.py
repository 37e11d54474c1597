"""Deal protection: approvals with a last day: fix that day, remind their senders."""

import logging
from collections.abc import Iterator
from datetime import date, datetime

from forms_service.domain.submissions import job_times, protection
from forms_service.domain.submissions.submission import Submission, parse
from forms_service.domain.submissions.workflow import State, SubmissionKind
from forms_service.domain.table_names import MAILS, RECORDS
from forms_service.jobs import idempotency
from forms_service.mail import event_mails
from forms_service.mail.outbox import mistake
from forms_service.services import tables
from forms_service.store.errors import StoreError
from forms_service.store.store import Store, transactional
from partner_program.model import DealRegistration, Program

_log = logging.getLogger(__name__)


def run(store: Store, program: Program, now: datetime) -> int:
    """Fix the last day of new approvals and queue today's reminders; returns how many mails.

    Does nothing where the program names no protection. One failing record does not keep the others from it.
    """
    rule = program.deal_registration
    if rule.protection is None:
        return 0
    sent = 0
    for record in _approved(store):
        try:
            _fix(store, record["id"], rule)
            sent += _remind(store, record, rule, now)
        except StoreError:
            raise
        except Exception as error:
            about = {"record": record["id"], "reason": mistake(error)}
            _log.error("the protection of an approval was not looked after", extra=about)
    return sent


def _approved(store: Store) -> Iterator[Submission]:
    name = tables.list_of(SubmissionKind.DEAL, State.APPROVED)
    return map(parse, store.streamed(RECORDS, "arrived", [((name,), (name, tables.LAST))]))


@transactional
def _fix(store: Store, reference: str, rule: DealRegistration) -> None:
    with store.batch() as batch:
        record = parse(batch.get(RECORDS, reference))
        fixed = record and protection.fixed(record, rule)
        if record and fixed:
            batch.replace(RECORDS, {**record, "protection": fixed}, record["version"])


def _remind(store: Store, record: Submission, rule: DealRegistration, now: datetime) -> int:
    """The two mails of an approval: before its last day, and when that is over. Each once for each last day.

    The first comes late rather than never, the second only for a few days.
    """
    until, from_day = protection.last_day(record, rule), protection.reminder_day(record, rule)
    if until is None or from_day is None:
        return 0
    today = job_times.day_of(now, rule)
    if from_day <= today <= until:
        return _queue_mail(store, record, "protection-ends", until, now)
    if 0 < (today - until).days <= _STILL_NEWS_DAYS:
        return _queue_mail(store, record, "protection-ended", until, now)
    return 0


_STILL_NEWS_DAYS = 7
"""So many days after its end an approval's sender is told, if they could not be told before."""


@transactional
def _queue_mail(store: Store, record: Submission, template: str, until: date, now: datetime) -> int:
    key = f"{template}/{record['id']}/{until}"
    if idempotency.is_used(store, key):
        return 0
    with store.batch() as batch:
        mails = event_mails.to_the_sender(record, template, now) if idempotency.use(batch, key, now) else ()
        for mail in mails:
            batch.add(MAILS, mail)
    return len(mails)
