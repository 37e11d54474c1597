"""Undelivered mail: list it, resend it, mark it as settled. A resent mail is a new one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from forms_service.domain.auth.roles import Principal, may_decide
from forms_service.domain.clock import Clock, stamp
from forms_service.domain.companies.company_identity import people
from forms_service.domain.submissions import sender_identity
from forms_service.domain.submissions.sender_identity import sender_of
from forms_service.domain.submissions.submission import Submission, parse, parse_all
from forms_service.domain.submissions.workflow import CLOSED, SubmissionKind
from forms_service.domain.table_names import MAILS, RECORDS
from forms_service.mail import event_mails
from forms_service.mail.composer import SENT_AGAIN, TO_THE_SENDER
from forms_service.services.audit_log import AuditEvent, add_event
from forms_service.store.store import Batch, Document, ReadStore, Store, transactional
from partner_program.model import Program

CAME_BACK = "the mail came back"
"""The problem of a mail that a mail server took and that did not arrive, as somebody saw in a mailbox."""

MOST_OF_PERIOD = 2000
"""So many mails are looked at to see which were sent in a period, at most."""

PASSED_ON = ("phone", "in_person", "other_address", "other")
"""How a message reached somebody whom its mail did not."""

_AGAIN = ("dead", "sent")
_AT_ONCE = 500
"""Mails owed in one batch, which holds up everybody else who writes."""


class TooManyMails(Exception):
    """The period has more mails than are processed at once."""


class Resending:
    """Use cases of undelivered mail."""

    def __init__(
        self, store: Store, clock: Clock, program: Callable[[], Program], *, wake_outbox: Callable[[], None]
    ) -> None:
        self._store = store
        self._clock = clock
        self._program = program
        self._wake_outbox = wake_outbox

    def get(self, mail: str) -> Document | None:
        """One mail."""
        return self._store.get(MAILS, mail)

    def how_many(self, state: str) -> int:
        """Number of mails in this state."""
        return self._store.how_many(MAILS, "state", state)

    def undelivered(self, at_most: int | None = None) -> tuple[Document, ...]:
        """Failed mails neither resent nor settled, the oldest first: tasks for staff."""
        found = self._store.range(MAILS, "due", ("dead", ""), ("dead", "~"), at_most)
        return tuple(sorted(found, key=lambda mail: str(mail["created_at"])))

    def of_period(self, since: date, until: date, *, failed_only: bool = True) -> tuple[Document, ...]:
        """Preview: mails of these days that `resend` would queue again.

        With `failed_only` those that were given up, else also those that went out.

        Raises:
            TooManyMails: so many went out that the days have to be fewer.
        """
        zone = ZoneInfo(self._program().deal_registration.time_zone)
        first = datetime(since.year, since.month, since.day, tzinfo=zone)
        end = until + timedelta(days=1)
        last = datetime(end.year, end.month, end.day, tzinfo=zone) - timedelta(microseconds=1)
        if failed_only:
            found = [
                mail for mail in self.undelivered(None) if stamp(first) <= mail["created_at"] <= stamp(last)
            ]
        else:
            span = (stamp(first), stamp(last))
            if self._store.counted(MAILS, "made", [span]) > MOST_OF_PERIOD:
                raise TooManyMails
            found = [each for each in self._store.range(MAILS, "made", *span) if each["state"] in _AGAIN]
        return tuple(mail for mail in found if mail["template"] in SENT_AGAIN)

    def resend(self, mails: Sequence[str], principal: Principal) -> tuple[Document, ...]:
        """Queue these mails (ids) again; skips those that are queued, gone or outdated.

        Returns the new documents.
        """
        if not may_decide(principal):
            return ()
        made: list[Document] = []
        for start in range(0, len(mails), _AT_ONCE):
            made += self._resend_some(mails[start : start + _AT_ONCE], principal)
        self._wake_outbox()
        return tuple(made)

    @transactional
    def _resend_some(self, mails: Sequence[str], principal: Principal) -> list[Document]:
        with self._store.batch() as batch:
            made = [each for id in dict.fromkeys(mails) for each in self._again(batch, id, principal)]
            if made:
                about = {"about": made[0]["record"]} if len(mails) == 1 else {}
                self._record(batch, principal, AuditEvent.SENT_AGAIN, count=len(made), **about)
            return made

    @transactional
    def settle(self, mail: str, how: str, principal: Principal) -> bool:
        """Mark an undelivered mail as settled: passed on in one of the ways of PASSED_ON.

        Returns whether it was undelivered. Raises ValueError for any other way.
        """
        if how not in PASSED_ON:
            raise ValueError(f"{how!r} is none of {PASSED_ON}")
        with self._store.batch() as batch:
            found = batch.get(MAILS, mail)
            if not may_decide(principal) or found is None or found["state"] != "dead":
                return False
            at = stamp(self._clock())
            settled = {"settled_by": principal.email, "settled_at": at, "settled_how": how}
            batch.replace(MAILS, {**found, **settled, "state": "settled"}, found["version"])
            self._record(batch, principal, AuditEvent.SETTLED, about=found["record"])
        return True

    @transactional
    def came_back(self, mail: str, principal: Principal) -> bool:
        """Mark a sent mail as bounced, as staff saw in a mailbox: it counts as undelivered.

        Whether it was one that was sent.
        """
        with self._store.batch() as batch:
            found = batch.get(MAILS, mail)
            if not may_decide(principal) or found is None or found["state"] != "sent":
                return False
            bounced = {"state": "dead", "problem": CAME_BACK, "bounced_at": stamp(self._clock())}
            batch.replace(MAILS, {**found, **bounced}, found["version"])
            self._record(batch, principal, AuditEvent.CAME_BACK, about=found["record"])
        self._wake_outbox()
        return True

    def _record(self, batch: Batch, principal: Principal, what: AuditEvent, **facts: Any) -> None:
        add_event(batch, principal.email, what, self._clock(), **facts)

    def _again(self, batch: Batch, id: str, principal: Principal) -> list[Document]:
        mail = batch.get(MAILS, id)
        if mail is None or mail["state"] not in ("dead", "sent") or mail["template"] not in SENT_AGAIN:
            return []
        others = batch.find(MAILS, "record", mail["record"])
        if any(other.get("again") == id and other["state"] == "queued" for other in others):
            return []
        if mail["state"] == "dead":
            batch.replace(MAILS, {**mail, "state": "replaced"}, mail["version"])
        again = event_mails.queued_again(mail, self._address(batch, mail), principal.email, self._clock())
        return [batch.add(MAILS, again)]

    def _address(self, batch: Batch, mail: Document) -> str:
        """The sender may have corrected the address since."""
        record = parse(batch.get(RECORDS, mail["record"])) if mail["template"] in TO_THE_SENDER else None
        if record is None or not record.get("said"):
            return str(mail["to"])
        return sender_identity.sender_of(record)


@dataclass(frozen=True)
class Task:
    """A task for staff: reach the sender of this submission by phone, or at another address."""

    record: Submission
    mail: Document
    """The one that did not arrive: `template`, `to`, `problem`, `created_at`."""
    phone: str
    """Where the sender, or somebody known under that address, gave one; else empty."""


def tasks(reads: ReadStore) -> tuple[Task, ...]:
    """All open tasks, the oldest first."""
    found = (task_of(reads, mail) for mail in reads.find(MAILS, "state", "dead"))
    return tuple(sorted((task for task in found if task), key=lambda task: str(task.mail["created_at"])))


def task_of(reads: ReadStore, mail: Document) -> Task | None:
    """The task for this mail, if it needs one: neither resent nor settled."""
    record = parse(reads.get(RECORDS, mail["record"])) if mail["state"] == "dead" else None
    if record is None or not _is_about_a_decision(mail, record):
        return None
    others = reads.find(MAILS, "record", record["id"])
    if any(other.get("again") == mail["id"] for other in others):
        return None
    return Task(record, mail, _phone(reads, mail["to"]))


def _is_about_a_decision(mail: Mapping[str, Any], record: Submission) -> bool:
    """To the sender, and owed when it was decided or later."""
    if record["state"] not in CLOSED or not record.get("said"):
        return False
    if mail["to"].casefold() != sender_of(record).casefold():
        return False
    decided = record.get("decision")
    return bool(decided and (mail.get("about") or mail["created_at"]) >= decided["at"])


def _phone(reads: ReadStore, address: str) -> str:
    """What an application says about the phone of whoever has this address."""
    for record in reversed(parse_all(reads.find(RECORDS, "email", address.casefold()))):
        for person in people(record["said"]) if record["kind"] == SubmissionKind.APPLICATION else ():
            if (person.get("email") or "").casefold() == address.casefold() and person.get("phone"):
                return str(person["phone"])
    return ""
