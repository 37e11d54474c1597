"""Staff decisions: actions of staff on a submission. What each brings about: `submission_effects`."""

from collections.abc import Callable
from datetime import date
from types import MappingProxyType

from forms_service.domain.auth.roles import Principal, may_decide
from forms_service.domain.clock import Clock
from forms_service.domain.submissions.action_results import (
    ChangedMeanwhile,
    Done,
    Outcome,
    Refusal,
    Refused,
    SubmissionMissing,
)
from forms_service.domain.submissions.actions import Actor
from forms_service.domain.submissions.history import as_of
from forms_service.domain.submissions.repeated_actions import is_repeated
from forms_service.domain.submissions.submission import Submission, parse
from forms_service.domain.submissions.workflow import Action, Role
from forms_service.domain.table_names import RECORDS
from forms_service.services.mail_digests import Digests
from forms_service.services.submission_effects import Details, OpenAction, owners
from forms_service.store.errors import StaleVersion
from forms_service.store.store import Batch, Store, transactional
from partner_program.model import Program

WHILE_CAUGHT = frozenset({Action.NOTE, Action.RELEASE})
"""What can be done with what the honeypot caught."""


class StaffDecisions:
    """Use cases of staff decisions."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        program: Callable[[], Program],
        *,
        wake_outbox: Callable[[], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._program = program
        self._wake_outbox = wake_outbox
        self._digests = Digests(limited=False)

    @transactional
    def extend(
        self, reference: str, until: date, principal: Principal, *, seen: int
    ) -> Submission | Refused | None:
        """Let an approval be valid until this day, that one included; its history names whose doing it was.

        Returns the record; why not; or None where there is no such submission.

        Raises:
            ValueError: the program names no protection, or the day is not later than the one it has.
            StaleVersion: another version is stored than the one that was `seen`.
            StoreUnavailable: nothing was changed.
        """
        with self._store.batch() as batch:
            record = parse(batch.get(RECORDS, reference))
            if record is None:
                return None
            if record["version"] != seen:
                raise StaleVersion(RECORDS, record, seen)
            actor = Actor(Role.SYSTEM, principal.email)
            act = self._open(batch, record, Action.EXTEND, actor, {"until": until.isoformat()})
            if refused := act.carry_out():
                return refused
        return act.record

    def owners(self) -> tuple[str, ...]:
        """Addresses of those who may be handed a submission: active staff who may decide."""
        return owners(self._store)

    @transactional
    def act(
        self,
        reference: str,
        action: Action,
        principal: Principal,
        *,
        seen: int,
        details: Details = MappingProxyType({}),
    ) -> Outcome:
        """Do it, unless the submission is another one by now than `seen` showed.

        `details` are those of `actions.apply`, as typed. A note can always be written. A reader may
        do nothing; what the honeypot caught can only be noted on, or released.

        Raises:
            SubmissionMissing, StoreUnavailable.
        """
        if not may_decide(principal):
            return Refused(Refusal.NOT_YOURS)
        with self._store.batch() as batch:
            record = parse(batch.get(RECORDS, reference))
            if record is None:
                raise SubmissionMissing(reference)
            now, actor = self._clock(), Actor(Role.STAFF, principal.email)
            if is_repeated(record, seen, action, actor, now, details):
                return Done(as_of(record, seen + 1))
            if action is not Action.NOTE and seen != len(record["history"]):
                return ChangedMeanwhile(as_of(record, seen), record)
            if record["trapped"] and action not in WHILE_CAUGHT:
                return Refused(Refusal.NOT_NOW)
            act = self._open(batch, record, action, actor, details)
            if refused := act.carry_out():
                return refused
        self._wake_outbox()
        return Done(act.record)

    def _open(
        self, batch: Batch, record: Submission, action: Action, actor: Actor, details: Details
    ) -> OpenAction:
        now = self._clock()
        return OpenAction(
            batch, record, action, actor, details, self._program(), now, self._digests.one_use()
        )
