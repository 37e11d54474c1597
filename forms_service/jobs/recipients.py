"""Recipients: which staff get which mail: reminders, summaries, announcements."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from forms_service.domain.auth.roles import REVIEWER, UserKind
from forms_service.domain.auth.users import is_active, principal_of
from forms_service.domain.submissions.submission import Submission
from forms_service.domain.table_names import MAILS, PEOPLE
from forms_service.mail.event_mails import queued_mail
from forms_service.services.user_repository import administrators, reads_summary_only
from forms_service.store.store import Batch, Document, Store
from partner_program.model import Program


@dataclass(frozen=True)
class Mailing:
    """A mail of a job, before its recipients are known."""

    template: str
    about: str
    """A reference, or for what there is no record of, a name of its own."""
    facts: Mapping[str, Any] | None = None
    good_for: timedelta | None = None


def reviewers(store: Store | Batch) -> list[Document]:
    """All users who may decide."""
    staff = store.find(PEOPLE, "kind", str(UserKind.STAFF))
    return [person for person in staff if is_active(person) and principal_of(person).may(REVIEWER)]


def for_reminders(store: Store | Batch, record: Submission) -> list[Document] | None:
    """Recipients of a reminder: the owner, else all reviewers; None where nobody may decide at all.

    Without those who read the summary only.
    """
    everybody = reviewers(store)
    if not everybody:
        return None
    owners = [person for person in everybody if person["email"] == record.get("owner")]
    return [person for person in owners or everybody if not reads_summary_only(person)]


def for_tasks(store: Store | Batch, record: Submission) -> list[Document] | None:
    """The same for what has to be done by hand, whatever mails they like."""
    everybody = reviewers(store)
    return [person for person in everybody if person["email"] == record.get("owner")] or everybody or None


def for_administrators(store: Store | Batch) -> list[Document] | None:
    """All administrators; None where there is none."""
    return administrators(store) or None


def add_mails(
    batch: Batch, mailing: Mailing, people: Iterable[Document] | None, program: Program, now: datetime
) -> int:
    """Queue this mail for these users, each in their language; for the program's contact where users is None.

    Returns how many are owed.
    """
    default = program.languages[0]
    readers = (
        [(program.contact.email, default)]
        if people is None
        else [(person["email"], person["lang"] or default) for person in people]
    )
    for email, lang in readers:
        mail = queued_mail(
            mailing.template,
            mailing.about,
            to=email,
            lang=lang,
            now=now,
            good_for=mailing.good_for,
            facts=mailing.facts,
        )
        batch.add(MAILS, mail)
    return len(readers)
