"""Data export: everything stored about a person, as a file for them (GDPR art. 15 and 20)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from forms_service.domain.auth.users import normalised
from forms_service.domain.clock import stamp
from forms_service.domain.companies.web_domains import canonical_address
from forms_service.domain.privacy.redaction import (
    NAMES_NOBODY_OUTSIDE,
    DataSubject,
    addresses,
    is_sender,
    person_in,
    rows_of,
)
from forms_service.domain.submissions.sender_view import for_sender
from forms_service.domain.submissions.submission import Submission, parse
from forms_service.domain.submissions.workflow import OPEN, SubmissionKind
from forms_service.domain.table_names import (
    ACCOUNTS,
    AGREEMENTS,
    IDEMPOTENCY_KEYS,
    JOB_STATE,
    LINKS,
    MAILS,
    PEOPLE,
    RECORDS,
    REVENUE_YEARS,
    SCHEMA,
    SESSIONS,
)
from forms_service.services import tables
from forms_service.services.user_repository import sign_ins_of
from forms_service.store.store import Document, Store

_SUBMISSIONS = [((kind, ""), (kind, "~")) for kind in SubmissionKind]
NO_PEOPLE = frozenset(
    {
        *(RECORDS, MAILS, PEOPLE, LINKS, SESSIONS, ACCOUNTS, IDEMPOTENCY_KEYS, JOB_STATE, AGREEMENTS),
        *(REVENUE_YEARS, SCHEMA),
    }
)
"""Tables that are looked at in a way of their own, or name nobody that can be looked for."""


@dataclass(frozen=True)
class PersonalData:
    """Everything stored under one e-mail address."""

    sent: tuple[Submission, ...]
    """Submissions they sent."""
    named_in: tuple[Submission, ...]
    """Submissions by others that name them."""
    mails: tuple[Document, ...]
    """Mails to them."""
    people: tuple[Document, ...]
    """Who may sign in with this address: staff, or a partner's person."""
    others: tuple[tuple[str, Document], ...]
    """Other documents that name them, each with its table."""

    @property
    def undecided(self) -> tuple[Submission, ...]:
        """Their open submissions: once erased, nobody can be told how those end."""
        return tuple(record for record in self.sent if record["state"] in OPEN)

    def __bool__(self) -> bool:
        return bool(self.sent or self.named_in or self.mails or self.people or self.others)


def of(store: Store, address: str) -> PersonalData:
    """Search all documents for a person; cost grows with the data. Raises NotAnAddress."""
    email = normalised(address)
    sent: list[Submission] = []
    named_in: list[Submission] = []
    for record in submissions(store):
        person = person_in(record, email, NAMES_NOBODY_OUTSIDE)
        if person is not None:
            (sent if is_sender(record, person) else named_in).append(record)
    mails = [mail for mail in store.all(MAILS) if canonical_address(mail["to"]) == email]
    people = [person for person in store.all(PEOPLE) if canonical_address(person["email"]) == email]
    others = tuple((table, document) for table, document in elsewhere(store) if email in addresses(document))
    return PersonalData(tuple(sent), tuple(named_in), tuple(mails), tuple(people), others)


def submissions(store: Store) -> Iterator[Submission]:
    """Iterate over all submissions."""
    return map(parse, store.streamed(RECORDS, "received", _SUBMISSIONS))


def elsewhere(store: Store) -> Iterator[tuple[str, Document]]:
    """Iterate over the documents of all tables without a search of their own here."""
    for table in tables.TABLES:
        if table not in NO_PEOPLE:
            for document in store.all(table):
                yield table, document


def exported(store: Store, address: str, now: datetime) -> Document:
    """Build the export: their submissions as they may see them, and only their part of others' documents.

    What staff wrote for themselves comes where it names them. Raises NotAnAddress.
    """
    email = normalised(address)
    found = of(store, email)
    return {
        "address": email,
        "made_at": stamp(now),
        "sent": [{**for_sender(record), "notes": _notes(record, email)} for record in found.sent],
        "named_in": [_part(record, email) | {"notes": _notes(record, email)} for record in found.named_in],
        "mails": [
            {name: mail[name] for name in ("template", "record", "state", "created_at", "sent_at")}
            for mail in found.mails
        ],
        "sign_in": [
            {name: person[name] for name in ("kind", "role", "state", "lang", "signed_in_at", "history")}
            | {
                "events": [
                    {"at": each["at"], "what": each["what"]} for each in sign_ins_of(store, person["id"])
                ]
            }
            for person in found.people
        ],
        "elsewhere": [
            {"table": table, **_part(document, email), **_agreement(document, email)}
            for table, document in found.others
        ],
    }


def _events(store: Store, person: str) -> list[Document]:
    """When they signed in, and ended their other sessions."""
    return [{"at": event["at"], "what": event["what"]} for event in sign_ins_of(store, person)]


def _part(document: Mapping[str, Any], email: str) -> Document:
    """Of a document about somebody else: which it is, and what it says about them."""
    about = {name: document[name] for name in ("id", "kind", "received_at") if name in document}
    return about | {"said_about_you": rows_of(document, email)}


def _agreement(document: Document, email: str) -> Document:
    """Of a partner's record: when they concluded the agreement, and which file is kept of it."""
    agreed, person = document.get("agreement") or {}, person_in(document, email)
    if person is None or not any(person.is_in(agreed.get(who, "")) for who in ("for_partner", "for_vendor")):
        return {}
    return {"agreement": {"concluded_on": agreed["concluded_on"], "document": agreed["document"]}}


def _notes(record: Submission, email: str) -> list[Document]:
    person = person_in(record, email) or DataSubject(email)
    return [
        {"at": note["at"], "text": note["text"]}
        for note in record.get("notes", ())
        if person.is_in(note["text"])
    ]
