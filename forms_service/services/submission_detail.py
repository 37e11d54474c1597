"""Submission detail: one submission with all that staff need to decide it. Read only."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from forms_service import forms
from forms_service.domain.auth.roles import Principal, may_decide
from forms_service.domain.clock import Clock, moment
from forms_service.domain.partners.partner import Partner
from forms_service.domain.submissions import deadline, protection, sender_identity
from forms_service.domain.submissions.action_results import SubmissionMissing
from forms_service.domain.submissions.conflicts import FoundConflict
from forms_service.domain.submissions.deadline import Course
from forms_service.domain.submissions.sender_identity import IdentityWarning
from forms_service.domain.submissions.submission import Application, Deal, Submission, parse
from forms_service.domain.submissions.workflow import OPEN, Action, Role, State, SubmissionKind, allowed
from forms_service.domain.table_names import MAILS, RECORDS
from forms_service.services import conflict_lookup, duplicate_lookup, last_choice, mail_followup
from forms_service.services.duplicate_lookup import FoundDuplicate
from forms_service.services.mail_followup import Task
from forms_service.services.staff_decisions import WHILE_CAUGHT
from forms_service.store.store import Document, Store
from partner_program.business_days import BusinessCalendar
from partner_program.eligibility import TierAnswer, assess
from partner_program.model import Program


@dataclass(frozen=True)
class SubmissionDetail:
    """One submission as one user sees it at the desk."""

    record: Submission
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
    """References of approvals of the same customer and product (as it was registered)."""
    warnings: tuple[IdentityWarning, ...] = ()
    partner: Submission | None = None
    """Of a deal: the known partner with the sender's tax number, its pre-accepted application."""
    duplicates: tuple[FoundDuplicate, ...] = ()
    """Of an application: others, and partners, of the same company."""
    joins: Partner | None = None
    """Of an application: the partner that it becomes a part of when it is pre-accepted."""
    card: Partner | None = None
    """The partner that it is from, or that it became."""
    rivals: Mapping[str, Partner] = field(default_factory=dict)
    """Partners of the conflicts, by the reference of the other registration."""
    own: tuple[Submission, ...] = ()
    """Others of the same sender, what a rejection as a duplicate may name: of the same customer first."""
    mails: tuple[Document, ...] = ()
    """Every mail about it, the oldest first, with its `state`, `problem`, `sent_at`."""
    usual_reason: str | None = None
    """By which a deal was rejected last whose customer somebody else had."""
    unreached: tuple[Task, ...] = ()
    """Those of a decision that did not arrive: somebody has to reach the sender otherwise."""


class SubmissionDetails:
    """Builds submission details."""

    def __init__(self, store: Store, clock: Clock, program: Callable[[], Program]) -> None:
        self._store = store
        self._clock = clock
        self._program = program

    def of(
        self, reference: str, principal: Principal, conflicts: Sequence[FoundConflict] | None = None
    ) -> SubmissionDetail:
        """`conflicts` are those just found (`Refused.conflicts`). Raises SubmissionMissing."""
        record = self.record(reference)
        mails = self._store.find(MAILS, "record", reference)
        facts = deadline.read(record)
        calendar = BusinessCalendar.of(self._program().deal_registration)
        due = record["decide_by"] if record["state"] in OPEN else None
        erased = not record.get("said")
        if erased:
            conflicts = ()
        elif conflicts is None:
            conflicts = conflict_lookup.conflicts_of(self._store, record, self._has_ended)
        deal = record if record["kind"] == SubmissionKind.DEAL and not erased else None
        partners = conflict_lookup.partners_of(self._store, deal["said"]) if deal else []
        duplicates = duplicate_lookup.of_application(self._store, record)
        is_undecided = Action.PRE_ACCEPT in _actions(record, principal)
        return SubmissionDetail(
            record=record,
            seen=len(record["history"]),
            actions=_actions(record, principal),
            course=deadline.course(facts, calendar) if facts else None,
            remaining=calendar.remaining(self._clock(), moment(due)) if due else None,
            on_time=deadline.decided_on_time(record),
            tiers=() if erased or deal else self._tiers(record),
            conflicts=tuple(conflicts),
            approved_before=conflict_lookup.approved_before(conflicts, deal["said"]["product"])
            if deal
            else (),
            warnings=sender_identity.warnings(deal, partners) if deal else (),
            partner=_partner(deal, partners) if deal else None,
            duplicates=duplicates,
            joins=duplicate_lookup.to_join(duplicates) if is_undecided else None,
            card=conflict_lookup.card_of(self._store, record),
            rivals=_rivals(self._store, conflicts),
            own=() if erased else _own(conflict_lookup.own_others(self._store, record), conflicts),
            mails=tuple(sorted(mails, key=lambda mail: str(mail["created_at"]))),
            usual_reason=last_choice.reason_for_conflict(self._store) if conflicts else None,
            unreached=tuple(filter(None, (mail_followup.task_of(self._store, mail) for mail in mails))),
        )

    def record(self, reference: str) -> Submission:
        """The bare submission. Raises SubmissionMissing."""
        record = parse(self._store.get(RECORDS, reference))
        if record is None:
            raise SubmissionMissing(reference)
        return record

    def _has_ended(self, other: Submission) -> bool:
        return protection.has_ended(other, self._program().deal_registration, self._clock())

    def _tiers(self, record: Submission) -> tuple[TierAnswer, ...]:
        answers = assess(self._program(), forms.facts(record["said"]))
        chosen = record["said"].get("tier")
        return tuple(sorted(answers, key=lambda answer: answer.tier.id != chosen))


def _rivals(store: Store, conflicts: Iterable[FoundConflict]) -> dict[str, Partner]:
    others = [parse(each.other) for each in conflicts if not each.conflict.is_account]
    cards = {each["id"]: conflict_lookup.card_of(store, each) for each in others if each}
    return {reference: card for reference, card in cards.items() if card}


def _own(others: Iterable[Submission], conflicts: Iterable[FoundConflict]) -> tuple[Submission, ...]:
    """Those of the same customer first: a duplicate is one of them; then the newest."""
    of_the_customer = {found.conflict.other for found in conflicts}
    newest = sorted(others, key=lambda other: str(other["received_at"]), reverse=True)
    return tuple(sorted(newest, key=lambda other: other["id"] not in of_the_customer))


def _actions(record: Submission, principal: Principal) -> tuple[Action, ...]:
    if not may_decide(principal):
        return ()
    possible = allowed(SubmissionKind(record["kind"]), State(record["state"]), Role.STAFF)
    own = record.get("owner") == principal.email
    return tuple(
        action
        for action in possible
        if _is_possible(action, record["trapped"]) and not (own and action is Action.TAKE)
    )


def _is_possible(action: Action, is_caught: bool) -> bool:
    return action in WHILE_CAUGHT if is_caught else action is not Action.RELEASE


def _partner(record: Deal, partners: list[Application]) -> Application | None:
    return sender_identity.partner_of(record["said"], partners)
