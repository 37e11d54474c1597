"""Retention: deletes what is kept no longer; announced a day before, never while the clock is in doubt.

Submissions and partners are announced to the administrators, and go on the next day at the earliest; their
mails go with them. Sent mail, files of mails, sign-in links and events, and what crashes left behind go
without a word. When anything went, it is noted that the journal has to be written anew, so that no byte of it
stays.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from forms_service.domain.auth.errors import NotAnAddress
from forms_service.domain.auth.roles import UserKind
from forms_service.domain.auth.users import normalised
from forms_service.domain.clock import stamp
from forms_service.domain.partners import revenue
from forms_service.domain.partners.partner import applications, parse_partner
from forms_service.domain.privacy import retention_periods
from forms_service.domain.privacy.retention_periods import RetainedKind
from forms_service.domain.submissions import job_times
from forms_service.domain.submissions.submission import Submission, parse
from forms_service.domain.table_names import (
    AGREEMENTS,
    AUDIT_EVENTS,
    IDEMPOTENCY_KEYS,
    JOB_STATE,
    MAILS,
    PARTNERS,
    RECORDS,
    REVENUE,
    REVENUE_YEARS,
)
from forms_service.jobs import idempotency, recipients
from forms_service.jobs.recipients import Mailing
from forms_service.mail.for_staff import CLOCK, RETENTION
from forms_service.mail.outbox import mistake
from forms_service.services import backups, clock_guard, data_files, mail_followup, retention_preview
from forms_service.services.clock_guard import ClockSkew
from forms_service.services.partners import addresses
from forms_service.services.retention_preview import RetentionPlan
from forms_service.services.user_repository import known, remove_user
from forms_service.store.errors import StoreError
from forms_service.store.store import Batch, Document, Store, transactional
from partner_program.model import Program

_MOST_YEARS = 100
"""No partnership lasts longer."""


def forget(batch: Batch, partner: Mapping[str, Any]) -> None:
    """Delete a partner with its invoiced amounts, agreement and users who could sign in for it only."""
    reference = partner["id"]
    for entry in batch.range(REVENUE, "dated", (reference, ""), (reference, "~")):
        batch.remove(REVENUE, entry["id"])
    for number in range(1, _MOST_YEARS):
        if batch.how_many(REVENUE_YEARS, "id", revenue.id_of(reference, number)):
            batch.remove(REVENUE_YEARS, revenue.id_of(reference, number))
    if batch.how_many(AGREEMENTS, "id", reference):
        batch.remove(AGREEMENTS, reference)
    batch.remove(PARTNERS, reference)
    for email in sorted(addresses(parse_partner(partner))):
        try:
            person = known(batch, UserKind.PARTNER, normalised(email))
        except NotAnAddress:
            continue
        if person is not None and not batch.find(PARTNERS, "member", email):
            remove_user(batch, person["id"])


MARKS_KEPT = timedelta(days=400)
"""Longer than any mark can be asked for."""
_NAMED = 20
"""References in an announcement, at most."""
_AT_A_TIME = 100
"""Documents removed in one batch."""
_log = logging.getLogger(__name__)


class RetentionJob:
    """The retention job of one service."""

    def __init__(
        self, store: Store, program: Callable[[], Program], data_dir: Path, *, tidy: Callable[[], int]
    ) -> None:
        """`tidy` removes old links and sessions, and says how many."""
        self._store = store
        self._program = program
        self.plan = RetentionPlan(store, program)
        self._data_dir = data_dir
        self._tidy = tidy

    def run(self, now: datetime) -> int:
        """Delete what was announced for today or before, announce what is due tomorrow, tidy up.

        Returns how many documents and files went.

        Raises:
            StoreUnavailable: some of it may be done; the next call does the rest.
        """
        program = self._program()
        if doubted := clock_guard.skew(self._store, now):
            self._tell_of(doubted, program, now)
            return 0
        today = job_times.day_of(now, program.deal_registration)
        gone = self._delete_announced(program, today)
        self._announce(program, today + timedelta(days=1), now)
        return gone + self._tidy_up(program, now)

    def _delete_announced(self, program: Program, today: date) -> int:
        announced = self.plan.announced()
        if announced is None or date.fromisoformat(announced["day"]) > today:
            return 0
        day = date.fromisoformat(announced["day"])
        outdated = list(self.plan.outdated(day))
        partners = [each.reference for each in outdated if each.what is RetainedKind.PARTNERS]
        records = [each.reference for each in outdated if each.what is not RetainedKind.PARTNERS]
        gone = self._remove(RECORDS, records, lambda batch, record: self._take(batch, parse(record), day))
        gone += self._remove(PARTNERS, partners, lambda batch, found: self._take_partner(batch, found, day))
        self._forget_announcement()
        _log.info("submissions past their retention are deleted", extra={"count": gone})
        return gone

    @transactional
    def _forget_announcement(self) -> None:
        with self._store.batch() as batch:
            if batch.get(JOB_STATE, retention_preview.STATE):
                batch.remove(JOB_STATE, retention_preview.STATE)

    @transactional
    def _announce(self, program: Program, day: date, now: datetime) -> None:
        """Tell the administrators what goes on this day, once; while one is announced there is no other."""
        outdated = list(self.plan.outdated(day))
        if not outdated or self.plan.announced():
            return
        counts = Counter(each.what for each in outdated)
        facts = {
            "day": day.isoformat(),
            **{what.value: counts[what] for what in RetainedKind},
            "references": [each.reference for each in outdated[:_NAMED]],
        }
        with self._store.batch() as batch:
            earlier = batch.get(JOB_STATE, retention_preview.STATE)
            if earlier:
                batch.remove(JOB_STATE, retention_preview.STATE)
            said = {
                "day": day.isoformat(),
                "announced_at": stamp(now),
                "periods": retention_preview.periods(program),
            }
            batch.add(JOB_STATE, {"id": retention_preview.STATE, **said})
            mailing = Mailing(RETENTION, f"retention/{day}", facts)
            recipients.add_mails(batch, mailing, recipients.for_administrators(batch), program, now)

    @transactional
    def _tell_of(self, doubted: ClockSkew, program: Program, now: datetime) -> None:
        """Tell the administrators why nothing is deleted, once for each time that was last believed."""
        key = f"clock/{stamp(doubted.known)}"
        facts = {"shown": stamp(doubted.shown), "known": stamp(doubted.known)}
        with self._store.batch() as batch:
            if idempotency.use(batch, key, now):
                recipients.add_mails(
                    batch, Mailing(CLOCK, key, facts), recipients.for_administrators(batch), program, now
                )

    def _take(self, batch: Batch, record: Submission, day: date) -> list[str]:
        """Take a submission out with its mails, unless it has been reopened; the ids of the mails."""
        if retention_periods.outdated(record, self._program(), day) is None:
            return []
        mails = batch.find(MAILS, "record", record["id"])
        for mail in mails:
            batch.remove(MAILS, mail["id"])
        batch.remove(RECORDS, record["id"])
        return [mail["id"] for mail in mails]

    def _take_partner(self, batch: Batch, partner: Document, day: date) -> list[str]:
        """Take a partner out with all that is kept for it, unless it goes on again; the ids of the mails."""
        if retention_periods.outdated_partner(partner, self._program(), day) is None:
            return []
        mails = [
            mail
            for reference in (partner["id"], *applications(partner))
            for mail in batch.find(MAILS, "record", reference)
        ]
        for mail in mails:
            batch.remove(MAILS, mail["id"])
        for reference in applications(partner):
            if batch.get(RECORDS, reference):
                batch.remove(RECORDS, reference)
        forget(batch, partner)
        return [mail["id"] for mail in mails]

    def _tidy_up(self, program: Program, now: datetime) -> int:
        """What goes without a word."""
        before = now - timedelta(days=program.retention.sent_mail_days)
        gone = self._remove(MAILS, list(self._old_mails(before)), _take_mail)
        marked = self._store.range(IDEMPOTENCY_KEYS, "made", "", stamp(now - MARKS_KEPT))
        gone += self._remove(IDEMPOTENCY_KEYS, [mark["id"] for mark in marked], _take_mark)
        signed_in = self._store.range(AUDIT_EVENTS, "signed", ("", ""), ("", stamp(before)))
        gone += self._remove(AUDIT_EVENTS, [event["id"] for event in signed_in], _take_sign_in)
        gone += self._tidy() + data_files.delete_before(self._data_dir, before)
        old_backup = now - timedelta(days=program.retention.backups_days)
        return gone + backups.delete_before(self._data_dir, old_backup)

    def _old_mails(self, before: datetime) -> Iterator[str]:
        """Those that were sent, and those that never will be, but for what is a task of somebody's."""
        last = stamp(before)
        for state in ("sent", "dropped", "dead", "replaced", "settled"):
            for mail in self._store.range(MAILS, "due", (state, ""), (state, last)):
                if (mail["sent_at"] or "") < last and not mail_followup.task_of(self._store, mail):
                    yield mail["id"]

    def _remove(self, table: str, ids: Sequence[str], take: Callable[[Batch, Document], list[str]]) -> int:
        """Take these documents out, a hundred at a time; what fails with others is tried alone, then logged.

        `take` removes a document and returns the ids of the mails that went, whose files go, too.
        """
        gone = 0
        for start in range(0, len(ids), _AT_A_TIME):
            some = ids[start : start + _AT_A_TIME]
            try:
                gone += self._remove_together(table, some, take)
            except StoreError:
                raise
            except Exception:
                gone += sum(self._remove_alone(table, id, take) for id in some)
        return gone

    def _remove_alone(self, table: str, id: str, take: Callable[[Batch, Document], list[str]]) -> int:
        try:
            return self._remove_together(table, [id], take)
        except StoreError:
            raise
        except Exception as error:
            _log.error("a document was not deleted", extra={"table": table, "reason": mistake(error)})
            return 0

    def _remove_together(
        self, table: str, ids: Sequence[str], take: Callable[[Batch, Document], list[str]]
    ) -> int:
        gone, mails = self._take_out(table, ids, take)
        data_files.delete_mails(self._data_dir, mails)
        return gone

    @transactional
    def _take_out(
        self, table: str, ids: Sequence[str], take: Callable[[Batch, Document], list[str]]
    ) -> tuple[int, list[str]]:
        """How many went, and the ids of the mails whose files go, too."""
        mails: list[str] = []
        with self._store.batch() as batch:
            before = batch.count(table)
            for id in ids:
                document = batch.get(table, id)
                mails += take(batch, document) if document else []
            gone = before - batch.count(table)
            if gone:
                data_files.request_compaction(batch)
        return gone, mails


def _take_mail(batch: Batch, mail: Document) -> list[str]:
    batch.remove(MAILS, mail["id"])
    return [mail["id"]]


def _take_sign_in(batch: Batch, event: Document) -> list[str]:
    batch.remove(AUDIT_EVENTS, event["id"])
    return []


def _take_mark(batch: Batch, mark: Document) -> list[str]:
    batch.remove(IDEMPOTENCY_KEYS, mark["id"])
    return []
