"""What staff do to a submission: one batch with its new state, its history and the mails it owes."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from forms_service.domain.auth.users import REVIEWER, Principal, UserKind, is_active, may_decide, principal_of
from forms_service.domain.clock import Clock, stamp
from forms_service.domain.submissions import approval, deadline, protection
from forms_service.domain.submissions.actions import Actor, apply
from forms_service.domain.submissions.deadline import calendar_of
from forms_service.domain.submissions.history import as_of
from forms_service.domain.submissions.outcomes import (
    ChangedMeanwhile,
    Done,
    Outcome,
    Refusal,
    Refused,
    SubmissionMissing,
)
from forms_service.domain.submissions.repeated_actions import is_repeated
from forms_service.domain.submissions.workflow import Action, Role
from forms_service.mail import queue
from forms_service.services import conflict_lookup, last_choice
from forms_service.store.errors import StaleVersion
from forms_service.store.store import Batch, Document, ReadStore, Store
from partner_program.model import Program

BENEFITS = ("discount", "commission")
"""What an approval grants."""

Also = Callable[[Batch, Document, datetime], None]
"""Something else that an action brings about: it gets the submission as it is afterwards, and adds to the
batch."""

_TELLS_THE_SENDER = {
    Action.ASK: "question",
    Action.APPROVE: "approved",
    Action.PRE_ACCEPT: "pre-accepted",
    Action.REJECT: "rejected",
    Action.REOPEN: "reopened",
}
"""The mail that goes with an action."""


class StaffDecisions:
    """The changes that staff make."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        program: Callable[[], Program],
        *,
        mail_is_owed: Callable[[], None],
        also: Mapping[Action, Sequence[Also]],
    ) -> None:
        """`also` is what else an action brings about, in the same batch."""
        self._store = store
        self._clock = clock
        self._program = program
        self._mail_is_owed = mail_is_owed
        self._also = also

    def act(
        self,
        reference: str,
        action: Action,
        principal: Principal,
        *,
        seen: int,
        details: Mapping[str, Any],
    ) -> Outcome:
        """See `Desk.act`."""
        if not may_decide(principal):
            return Refused(Refusal.NOT_YOURS)
        with self._store.batch() as batch:
            record = batch.get("records", reference)
            if record is None:
                raise SubmissionMissing(reference)
            now, actor = self._clock(), Actor(Role.STAFF, principal.email)
            if is_repeated(record, seen, action, actor, now, details):
                return Done(as_of(record, seen + 1))
            if action is not Action.NOTE and seen != len(record["history"]):
                return ChangedMeanwhile(as_of(record, seen), record)
            after = self._applied(batch, record, action, principal, now, details)
            if isinstance(after, Refused):
                return after
            if action is Action.PRE_ACCEPT:
                self._inform(batch, after, now)
            if until := protection.fixed(after, self._program().deal_registration):
                after["protection"] = until
            after = batch.replace("records", after, record["version"])
            if action is Action.REJECT:
                last_choice.note_rejection(batch, after, self._has_ended)
            if template := _TELLS_THE_SENDER.get(action):
                for mail in queue.to_the_sender(after, template, now):
                    batch.add("mails", mail)
            for also in self._also.get(action, ()):
                also(batch, after, now)
        self._mail_is_owed()
        return Done(after)

    def _applied(
        self,
        batch: Batch,
        record: Document,
        action: Action,
        principal: Principal,
        now: datetime,
        details: Mapping[str, Any],
    ) -> Document | Refused:
        """The record afterwards, with the deadline that follows. Whether it is possible comes first."""
        if record["trapped"] and action is not Action.NOTE:
            return Refused(Refusal.NOT_NOW)
        actor = Actor(Role.STAFF, principal.email)
        after = apply(record, action, actor, now, details)
        if isinstance(after, Refused):
            return after
        given = self._needed(batch, record, action, details)
        if isinstance(given, Refused):
            return given
        after = apply(record, action, actor, now, given)
        if isinstance(after, Refused):
            return after
        rule = self._program().deal_registration
        return deadline.follow(after, action, now, rule, calendar_of(rule))

    def _needed(
        self, batch: Batch, record: Document, action: Action, details: Mapping[str, Any]
    ) -> Mapping[str, Any] | Refused:
        """The details, if what they name exists and nothing stands against it; see `apply` for the rest."""
        match action:
            case Action.HAND_OVER if details.get("to") and details["to"] not in owners(batch):
                return Refused(Refusal.NOT_A_CHOICE, "to")
            case Action.REJECT:
                return self._rejection(batch, record, details)
            case Action.APPROVE:
                return self._approval(batch, record, details)
        return details

    def _rejection(
        self, batch: Batch, record: Document, details: Mapping[str, Any]
    ) -> Mapping[str, Any] | Refused:
        reasons = {reason.id for reason in self._program().deal_registration.reject_reasons}
        if details.get("reason") and details["reason"] not in reasons:
            return Refused(Refusal.NOT_A_CHOICE, "reason")
        if named := str(details.get("duplicate_of") or "").strip():
            other = batch.get("records", named)
            if other is None or not conflict_lookup.is_own_other(record, other):
                return Refused(Refusal.NOT_THEIR_OWN, "duplicate_of")
        return details

    def _approval(
        self, batch: Batch, record: Document, details: Mapping[str, Any]
    ) -> Mapping[str, Any] | Refused:
        """A reason for a conflict is asked for where there is one, and kept only there."""
        if details.get("benefit") and details["benefit"] not in BENEFITS:
            return Refused(Refusal.NOT_A_CHOICE, "benefit")
        found = conflict_lookup.conflicts_of(batch, record, self._has_ended)
        conflicts = [each.conflict for each in found]
        approved = conflict_lookup.approved_before(found, str(details.get("product") or ""))
        if approval.objection(conflicts, approved, None) is None:
            return {name: value for name, value in details.items() if name != "despite_conflict"}
        return approval.objection(conflicts, approved, details.get("despite_conflict")) or details

    def _has_ended(self, other: Mapping[str, Any]) -> bool:
        return protection.has_ended(other, self._program().deal_registration, self._clock())

    def _inform(self, batch: Batch, record: Document, now: datetime) -> None:
        """People named by others are told once, however often it is decided."""
        if "informed_at" not in record:
            record["informed_at"] = stamp(now)
            for mail in queue.privacy_notices(record, now):
                batch.add("mails", mail)


