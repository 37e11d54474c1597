"""Which mails an event owes, as documents for the batch that stores the event itself.

Pure: the record, the program and the time are arguments. What a mail says is decided when it is sent
(`compose`), from the record as it is then; a document here only says that it is owed, and to whom.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from forms_service.moments import stamp
from partner_program.model import Program

Document = dict[str, Any]


def received(record: Mapping[str, Any], program: Program, now: datetime) -> tuple[Document, ...]:
    """For a form just received: a confirmation to the sender, a notice to the vendor's contact.

    A form caught by the honeypot owes nothing: its address is a stranger's more often than not.
    """
    if record["trapped"]:
        return ()
    kind = record["kind"]
    return (
        owed(f"{kind}-received", record["id"], to=sender_of(record), lang=record["lang"], now=now),
        owed(f"{kind}-notice", record["id"], to=program.contact.email, lang=program.languages[0], now=now),
    )


def withdrawn(record: Mapping[str, Any], program: Program, now: datetime) -> tuple[Document, ...]:
    """For a record just withdrawn by its sender: both sides read that it is."""
    if record["trapped"]:
        return ()
    return (
        owed("withdrawn", record["id"], to=sender_of(record), lang=record["lang"], now=now),
        owed("withdrawn-notice", record["id"], to=program.contact.email, lang=program.languages[0], now=now),
    )


def owed(
    template: str, reference: str, *, to: str, lang: str, now: datetime, good_for: timedelta | None = None
) -> Document:
    """One mail, to be added to the table `mails`. After `good_for` it is dropped instead of sent."""
    return {
        "id": secrets.token_hex(16),
        "record": reference,
        "template": template,
        "to": to,
        "lang": lang,
        "state": "queued",
        "attempts": 0,
        "problem": None,
        "created_at": stamp(now),
        "next_attempt_at": stamp(now),
        "expires_at": None if good_for is None else stamp(now + good_for),
        "sent_at": None,
    }


def sender_of(record: Mapping[str, Any]) -> str:
    """The address a record's sender gave, exactly as the form cleaned it; nobody has verified it."""
    said = record["said"]
    address: str = said["partner_email"] if record["kind"] == "deal" else said["contacts"][0]["email"]
    return address
