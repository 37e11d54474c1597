"""Event mails: the mails an event causes, as documents to queue in the batch that stores the event.

Pure: the record, the program and the time are arguments. What a mail says is decided when it is sent
(`compose`), from the record as it is then; a document here only says that it is owed, to whom, and about what
happened when. What the honeypot caught owes nothing: its address is a stranger's more often than not.
"""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from forms_service.domain.clock import stamp
from forms_service.domain.companies import company_identity
from forms_service.domain.submissions.sender_identity import sender_of
from forms_service.domain.submissions.submission import Submission
from forms_service.mail.priority import BY_TEMPLATE
from forms_service.store.store import Document
from partner_program.model import Program

LOST_LINK = "lost-link"
LINK_RENEWED = "link-renewed"
"""To the sender: the status link they have works no more, and here is the new one."""
NO_RECORD = ""
"""What a mail is about that is about no submission."""


def received(record: Submission, program: Program, now: datetime) -> tuple[Document, ...]:
    """Mails of a new submission: a confirmation to the sender, a notice to the vendor's contact."""
    kind = record["kind"]
    return (
        *to_the_sender(record, f"{kind}-received", now),
        *_to_the_vendor(record, f"{kind}-notice", program, now),
    )


def withdrawn(record: Submission, program: Program, now: datetime) -> tuple[Document, ...]:
    """Mails of a submission withdrawn by its sender, to both sides."""
    return (
        *to_the_sender(record, "withdrawn", now),
        *_to_the_vendor(record, "withdrawn-notice", program, now),
    )


def corrected(
    record: Submission, program: Program, now: datetime, *, before: Submission
) -> tuple[Document, ...]:
    """Mails of a correction: a notice, and the confirmation to the sender's address if that is new."""
    is_new = sender_of(record).casefold() != sender_of(before).casefold()
    confirmation = to_the_sender(record, f"{record['kind']}-received", now) if is_new else ()
    return (*confirmation, *_to_the_vendor(record, "corrected-notice", program, now))


def answered(record: Submission, program: Program, now: datetime) -> tuple[Document, ...]:
    """Mail of an answered question: a notice to the owner."""
    return _to_the_vendor(record, "answered-notice", program, now, to=record.get("owner"))


def message(record: Submission, program: Program, now: datetime) -> tuple[Document, ...]:
    """Mail of a message from the sender: a notice to the owner."""
    return _to_the_vendor(record, "message-notice", program, now, to=record.get("owner"))


def concluded(record: Submission, program: Program, now: datetime) -> tuple[Document, ...]:
    """Mail of a deal reported won or lost: a notice to its owner."""
    return _to_the_vendor(record, "result-notice", program, now, to=record.get("owner"))


def to_the_sender(record: Submission, template: str, now: datetime) -> tuple[Document, ...]:
    """Mail to the sender, in their language: `question`, `approved`, `reopened` and so on."""
    if record["trapped"]:
        return ()
    return (queued_mail(template, record["id"], to=sender_of(record), lang=record["lang"], now=now),)


def copy_of_confirmation(record: Submission, contact: str, lang: str, now: datetime) -> tuple[Document, ...]:
    """Mail to a partner's registered contact: somebody registered a deal in the partner's name."""
    if record["trapped"]:
        return ()
    return (queued_mail("deal-copy", record["id"], to=contact, lang=lang, now=now),)


def privacy_notices(record: Submission, now: datetime) -> tuple[Document, ...]:
    """Privacy notices to everybody named in an application but its sender: one for each address."""
    if record["trapped"]:
        return ()
    addresses = {address.casefold(): address for address in _others(record)}
    return tuple(
        queued_mail("privacy-notice", record["id"], to=address, lang=record["lang"], now=now)
        for address in addresses.values()
    )


def lost_link(address: str, lang: str, now: datetime) -> Document:
    """Mail to somebody who asks for their status links; their submissions are looked up when it is sent."""
    return queued_mail(LOST_LINK, NO_RECORD, to=address, lang=lang, now=now, good_for=timedelta(days=1))


def queued_mail(
    template: str,
    reference: str,
    *,
    to: str,
    lang: str,
    now: datetime,
    good_for: timedelta | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Document:
    """Document of a queued mail, for the table `mails`. After `good_for` it is dropped instead of sent.

    `facts` is what its template says besides the record: numbers and references, nothing about a person.
    """
    at = stamp(now)
    return {
        "id": secrets.token_hex(16),
        "record": reference,
        "template": template,
        "priority": BY_TEMPLATE[template].value,
        "to": to,
        "lang": lang,
        "state": "queued",
        "attempts": 0,
        "problem": None,
        "about": at,
        "created_at": at,
        "next_attempt_at": at,
        "expires_at": None if good_for is None else stamp(now + good_for),
        "sent_at": None,
        **({} if facts is None else {"facts": dict(facts)}),
    }


def queued_again(mail: Mapping[str, Any], to: str, by: str, now: datetime) -> Document:
    """Copy of a mail to queue again, about the same event; as a new one, which mail programs do not hide."""
    again = queued_mail(mail["template"], mail["record"], to=to, lang=mail["lang"], now=now)
    return {**again, "about": mail.get("about") or mail["created_at"], "again": mail["id"], "asked_by": by}


def _to_the_vendor(
    record: Submission, template: str, program: Program, now: datetime, to: str | None = None
) -> tuple[Document, ...]:
    if record["trapped"]:
        return ()
    address = to or program.contact.email
    return (queued_mail(template, record["id"], to=address, lang=program.languages[0], now=now),)


def _others(record: Submission) -> Iterable[str]:
    sender = sender_of(record).casefold()
    for person in company_identity.people(record["said"]):
        address = person.get("email") or ""
        if address and address.casefold() != sender:
            yield address


QUEUED = "queued"
"""The state of a mail that waits to be sent."""


def queue_of(priority: int) -> str:
    """Key of this priority's queue in the index `due`.

    Those that an earlier version owed have none, and stand in the list QUEUED.
    """
    return f"{QUEUED}/{priority}"