def owners(reads: ReadStore) -> tuple[str, ...]:
    """Addresses of active staff who may decide."""
    people = reads.find("people", "kind", str(UserKind.STAFF))
    return tuple(
        sorted(
            person["email"] for person in people if is_active(person) and principal_of(person).may(REVIEWER)
        )
    )


def extend(
    store: Store, reference: str, until: date, *, by: str, seen: int, program: Program, now: datetime
) -> Document | Refused | None:
    """Let an approval be valid until this day, that one included; `by` whom stands in its history.

    Returns the record; why not; or None where there is no such submission.

    Raises:
        ValueError: the program names no protection, or the day is not later than the one it has.
        StaleVersion: another version is stored than the one that was `seen`.
        StoreUnavailable: nothing was changed.
    """
    rule = program.deal_registration
    with store.batch() as batch:
        record = batch.get("records", reference)
        if record is None:
            return None
        if record["version"] != seen:
            raise StaleVersion("records", record, seen)
        details = {"until": until.isoformat()}
        extended = apply(record, Action.EXTEND, Actor(Role.SYSTEM, by), now, details)
        if isinstance(extended, Refused):
            return extended
        last_day = protection.last_day(record, rule)
        if last_day is None or until <= last_day:
            raise ValueError(f"valid until {last_day}: {until} is not later")
        return batch.replace("records", extended, record["version"])
