"""The desk: what staff see of submissions and do with them. Looks change nothing; a change is one batch.

One door to the use cases in the modules beside this one, for the pages that show them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from forms_service.domain.auth.roles import Principal, may_decide
from forms_service.domain.clock import Clock, stamp
from forms_service.domain.references import References, StatusTokens
from forms_service.domain.reports import key_figures, totals
from forms_service.domain.reports.key_figures import Figures
from forms_service.domain.reports.totals import Slice
from forms_service.domain.submissions.actions import Actor
from forms_service.domain.submissions.conflicts import FoundConflict
from forms_service.domain.submissions.deadline import calendar_of
from forms_service.domain.submissions.outcomes import (
    ChangedMeanwhile,
    Done,
    Outcome,
    Refusal,
    Refused,
    SubmissionMissing,
)
from forms_service.domain.submissions.workflow import Action, Role, State
from forms_service.services import conflict_lookup
from forms_service.services.mail_followup import Resending
from forms_service.services.staff_decisions import StaffDecisions, owners
from forms_service.services.statistics import Statistics
from forms_service.services.submission_detail import SubmissionDetail, SubmissionDetails
from forms_service.services.submission_queue import (
    NOBODY,
    QueueFilter,
    QueuePage,
    QueueRow,
    RowWarning,
    Sort,
    SubmissionQueue,
)
from forms_service.services.submissions import Submissions
from forms_service.store.store import Document, Store
from partner_program.model import Language, Program

__all__ = [
    "NOBODY",
    "ChangedMeanwhile",
    "Desk",
    "Done",
    "FoundConflict",
    "Outcome",
    "QueueFilter",
    "QueuePage",
    "QueueRow",
    "RowWarning",
    "Sort",
    "SubmissionDetail",
    "SubmissionMissing",
    "may_decide",
]


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
        counting: Statistics | None = None,
    ) -> None:
        """`mail_is_owed` is called after a batch that owes mail is durable. `counting` keeps the sums for
        figures."""
        self._store = store
        self._program = program
        self._clock = clock
        self._counting = counting or Statistics(store, program)
        self._queue = SubmissionQueue(store, clock, program)
        self._dossiers = SubmissionDetails(store, clock, program)
        self._acting = StaffDecisions(store, clock, program, mail_is_owed=mail_is_owed)
        self._remailing = Resending(store, clock, program, mail_is_owed=mail_is_owed)
        self._submissions = Submissions(
            store, tokens, clock, references=references, mail_is_owed=mail_is_owed
        )

    def queue(self, view: QueueFilter) -> QueuePage:
        """A page of the list. Costs the same however many submissions there are."""
        return self._queue.page(view)

    def records(self, view: QueueFilter) -> Iterator[Document]:
        """Every submission of the view (its page does not matter), in its order: for exports."""
        return self._queue.records(view)

    def company_names(self) -> Callable[[Mapping[str, Any]], str]:
        """What names the company that a submission is from, for a list of any length."""
        return conflict_lookup.company_names(self._store)

    def found_in_any_state(self, view: QueueFilter) -> int:
        """How many a search finds, whatever became of them; of very many, how many among those looked at."""
        found = self._queue.searched(replace(view, states=frozenset(State)))
        return len(found[0]) if found else 0

    def prepare(self, pause: Callable[[], None]) -> None:
        """Do now what the first look at figures would wait for; `pause` is called while others may wait."""
        self._counting.prepare(pause)

    def figures(self, view: QueueFilter) -> tuple[Figures, bool]:
        """The figures of a view, and whether it searches for something that more have than were looked at."""
        now, rule = self._clock(), self._program().deal_registration
        found = None if view.trapped else self._queue.searched(view)
        if found is None:
            counted = {} if view.trapped else self._counting.of(_slice(view, now))
        else:
            counted = self._counting.of_these([record["id"] for record in found[0]])
        return key_figures.figures(counted, now, calendar_of(rule)), bool(found and found[1])

    def owners(self) -> tuple[str, ...]:
        """Addresses of those who may be handed a submission: active staff who may decide."""
        return owners(self._store)

    def record(self, reference: str) -> Document:
        """The bare submission. Raises SubmissionMissing."""
        return self._dossiers.record(reference)

    def submission(
        self, reference: str, principal: Principal, conflicts: Sequence[FoundConflict] | None = None
    ) -> SubmissionDetail:
        """`conflicts` are those just found (`Refused.conflicts`). Raises SubmissionMissing."""
        return self._dossiers.of(reference, principal, conflicts)

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

        `details` are those of `actions.apply`, as typed. A note can always be written. A reader may
        do nothing; what the honeypot caught can only be noted on.

        Raises:
            SubmissionMissing, StoreUnavailable.
        """
        return self._acting.act(reference, action, principal, seen=seen, details=details or {})

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

        `said` is what a valid form says; `language` that of the sender, whose confirmation goes out as for a
        form.

        Raises:
            StoreUnavailable.
        """
        if not may_decide(principal):
            return Refused(Refusal.NOT_YOURS)
        if not how.strip():
            return Refused(Refusal.MISSING, "how")
        return self._submissions.enter(
            said,
            Actor(Role.STAFF, principal.email),
            received_at=received_at,
            how=how,
            program=self._program(),
            language=language,
        )

    def mails_of_period(self, since: date, until: date, *, failed_only: bool = True) -> tuple[Document, ...]:
        """Mails of these days that `resend` would send again: a look, nothing is changed.

        With `failed_only` those that were given up, else also those that went out.

        Raises:
            TooManyMails: so many went out that the days have to be fewer.
        """
        return self._remailing.of_period(since, until, failed_only=failed_only)

    def resend(self, mails: Sequence[str], principal: Principal) -> tuple[Document, ...]:
        """Owe these mails (ids) once more; those that are queued, gone, or of no use any more are left out.

        Returns the new documents.
        """
        return self._remailing.resend(mails, principal)

    def undelivered(self, at_most: int | None = None) -> tuple[Document, ...]:
        """Mails that were given up and not sent again nor settled, the oldest first: tasks for people."""
        return self._remailing.undelivered(at_most)

    def settle(self, mail: str, principal: Principal) -> bool:
        """Somebody was reached in another way than by this undelivered mail; whether it was one."""
        return self._remailing.settle(mail, principal)

    def came_back(self, mail: str, principal: Principal) -> bool:
        """A mail that was sent came back, as somebody saw in a mailbox: from now on it was not delivered.

        Whether it was one that was sent.
        """
        return self._remailing.came_back(mail, principal)


def _slice(view: QueueFilter, now: datetime) -> Slice:
    """The same submissions as those of a view without words."""
    return Slice(
        kind=view.kind,
        states=view.states,
        tier=view.tier or None,
        owner=totals.NOBODY if view.owner == NOBODY else view.owner or None,
        first=view.since,
        last=view.until,
        due_before=stamp(now) if view.overdue else None,
    )
