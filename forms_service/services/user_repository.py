"""User repository: add, change the role of, remove. Takes effect at once."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from forms_service.domain.auth import sign_in_links, users
from forms_service.domain.auth.errors import LastAdministrator, NobodyThere, UserExists
from forms_service.domain.auth.roles import ADMINISTRATOR, UserKind
from forms_service.domain.auth.users import address_key, is_active, normalised
from forms_service.domain.table_names import AUDIT_EVENTS, LINKS, MAILS, PEOPLE, SESSIONS
from forms_service.mail.event_mails import NO_RECORD, queued_mail
from forms_service.mail.for_staff import ACCESS
from forms_service.services.audit_log import AuditEvent, add_event
from forms_service.store.store import Batch, Document, Store, transactional
from partner_program.model import Language


class UserRepository:
    """Use cases of the user list. `by` is who decides: an address, `command` or `settings`."""

    def __init__(
        self,
        store: Store,
        *,
        clock: Callable[[], datetime],
        wake_outbox: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._wake_outbox = wake_outbox

    def get(self, id: str) -> Document | None:
        """User by id."""
        return self._store.get(PEOPLE, id)

    @transactional
    def read_summary_only(self, id: str, switched_on: bool) -> None:
        """Switch single reminders of a user off or on; unknown users are ignored."""
        with self._store.batch() as batch:
            person = batch.get(PEOPLE, id)
            if person is not None and reads_summary_only(person) != switched_on:
                batch.replace(PEOPLE, {**person, SUMMARY_ONLY: switched_on}, person["version"])

    def listed(self, kind: UserKind) -> list[Document]:
        """Active users of this kind, by address."""
        found = self._store.find(PEOPLE, "kind", str(kind))
        return sorted((person for person in found if is_active(person)), key=lambda person: person["email"])

    @transactional
    def add(
        self, kind: UserKind, address: str, role: str, *, by: str, tell_in: Language | None = None
    ) -> Document:
        """Add a user, also one who was removed before.

        With `tell_in` staff are told by mail, in this language unless they chose one.

        Raises:
            NotAnAddress, UnknownRole, AlreadyThere.
        """
        email = normalised(address)
        users.checked_role(kind, role)
        with self._store.batch() as batch:
            person = known(batch, kind, email)
            if person is not None and is_active(person):
                raise UserExists(email, person["role"])
            self._record(batch, kind, by, AuditEvent.LET_IN, about=email, role=role)
            added = activated(batch, person, kind, email, role, at=self._clock(), by=by)
            if tell_in and kind is UserKind.STAFF:
                lang, now = added["lang"] or tell_in, self._clock()
                facts = {"role": role}
                batch.add(MAILS, queued_mail(ACCESS, NO_RECORD, to=email, lang=lang, now=now, facts=facts))
        if tell_in:
            self._wake_outbox()
        return added

    @transactional
    def change_role(self, kind: UserKind, address: str, role: str, *, by: str) -> Document:
        """Change a user's role and end all their sessions.

        Raises:
            NotAnAddress, UnknownRole, NobodyThere, LastAdministrator.
        """
        users.checked_role(kind, role)
        with self._store.batch() as batch:
            person = _listed(batch, kind, normalised(address))
            if person["role"] == role:
                return person
            _keep_an_administrator(batch, person)
            end_sessions(batch, person["id"])
            changed = users.with_role(person, role, at=self._clock(), by=by)
            self._record(batch, kind, by, AuditEvent.ROLE_CHANGED, about=person["email"], role=role)
            return batch.replace(PEOPLE, changed, person["version"])

    @transactional
    def remove(self, kind: UserKind, address: str, *, by: str) -> Document:
        """Remove a user and end their sessions and links, in one write.

        Raises:
            NotAnAddress, NobodyThere, LastAdministrator.
        """
        with self._store.batch() as batch:
            person = _listed(batch, kind, normalised(address))
            _keep_an_administrator(batch, person)
            self._record(batch, kind, by, AuditEvent.SHUT_OUT, about=person["email"])
            return deactivated(batch, person, at=self._clock(), by=by)

    def _record(self, batch: Batch, kind: UserKind, by: str, what: AuditEvent, **facts: str) -> None:
        """The audit log is about staff; a partner's history tells of its people."""
        if kind is UserKind.STAFF:
            add_event(batch, by, what, self._clock(), **facts)


