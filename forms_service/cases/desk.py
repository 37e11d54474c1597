"""The desk: what staff see of submissions and do with them. Looks change nothing; a change is one batch."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from forms_service.access.people import Principal
from forms_service.cases.outcomes import Outcome
from forms_service.cases.views import QueuePage, View
from forms_service.clock import Clock
from forms_service.decisions.conflicts import Conflict
from forms_service.decisions.deadline import Course
from forms_service.decisions.identity import IdentityWarning
from forms_service.decisions.states import Action
from forms_service.references import References, StatusTokens
from forms_service.store.records import Document, Store
from partner_program.eligibility import TierAnswer
from partner_program.model import Language, Program


@dataclass(frozen=True)
class FoundConflict:
    """A conflict and what it is with."""

    conflict: Conflict
    other: Document
    """The other registration, or the account."""


@dataclass(frozen=True)
class Submission:
    """One submission as the desk shows it, to one person."""

    record: Document
    seen: int
    """To be sent back with every action: what the page showed."""
    actions: tuple[Action, ...]
    """What this person may do now."""
    course: Course | None
    """How its deadline came about; None where the program promises no time."""
    remaining: int | None
    """Business days left; as `Row.remaining`."""
    on_time: bool | None
    """Whether what was decided was decided in time; None where nothing is, or no time is promised."""
    tiers: tuple[TierAnswer, ...] = ()
    """Of an application: what the program asks, beside what was said; the chosen tier first."""
    conflicts: tuple[FoundConflict, ...] = ()
    approved_before: tuple[str, ...] = ()
    """References of approvals of the same customer and product."""
    warnings: tuple[IdentityWarning, ...] = ()
    own: tuple[Document, ...] = ()
    """Other registrations of the same sender: what a rejection as a duplicate may name."""
    mails: tuple[Document, ...] = ()
    """Every mail about it, the oldest first, with its `state`, `problem`, `sent_at`."""


class Desk:
    """The use cases of staff."""

    def __init__(
        self,
        store: Store,
        tokens: StatusTokens,
        clock: Clock,
        program: Callable[[], Program],
        *,
        references: References | None = None,
        mail_is_owed: Callable[[], None] = lambda: None,
    ) -> None:
        """`mail_is_owed` is called after a batch that owes mail is durable."""

    def queue(self, view: View) -> QueuePage:
        """A page of the list. Costs the same however many submissions there are."""
        raise NotImplementedError

    def records(self, view: View) -> Iterator[Document]:
        """Every submission of the view (its page does not matter), in its order: for exports and figures."""
        raise NotImplementedError

    def owners(self) -> tuple[str, ...]:
        """Addresses of those who may be handed a submission: active staff who may decide."""
        raise NotImplementedError

    def submission(self, reference: str, principal: Principal) -> Submission:
        """Raises SubmissionMissing."""
        raise NotImplementedError

    def act(
        self,
        reference: str,
        action: Action,
        principal: Principal,
        *,
        seen: int,
        details: Mapping[str, Any] | None = None,
    ) -> Outcome:
        """Do it, unless the submission is another one by now than `seen` showed.

        `details` are those of `decisions.changes.apply`, as typed. A note can always be written.

        Raises:
            SubmissionMissing, StoreUnavailable.
        """
        raise NotImplementedError

    def enter(
        self,
        said: Mapping[str, Any],
        principal: Principal,
        *,
        received_at: datetime,
        how: str,
        language: Language,
    ) -> Outcome:
        """A deal that came by phone or mail (`how`), with the time at which it was registered.

        `said` is what a valid form says. `received_at` must not lie in the future.
        """
        raise NotImplementedError

    def mails_of_period(self, since: date, until: date, *, failed_only: bool = True) -> tuple[Document, ...]:
        """What `resend` of a period would send again: a look, nothing is changed."""
        raise NotImplementedError

    def resend(self, mails: Sequence[str], principal: Principal) -> tuple[Document, ...]:
        """Owe these mails (ids) once more; those that are still queued, or gone, are left out.

        Returns the new documents.
        """
        raise NotImplementedError

    def undelivered(self) -> tuple[Document, ...]:
        """Mails that were given up and not sent again, the oldest first: tasks for people."""
        raise NotImplementedError
