"""Staff decisions: actions of staff on a submission; one batch with state, history, mails."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from types import MappingProxyType
from typing import Any

from forms_service.domain.auth.roles import REVIEWER, Principal, UserKind, may_decide
from forms_service.domain.auth.users import is_active, principal_of
from forms_service.domain.clock import Clock, stamp
from forms_service.domain.submissions import approval, deadline, protection
from forms_service.domain.submissions.action_results import (
    ChangedMeanwhile,
    Done,
    Outcome,
    Refusal,
    Refused,
    SubmissionMissing,
)
from forms_service.domain.submissions.actions import Actor, apply
from forms_service.domain.submissions.conflicts import FoundConflict
from forms_service.domain.submissions.history import as_of
from forms_service.domain.submissions.repeated_actions import is_repeated
from forms_service.domain.submissions.submission import Submission, parse
from forms_service.domain.submissions.workflow import Action, Role
from forms_service.domain.table_names import MAILS, PEOPLE, RECORDS
from forms_service.mail import event_mails
from forms_service.services import audit_log, conflict_lookup, last_choice, partners, reinstatement
from forms_service.store.errors import StaleVersion
from forms_service.store.store import Batch, ReadStore, Store
from partner_program.business_days import BusinessCalendar
from partner_program.model import Program

BENEFITS = ("discount", "commission")
"""What an approval grants."""

Details = Mapping[str, Any]


@dataclass
class StaffAction:
    """One action of staff on a submission, while its batch is open."""

    batch: Batch
    record: Submission
    """As it is when the effect is asked: before the action, then after it."""
    details: Details
    program: Program
    now: datetime

    @cached_property
    def conflicts(self) -> tuple[FoundConflict, ...]:
        """Who else has the customer: looked up once, and only where an effect asks."""
        return conflict_lookup.conflicts_of(self.batch, self.record, self._has_ended)

    def _has_ended(self, other: Submission) -> bool:
        return protection.has_ended(other, self.program.deal_registration, self.now)


@dataclass(frozen=True)
class Effects:
    """What an action brings about, in one batch with the new state and its entry in the history."""

    check: Callable[[StaffAction], Details | Refused] = lambda act: act.details
    """Whether what the details name exists and nothing stands against it: the details to keep, or why not."""
    fields: tuple[Callable[[StaffAction], None], ...] = ()
    """What else the record holds from then on."""
    mail: str = ""
    """The template of the mail to the sender."""
    then: tuple[Callable[[StaffAction], None], ...] = ()
    """What follows for other documents."""


class StaffDecisions:
    """Use cases of staff decisions."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        program: Callable[[], Program],
        *,
        mail_is_owed: Callable[[], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._program = program
        self._mail_is_owed = mail_is_owed

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
        rule = self._program().deal_registration
        with self._store.batch() as batch:
            record = parse(batch.get(RECORDS, reference))
            if record is None:
                return None
            if record["version"] != seen:
                raise StaleVersion(RECORDS, record, seen)
            details = {"until": until.isoformat()}
            extended = apply(
                record, Action.EXTEND, Actor(Role.SYSTEM, principal.email), self._clock(), details
            )
            if isinstance(extended, Refused):
                return extended
            last_day = protection.last_day(record, rule)
            if last_day is None or until <= last_day:
                raise ValueError(f"valid until {last_day}: {until} is not later")
            return parse(batch.replace(RECORDS, extended, record["version"]))

    def owners(self) -> tuple[str, ...]:
        """Addresses of those who may be handed a submission: active staff who may decide."""
        return owners(self._store)

    def act(
        self,
        reference: str,
        action: Action,
        principal: Principal,
        *,
        seen: int,
        details: Mapping[str, Any] = MappingProxyType({}),
    ) -> Outcome:
        """Do it, unless the submission is another one by now than `seen` showed.

        `details` are those of `actions.apply`, as typed. A note can always be written. A reader may
        do nothing; what the honeypot caught can only be noted on.

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
            act = StaffAction(batch, record, details, self._program(), now)
            refused = _apply(act, action, actor)
            if refused:
                return refused
            _bring_about(act, EFFECTS[action])
        self._mail_is_owed()
        return Done(act.record)


def _apply(act: StaffAction, action: Action, actor: Actor) -> Refused | None:
    """The record after the action, with the deadline that follows. Whether it is possible comes first."""
    if act.record["trapped"] and action is not Action.NOTE:
        return Refused(Refusal.NOT_NOW)
    possible = apply(act.record, action, actor, act.now, act.details)
    if isinstance(possible, Refused):
        return possible
    given = EFFECTS[action].check(act)
    if isinstance(given, Refused):
        return given
    after = apply(act.record, action, actor, act.now, given)
    if isinstance(after, Refused):
        return after
    rule = act.program.deal_registration
    act.record = deadline.follow(after, action, act.now, rule, BusinessCalendar.of(rule))
    return None


def _bring_about(act: StaffAction, effects: Effects) -> None:
    """Write the record and all that goes with it."""
    for set_field in (*effects.fields, *ALWAYS.fields):
        set_field(act)
    act.record = parse(act.batch.replace(RECORDS, act.record, act.record["version"]))
    if effects.mail:
        for mail in event_mails.to_the_sender(act.record, effects.mail, act.now):
            act.batch.add(MAILS, mail)
    for follow in (*ALWAYS.then, *effects.then):
        follow(act)


def _check_owner(act: StaffAction) -> Details | Refused:
    to = act.details.get("to")
    return Refused(Refusal.NOT_A_CHOICE, "to") if to and to not in owners(act.batch) else act.details


def _check_rejection(act: StaffAction) -> Details | Refused:
    reasons = {reason.id for reason in act.program.deal_registration.reject_reasons}
    if act.details.get("reason") and act.details["reason"] not in reasons:
        return Refused(Refusal.NOT_A_CHOICE, "reason")
    if named := str(act.details.get("duplicate_of") or "").strip():
        other = parse(act.batch.get(RECORDS, named))
        if other is None or not conflict_lookup.is_own_other(act.record, other):
            return Refused(Refusal.NOT_THEIR_OWN, "duplicate_of")
    return act.details


def _check_approval(act: StaffAction) -> Details | Refused:
    """A reason for a conflict is asked for where there is one, and kept only there."""
    details = act.details
    if details.get("benefit") and details["benefit"] not in BENEFITS:
        return Refused(Refusal.NOT_A_CHOICE, "benefit")
    conflicts = [each.conflict for each in act.conflicts]
    approved = conflict_lookup.approved_before(act.conflicts, str(details.get("product") or ""))
    if approval.objection(conflicts, approved, None) is None:
        return {name: value for name, value in details.items() if name != "despite_conflict"}
    refused = approval.objection(conflicts, approved, details.get("despite_conflict"))
    return replace(refused, conflicts=act.conflicts) if refused else details


def _fix_protection(act: StaffAction) -> None:
    if until := protection.fixed(act.record, act.program.deal_registration):
        act.record["protection"] = until


def _inform_people(act: StaffAction) -> None:
    """People named by others are told once, however often it is decided."""
    if "informed_at" not in act.record:
        act.record["informed_at"] = stamp(act.now)
        for mail in event_mails.privacy_notices(act.record, act.now):
            act.batch.add(MAILS, mail)


def _remember_reason(act: StaffAction) -> None:
    last_choice.note_rejection(act.batch, act.record, lambda: act.conflicts)


def _of_record(change: Callable[[Batch, Submission, datetime], None]) -> Callable[[StaffAction], None]:
    return lambda act: change(act.batch, act.record, act.now)


ALWAYS = Effects(fields=(_fix_protection,), then=(_of_record(audit_log.of_submission),))
"""What every action brings about: an approval that has no last day yet gets one, the audit log an event."""

EFFECTS: Mapping[Action, Effects] = {
    Action.TAKE: Effects(),
    Action.HAND_OVER: Effects(check=_check_owner),
    Action.ASK: Effects(mail="question"),
    Action.NOTE: Effects(),
    Action.APPROVE: Effects(check=_check_approval, mail="approved"),
    Action.PRE_ACCEPT: Effects(
        fields=(_inform_people,),
        mail="pre-accepted",
        then=(_of_record(reinstatement.take_up), _of_record(partners.begin)),
    ),
    Action.REJECT: Effects(
        check=_check_rejection,
        mail="rejected",
        then=(_remember_reason, _of_record(reinstatement.give_up)),
    ),
    Action.REOPEN: Effects(mail="reopened"),
    Action.WIN: Effects(),
    Action.LOSE: Effects(),
    Action.TAKE_BACK: Effects(),
}
"""What each action of staff brings about. What it writes into the record: `actions.apply`; who may, and from
which state: `workflow.TABLE`; what follows for the deadline: `deadline.follow`."""


def owners(reads: ReadStore) -> tuple[str, ...]:
    """Addresses of active staff who may decide."""
    people = reads.find(PEOPLE, "kind", str(UserKind.STAFF))
    return tuple(
        sorted(
            person["email"] for person in people if is_active(person) and principal_of(person).may(REVIEWER)
        )
    )
