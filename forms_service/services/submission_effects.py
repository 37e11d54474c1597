"""Effects: what each action on a submission brings about, in one batch with its state and its history.

One table for staff and senders. What an action writes into the record: `actions.apply`; who may, and from
which state: `workflow.TABLE`; what follows for the deadline: `deadline.follow`. Days off that move a deadline
and erasures bring nothing else about and stand in no row.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any, get_args

from forms_service.domain.auth.roles import REVIEWER, UserKind
from forms_service.domain.auth.users import is_active, principal_of
from forms_service.domain.clock import stamp
from forms_service.domain.partners.partner import parse_partner
from forms_service.domain.partners.people import contact_to_tell
from forms_service.domain.submissions import approval, deadline, protection, sender_identity
from forms_service.domain.submissions.action_results import Refusal, Refused
from forms_service.domain.submissions.actions import Actor, apply
from forms_service.domain.submissions.conflicts import FoundConflict
from forms_service.domain.submissions.submission import Submission, parse
from forms_service.domain.submissions.workflow import Action, Benefit, Role, SubmissionKind
from forms_service.domain.table_names import MAILS, PARTNERS, PEOPLE, RECORDS
from forms_service.mail import event_mails
from forms_service.services import (
    audit_log,
    conflict_lookup,
    duplicate_lookup,
    last_choice,
    partners,
    reinstatement,
)
from forms_service.services.mail_digests import DigestsOfOneUse
from forms_service.store.store import Batch, Document, ReadStore
from partner_program.business_days import BusinessCalendar
from partner_program.model import Program

Details = Mapping[str, Any]


@dataclass
class OpenAction:
    """One action on a submission, while its batch is open."""

    batch: Batch
    before: Submission
    action: Action
    actor: Actor
    details: Details
    program: Program
    now: datetime
    digests: DigestsOfOneUse
    """Queues the mails; limits how much is written to addresses nobody verified."""

    def __post_init__(self) -> None:
        self.record = self.before
        """As it is when an effect is asked: before the action, then after it."""

    @property
    def effects(self) -> "Effects":
        return EFFECTS[self.actor.role, self.action]

    @cached_property
    def conflicts(self) -> tuple[FoundConflict, ...]:
        """Who else has the customer: looked up once, and only where an effect asks."""
        return conflict_lookup.conflicts_of(self.batch, self.record, self._has_ended)

    def _has_ended(self, other: Submission) -> bool:
        return protection.has_ended(other, self.program.deal_registration, self.now)

    def carry_out(self) -> Refused | None:
        """Take the action and bring about what follows; or why not. Whether it is possible comes first."""
        if refused := self._apply():
            return refused
        self.store()
        return None

    def _apply(self) -> Refused | None:
        possible = apply(self.record, self.action, self.actor, self.now, self.details)
        if isinstance(possible, Refused):
            return possible
        given = self.effects.check(self)
        if isinstance(given, Refused):
            return given
        after = apply(self.record, self.action, self.actor, self.now, given)
        if isinstance(after, Refused):
            return after
        kept = deadline.read(after)
        promised = kept.business_days if kept else None
        rule = deadline.rule_for(SubmissionKind(after["kind"]), self.program, promised)
        self.record = (
            deadline.follow(after, self.action, self.now, rule, BusinessCalendar.of(rule)) if rule else after
        )
        return None

    def store(self) -> None:
        """Write the record as it is now, a new one or another version, and all that goes with it."""
        for set_field in (*self.effects.fields, *ALWAYS.fields):
            set_field(self)
        is_new = "version" not in self.record
        version = 0 if is_new else self.record["version"]
        batch = self.batch
        self.record = parse(
            batch.add(RECORDS, self.record) if is_new else batch.replace(RECORDS, self.record, version)
        )
        self.digests.queue(batch, self._mails(), self.now)
        for follow in (*ALWAYS.then, *self.effects.then):
            follow(self)

    def _mails(self) -> Iterable[Document]:
        if self.effects.mail:
            yield from event_mails.to_the_sender(self.record, self.effects.mail, self.now)
        for mails in self.effects.mails:
            yield from mails(self)


@dataclass(frozen=True)
class Effects:
    """What an action brings about, in one batch with the new state and its entry in the history."""

    check: Callable[[OpenAction], Details | Refused] = lambda act: act.details
    """Whether what the details name exists and nothing stands against it: the details to keep, or why not."""
    fields: tuple[Callable[[OpenAction], None], ...] = ()
    """What else the record holds from then on."""
    mail: str = ""
    """The template of the mail to the sender."""
    mails: tuple[Callable[[OpenAction], Iterable[Document]], ...] = ()
    """Other mails, of which a digest may tell instead."""
    then: tuple[Callable[[OpenAction], None], ...] = ()
    """What follows for other documents."""


def _check_owner(act: OpenAction) -> Details | Refused:
    to = act.details.get("to")
    return Refused(Refusal.NOT_A_CHOICE, "to") if to and to not in owners(act.batch) else act.details


def _check_pre_acceptance(act: OpenAction) -> Details | Refused:
    """The partner of the same company that it becomes a part of, where there is one, or one is named."""
    details = {name: value for name, value in act.details.items() if name != "join"}
    if act.batch.how_many(PARTNERS, "application", act.record["id"]):
        return details
    named = str(act.details.get("join") or "")
    partner = duplicate_lookup.to_join(duplicate_lookup.of_application(act.batch, act.record), named)
    if partner is None and named:
        return Refused(Refusal.NOT_A_CHOICE, "join")
    return {**details, "join": partner["id"]} if partner else details


def _check_rejection(act: OpenAction) -> Details | Refused:
    reasons = {reason.id for reason in act.program.deal_registration.reject_reasons}
    if act.details.get("reason") and act.details["reason"] not in reasons:
        return Refused(Refusal.NOT_A_CHOICE, "reason")
    if named := str(act.details.get("duplicate_of") or "").strip():
        other = parse(act.batch.get(RECORDS, named))
        if other is None or not conflict_lookup.is_own_other(act.record, other):
            return Refused(Refusal.NOT_THEIR_OWN, "duplicate_of")
    return act.details


def _check_approval(act: OpenAction) -> Details | Refused:
    """A reason for a conflict is asked for where there is one, and kept only there."""
    details = act.details
    if details.get("benefit") and details["benefit"] not in get_args(Benefit):
        return Refused(Refusal.NOT_A_CHOICE, "benefit")
    conflicts = [each.conflict for each in act.conflicts]
    approved = conflict_lookup.approved_before(act.conflicts, str(details.get("product") or ""))
    if approval.objection(conflicts, approved, None) is None:
        return {name: value for name, value in details.items() if name != "despite_conflict"}
    refused = approval.objection(conflicts, approved, details.get("despite_conflict"))
    return replace(refused, conflicts=act.conflicts) if refused else details


def _check_extension(act: OpenAction) -> Details | Refused:
    last_day, until = protection.last_day(act.record, act.program.deal_registration), act.details["until"]
    if last_day is None or until <= last_day.isoformat():
        raise ValueError(f"valid until {last_day}: {until} is not later")
    return act.details


def _fix_protection(act: OpenAction) -> None:
    if until := protection.fixed(act.record, act.program.deal_registration):
        act.record["protection"] = until


def _inform_people(act: OpenAction) -> None:
    """People named by others are told once, however often it is decided."""
    if "informed_at" not in act.record:
        act.record["informed_at"] = stamp(act.now)
        for mail in event_mails.privacy_notices(act.record, act.now):
            act.batch.add(MAILS, mail)


def _queue_receipt(act: OpenAction) -> None:
    """The mails about what came; the record says when its confirmation goes if not now."""
    mails = (*event_mails.received(act.record, act.program, act.now), *_copy_to_partner(act))
    late = act.digests.queue(act.batch, mails, act.now).get(f"{act.record['kind']}-received")
    if late is not None:
        act.record["digest_at"] = late


def _copy_to_partner(act: OpenAction) -> tuple[Document, ...]:
    """To a contact of the partner in whose name a deal comes from another address: of those of today."""
    record, batch = act.record, act.batch
    if record["kind"] != SubmissionKind.DEAL:
        return ()
    known = conflict_lookup.partners_of(batch, record["said"])
    partner = sender_identity.partner_of(record["said"], known)
    if partner is None:
        return ()
    begun = batch.find(PARTNERS, "application", partner["id"])
    if begun:
        contact = contact_to_tell(parse_partner(begun[0]), sender_identity.sender_of(record))
    else:
        contact = sender_identity.registered_contact(record["said"], known)
    if contact is None:
        return ()
    return event_mails.copy_of_confirmation(record, contact, partner["lang"], act.now)


def _copy_of_correction(act: OpenAction) -> tuple[Document, ...]:
    """Where the deal is in the name of another partner from now on."""
    before, after = (each["said"].get("partner_tax_id") for each in (act.before, act.record))
    return _copy_to_partner(act) if before != after else ()


def _corrected(act: OpenAction) -> tuple[Document, ...]:
    return event_mails.corrected(act.record, act.program, act.now, before=act.before)


def _to_vendor(
    mails: Callable[[Submission, Program, datetime], Iterable[Document]],
) -> Callable[[OpenAction], Iterable[Document]]:
    return lambda act: mails(act.record, act.program, act.now)


def _become_partner(act: OpenAction) -> None:
    """A former partnership of the application goes on, unless the company has another one by now."""
    if act.record["kind"] != SubmissionKind.APPLICATION:
        return
    others = duplicate_lookup.of_application(act.batch, act.record)
    if duplicate_lookup.to_join(others) is None:
        reinstatement.resume_onboarding(act.batch, act.record, act.now)
    partners.begin_or_join(act.batch, act.record, act.now, act.program)


def _remember_reason(act: OpenAction) -> None:
    last_choice.note_rejection(act.batch, act.record, lambda: act.conflicts)


def _note_in_audit_log(act: OpenAction) -> None:
    """What somebody at the desk did."""
    if act.actor.name:
        audit_log.of_submission(act.batch, act.actor.name, act.action, act.record["id"], act.now)


def _of_record(change: Callable[[Batch, Submission, datetime], None]) -> Callable[[OpenAction], None]:
    return lambda act: change(act.batch, act.record, act.now)


ALWAYS = Effects(fields=(_fix_protection,), then=(_note_in_audit_log,))
"""What every action brings about: an approval that has no last day yet gets one, the audit log an event."""

_RESULT = Effects(mails=(_to_vendor(event_mails.concluded),))

EFFECTS: Mapping[tuple[Role, Action], Effects] = {
    (Role.SENDER, Action.SUBMIT): Effects(fields=(_queue_receipt,)),
    (Role.SENDER, Action.CORRECT): Effects(mails=(_corrected, _copy_of_correction)),
    (Role.SENDER, Action.ANSWER): Effects(mails=(_to_vendor(event_mails.answered),)),
    (Role.SENDER, Action.MESSAGE): Effects(mails=(_to_vendor(event_mails.message),)),
    (Role.SENDER, Action.WITHDRAW): Effects(mails=(_to_vendor(event_mails.withdrawn),)),
    (Role.SENDER, Action.WIN): _RESULT,
    (Role.SENDER, Action.LOSE): _RESULT,
    (Role.STAFF, Action.SUBMIT): Effects(fields=(_queue_receipt,)),
    (Role.STAFF, Action.TAKE): Effects(),
    (Role.STAFF, Action.HAND_OVER): Effects(check=_check_owner),
    (Role.STAFF, Action.ASK): Effects(mail="question"),
    (Role.STAFF, Action.NOTE): Effects(),
    (Role.STAFF, Action.RELEASE): Effects(fields=(_queue_receipt,)),
    (Role.STAFF, Action.APPROVE): Effects(check=_check_approval, mail="approved"),
    (Role.STAFF, Action.PRE_ACCEPT): Effects(
        check=_check_pre_acceptance,
        fields=(_inform_people,),
        mail="pre-accepted",
        then=(_become_partner,),
    ),
    (Role.STAFF, Action.REJECT): Effects(
        check=_check_rejection,
        mail="rejected",
        then=(_remember_reason, _of_record(reinstatement.end_onboarding)),
    ),
    (Role.STAFF, Action.REOPEN): Effects(mail="reopened"),
    (Role.STAFF, Action.WIN): Effects(),
    (Role.STAFF, Action.LOSE): Effects(),
    (Role.STAFF, Action.TAKE_BACK): Effects(),
    (Role.SYSTEM, Action.EXTEND): Effects(check=_check_extension),
}
"""What each action brings about, by whose it is."""


def owners(reads: ReadStore) -> tuple[str, ...]:
    """Addresses of active staff who may decide."""
    people = reads.find(PEOPLE, "kind", str(UserKind.STAFF))
    return tuple(
        sorted(
            person["email"] for person in people if is_active(person) and principal_of(person).may(REVIEWER)
        )
    )
