"""Decisions whose mail cannot be delivered become tasks: somebody has to reach the person otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from forms_service.decisions.companies import people
from forms_service.decisions.states import CLOSED, Kind
from forms_service.mail.owed import sender_of
from forms_service.mail.staff_letters import UNREACHED
from forms_service.moments import stamp
from forms_service.rounds import marks, readers
from forms_service.rounds.readers import Mailing
from forms_service.store.records import Document, Store
from partner_program.model import Program

BOUNCED = "the mail came back"


@dataclass(frozen=True)
class Task:
    """Reach the sender of this submission: by phone, or at another address."""

    record: Document
    mail: Document
    """The one that did not arrive: `template`, `to`, `problem`, `created_at`."""
    phone: str
    """Where the sender, or somebody known under that address, gave one; else empty."""


def tasks(store: Store) -> tuple[Task, ...]:
    """All that are open, the oldest first."""
    found = (task_of(store, mail) for mail in store.find("mails", "state", "dead"))
    return tuple(sorted((task for task in found if task), key=lambda task: str(task.mail["created_at"])))


def done(store: Store, mail_id: str, *, by: str, now: datetime) -> bool:
    """The person is reached: the task is done, and says by whom. False where there is no such task."""
    with store.batch() as batch:
        mail = batch.get("mails", mail_id)
        if mail is None or mail["state"] != "dead" or mail.get("reached"):
            return False
        batch.replace("mails", {**mail, "reached": {"at": stamp(now), "by": by}}, mail["version"])
        return True


def bounced(store: Store, mail_id: str) -> bool:
    """A mail that was sent came back, as somebody saw in a mailbox: from now on it was not delivered."""
    with store.batch() as batch:
        mail = batch.get("mails", mail_id)
        if mail is None or mail["state"] != "sent":
            return False
        batch.replace("mails", {**mail, "state": "dead", "problem": BOUNCED}, mail["version"])
        return True


def tell(store: Store, program: Program, now: datetime) -> int:
    """Owe a mail about each new task to whoever took the submission, or everybody; how many tasks."""
    told = 0
    for task in tasks(store):
        key = f"unreached/{task.mail['id']}"
        if marks.is_made(store, key):
            continue
        mailing = Mailing(UNREACHED, task.record["id"])
        with store.batch() as batch:
            if marks.make(batch, key, now):
                readers.add_mails(batch, mailing, readers.to_tell(batch, task.record), program, now)
                told += 1
    return told


def task_of(store: Store, mail: Document) -> Task | None:
    """The task that this mail is, if it is one. What was sent again, with success or not, is none."""
    record = store.get("records", mail["record"])
    if mail["state"] != "dead" or mail.get("reached") or record is None:
        return None
    if not _is_about_a_decision(mail, record):
        return None
    others = store.find("mails", "record", record["id"])
    if any(other.get("again") == mail["id"] for other in others):
        return None
    return Task(record, mail, _phone(store, mail["to"]))


def _is_about_a_decision(mail: Mapping[str, Any], record: Mapping[str, Any]) -> bool:
    """To the sender, and owed when it was decided or later."""
    if record["state"] not in CLOSED or not record.get("said"):
        return False
    if mail["to"].casefold() != sender_of(record).casefold():
        return False
    decided = record.get("decision")
    return bool(decided and (mail.get("about") or mail["created_at"]) >= decided["at"])


def _phone(store: Store, address: str) -> str:
    """What an application says about the phone of whoever has this address."""
    for record in reversed(store.find("records", "email", address.casefold())):
        for person in people(record["said"]) if record["kind"] == Kind.APPLICATION else ():
            if (person.get("email") or "").casefold() == address.casefold() and person.get("phone"):
                return str(person["phone"])
    return ""