def known(source: Store | Batch, kind: UserKind, email: str) -> Document | None:
    """User with this normalised address, removed or not."""
    return next(iter(source.find(PEOPLE, "address", address_key(kind, email))), None)


def administrators(source: Store | Batch) -> list[Document]:
    """Active administrators."""
    staff = source.find(PEOPLE, "kind", str(UserKind.STAFF))
    return [person for person in staff if is_active(person) and person["role"] == ADMINISTRATOR]


def activated(
    batch: Batch, person: Document | None, kind: UserKind, email: str, role: str, *, at: datetime, by: str
) -> Document:
    """The user document for this address, new or restored from `person`."""
    if person is None:
        return batch.add(PEOPLE, users.new_person(kind, email, role, at=at, by=by))
    return batch.replace(PEOPLE, users.restored(person, role, at=at, by=by), person["version"])


def make_administrator(batch: Batch, email: str, *, at: datetime, by: str) -> Document:
    """Make the user with this normalised address an administrator, whoever they were before."""
    person = known(batch, UserKind.STAFF, email)
    if person is not None and is_active(person):
        changed = users.with_role(person, ADMINISTRATOR, at=at, by=by)
        return batch.replace(PEOPLE, changed, person["version"])
    return activated(batch, person, UserKind.STAFF, email, ADMINISTRATOR, at=at, by=by)


def deactivated(batch: Batch, person: Document, *, at: datetime, by: str) -> Document:
    """The user document, deactivated."""
    replace_links(batch, person["id"])
    end_sessions(batch, person["id"])
    return batch.replace(PEOPLE, users.removed(person, at=at, by=by), person["version"])


def replace_links(batch: Batch, person_id: str) -> None:
    """Invalidate every open link of this user."""
    for link in batch.find(LINKS, "person", person_id):
        if sign_in_links.is_open(link):
            batch.replace(LINKS, sign_in_links.replaced(link), link["version"])


def add_link(batch: Batch, link: Document) -> Document:
    """Store a new sign-in link; replaces those requested in the same browser.

    Those of other browsers stay good, so that nobody is locked out by what a stranger asks.
    """
    for older in batch.find(LINKS, "person", link["person"]):
        if sign_in_links.is_open(older) and older["browser"] == link["browser"]:
            batch.replace(LINKS, sign_in_links.replaced(older), older["version"])
    return batch.add(LINKS, link)


def end_sessions(batch: Batch, person_id: str, *, but: str | None = None) -> int:
    """End every session of this user, except the one with the id `but`; returns how many."""
    ended = [each["id"] for each in batch.find(SESSIONS, "person", person_id) if each["id"] != but]
    for session in ended:
        batch.remove(SESSIONS, session)
    return len(ended)


def remove_user(batch: Batch, person_id: str) -> None:
    """Delete a user with their sessions and sign-in events; open links work no more."""
    replace_links(batch, person_id)
    end_sessions(batch, person_id)
    for event in sign_ins_of(batch, person_id):
        batch.remove(AUDIT_EVENTS, event["id"])
    batch.remove(PEOPLE, person_id)


def sign_ins_of(source: Store | Batch, person_id: str) -> list[Document]:
    """Audit events of signing in that name this user, the oldest first."""
    return source.range(AUDIT_EVENTS, "done", (person_id.casefold(), ""), (person_id.casefold(), "~"))


def _listed(batch: Batch, kind: UserKind, email: str) -> Document:
    person = known(batch, kind, email)
    if person is None or not is_active(person):
        raise NobodyThere(email)
    return person


def _keep_an_administrator(batch: Batch, leaving: Document) -> None:
    if leaving["role"] == ADMINISTRATOR and len(administrators(batch)) == 1:
        raise LastAdministrator(leaving["email"])


SUMMARY_ONLY = "summary_only"
"""The key of a person's document that switches single reminders off."""


def reads_summary_only(person: Mapping[str, Any]) -> bool:
    """Whether the user switched single reminders off."""
    return bool(person.get(SUMMARY_ONLY))
