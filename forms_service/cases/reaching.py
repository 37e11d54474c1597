"""Decisions whose mail did not arrive: somebody has to reach the person otherwise. A mail is such a task."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forms_service.decisions.companies import people
from forms_service.decisions.states import CLOSED, Kind
from forms_service.mail.owed import sender_of
from forms_service.store.records import Document, Reads


@dataclass(frozen=True)
class Task:
    """Reach the sender of this submission: by phone, or at another address."""

    record: Document
    mail: Document
    """The one that did not arrive: `template`, `to`, `problem`, `created_at`."""
    phone: str
    """Where the sender, or somebody known under that address, gave one; else empty."""


def tasks(reads: Reads) -> tuple[Task, ...]:
    """All that are open, the oldest first."""
    found = (task_of(reads, mail) for mail in reads.find("mails", "state", "dead"))
    return tuple(sorted((task for task in found if task), key=lambda task: str(task.mail["created_at"])))


def task_of(reads: Reads, mail: Document) -> Task | None:
    """The task that this mail is, if it is one: not what was sent again, nor what is settled."""
    record = reads.get("records", mail["record"]) if mail["state"] == "dead" else None
    if record is None or not _is_about_a_decision(mail, record):
        return None
    others = reads.find("mails", "record", record["id"])
    if any(other.get("again") == mail["id"] for other in others):
        return None
    return Task(record, mail, _phone(reads, mail["to"]))


def _is_about_a_decision(mail: Mapping[str, Any], record: Mapping[str, Any]) -> bool:
    """To the sender, and owed when it was decided or later."""
    if record["state"] not in CLOSED or not record.get("said"):
        return False
    if mail["to"].casefold() != sender_of(record).casefold():
        return False
    decided = record.get("decision")
    return bool(decided and (mail.get("about") or mail["created_at"]) >= decided["at"])


def _phone(reads: Reads, address: str) -> str:
    """What an application says about the phone of whoever has this address."""
    for record in reversed(reads.find("records", "email", address.casefold())):
        for person in people(record["said"]) if record["kind"] == Kind.APPLICATION else ():
            if (person.get("email") or "").casefold() == address.casefold() and person.get("phone"):
                return str(person["phone"])
    return ""
