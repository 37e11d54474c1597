"""Audit log: who of the staff did what and when. Facts only, no text that anybody wrote.

What changes data is recorded in the batch that changes it (`add_event`, `of_submission`).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from forms_service.domain.auth.roles import UserKind
from forms_service.domain.auth.users import address_key
from forms_service.domain.clock import Clock, stamp
from forms_service.domain.submissions.workflow import Action
from forms_service.domain.table_names import AUDIT_EVENTS, PEOPLE
from forms_service.services.sign_in_events import TABLE, audit_event
from forms_service.services.tables import EVERYBODY
from forms_service.store.store import Batch, Document, Store, transactional
from partner_program.model import Program

PAGE_EVENTS = 100

COMMAND = "command"
"""Whoever gave a command, as documents of users and erasures name them."""
COMMAND_LINE = "command line"
"""Stands for whoever gave a command on the machine itself."""


class AuditEvent(StrEnum):
    """Audit events besides the actions on a submission, which go by their own names."""

    ENTERED = "entered"
    """A deal that came in without the form."""
    EXTENDED = "extended"
    """An approval is valid for longer."""
    EXPORTED = "exported"
    """A list was downloaded; `about` is the query of its address, `count` how many there were."""
    ERASED = "erased"
    """A person's data; `count` is how many documents held it. Whose is not kept."""
    HANDED_OUT = "handed_out"
    """A person's data, to them."""
    LET_IN = "let_in"
    """`about` is the address, `role` the role."""
    ROLE_CHANGED = "role_changed"
    SHUT_OUT = "shut_out"
    SENT_AGAIN = "sent_again"
    """Mails; `count` is how many."""
    SETTLED = "settled"
    """A mail that could not be delivered: its reader was reached in another way."""
    CAME_BACK = "came_back"
    """A mail that was sent came back."""
    ACCOUNTS_IMPORTED = "accounts_imported"
    """The vendor's own customers; `count` is how many there are on the list."""
    LINK_RENEWED = "link_renewed"
    """The status link of the submission `about`; the old one works no more."""
    BELIEVED_CLOCK = "believed_clock"
    """The clock that was doubted is right."""


@dataclass(frozen=True)
class AuditPage:
    """A page of the audit log, the newest first."""

    events: tuple[Document, ...]
    total: int
    page: int
    pages: int


class AuditLog:
    """Audit log: records events and lists them."""

    def __init__(self, store: Store, clock: Clock, program: Callable[[], Program]) -> None:
        self._store = store
        self._clock = clock
        self._program = program

    def record(self, who: str, what: AuditEvent, **facts: Any) -> None:
        """Record an audit event. Raises StoreUnavailable."""
        record_event(self._store, who, what, self._clock(), **facts)

    def page(
        self, number: int, *, who: str = "", since: date | None = None, until: date | None = None
    ) -> AuditPage:
        """A page of events, of everybody or one person, of all time or a period; costs the same at any size.

        Audit events of signing in name a person by id: those of `who` are found by it.
        """
        spans = self._spans(who, since, until)
        total = self._store.counted(AUDIT_EVENTS, "done", spans)
        pages = max(1, -(-total // PAGE_EVENTS))
        number = min(max(1, number), pages)
        found = self._store.listed(
            AUDIT_EVENTS, "done", spans, skip=(number - 1) * PAGE_EVENTS, limit=PAGE_EVENTS, backwards=True
        )
        return AuditPage(tuple(found), total, number, pages)

    def every(
        self, *, who: str = "", since: date | None = None, until: date | None = None
    ) -> Iterator[Document]:
        """All events, the newest first."""
        return self._store.streamed(AUDIT_EVENTS, "done", self._spans(who, since, until), backwards=True)

    def staff(self) -> list[str]:
        """Addresses of everybody who is or was staff."""
        return sorted(person["email"] for person in self._store.find(PEOPLE, "kind", str(UserKind.STAFF)))

    def address_of(self, person: str) -> str | None:
        """Address of the user with this id; None once they are erased."""
        found = self._store.get(PEOPLE, person)
        return str(found["email"]) if found else None

    def _spans(self, who: str, since: date | None, until: date | None) -> Sequence[Any]:
        person = (
            self._store.find(PEOPLE, "address", address_key(UserKind.STAFF, who.casefold())) if who else []
        )
        whose = [who.casefold() or EVERYBODY, *(each["id"] for each in person)]
        first = stamp(self._midnight(since)) if since else ""
        last = stamp(self._midnight(until + timedelta(days=1))) if until and until < date.max else "~"
        return [((each, first), (each, last)) for each in whose]

    def _midnight(self, day: date) -> datetime:
        zone = ZoneInfo(self._program().deal_registration.time_zone)
        return datetime(day.year, day.month, day.day, tzinfo=zone)


@transactional
def record_event(store: Store, who: str, what: AuditEvent, at: datetime, **facts: Any) -> None:
    """Record an audit event of what changes nothing here: an export, a backup. Raises StoreUnavailable."""
    with store.batch() as batch:
        add_event(batch, who, what, at, **facts)


def add_event(batch: Batch, who: str, what: AuditEvent, at: datetime, **facts: Any) -> None:
    """Record an audit event in the batch in which it is done; `who` is an address or `COMMAND`."""
    batch.add(TABLE, audit_event(COMMAND_LINE if who == COMMAND else who, what.value, at, **facts))


def of_submission(batch: Batch, who: str, action: Action, reference: str, at: datetime) -> None:
    """Record what somebody at the desk did to a submission, in the batch in which it is done."""
    batch.add(TABLE, audit_event(who, _NAMES.get(action, action), at, about=reference))


_NAMES = {Action.SUBMIT: AuditEvent.ENTERED, Action.EXTEND: AuditEvent.EXTENDED}
"""Actions that are called otherwise here."""
