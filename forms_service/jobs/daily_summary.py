"""Daily summary: a mail to staff with the number of open submissions, and the most urgent by reference."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from forms_service.domain.clock import moment
from forms_service.domain.submissions import deadline, job_times
from forms_service.domain.submissions.submission import Submission
from forms_service.domain.submissions.workflow import OPEN, SubmissionKind
from forms_service.i18n.jinja import Context
from forms_service.jobs import idempotency, recipients
from forms_service.jobs.recipients import Mailing
from forms_service.mail.for_staff import COUNTS, SUMMARY
from forms_service.store.store import Store, transactional
from partner_program.business_days import BusinessCalendar
from partner_program.model import Program

NAMED = 20
"""So many are named at most; the desk shows the rest."""


def facts(
    records: Iterable[Submission], now: datetime, calendar: BusinessCalendar, unreached: int
) -> Context:
    """Data of the mail: the numbers of COUNTS, and `urgent`, the most urgent references."""
    counts: Counter[str] = Counter()
    urgent, since = [], _previous(now, calendar)
    for record in records:
        if record.get("trapped"):
            counts["trapped"] += since < moment(record["received_at"]) <= now
        elif record["state"] in OPEN:
            group = _group(record, now, calendar)
            counts[group] += 1
            if group in ("overdue", "today", "next_day"):
                urgent.append((record["decide_by"], record["id"]))
    counts["unreached"] = unreached
    return {
        **{name: counts[name] for name in COUNTS},
        "urgent": [reference for _, reference in sorted(urgent)[:NAMED]],
    }


@transactional
def send(store: Store, day: date, said: Mapping[str, Any], program: Program, now: datetime) -> bool:
    """Queue this day's summary for every reviewer, once; returns whether it is queued now.

    Where nothing waits there is none.
    """
    key = f"summary/{day}"
    if not any(said[name] for name in COUNTS) or idempotency.is_used(store, key):
        return False
    good_for = job_times.ends(day, program.deal_registration) - now
    mailing = Mailing(SUMMARY, key, said, good_for)
    with store.batch() as batch:
        return idempotency.use(batch, key, now) and bool(
            recipients.add_mails(batch, mailing, recipients.reviewers(batch) or None, program, now)
        )


def _previous(now: datetime, calendar: BusinessCalendar) -> datetime:
    """This time on the business day before: when the last summary went, or would have gone."""
    before = now.astimezone(calendar.zone) - timedelta(days=1)
    while not calendar.is_business_day(before.date()):
        before -= timedelta(days=1)
    return before


def _group(record: Submission, now: datetime, calendar: BusinessCalendar) -> str:
    if record["kind"] == SubmissionKind.APPLICATION and deadline.read(record) is None:
        return "applications"
    if not record["decide_by"]:
        return "paused"
    left = calendar.remaining(now, moment(record["decide_by"]))
    if left < 0:
        return "overdue"
    return {0: "today", 1: "next_day"}.get(left, "later")
