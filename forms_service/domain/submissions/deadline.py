"""Deadline of a decision: business days, paused by questions; and whether it was met.

What a business day is, `partner_program.business_days` says; here are the facts a deadline is counted from
and what happens to it later: a question that stops the clock, a reopening, days off that changed. Pure.

On time means: the decision could be read on the status page before the deadline. A decision is readable as
soon as it is stored; the last second of the day (a deadline is at 23:59:59) is left for storing it.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo

from forms_service.domain.clock import moment, stamp
from forms_service.domain.submissions.action_results import Refused
from forms_service.domain.submissions.actions import Actor, apply
from forms_service.domain.submissions.submission import Decision, Submission, TimeToDecide
from forms_service.domain.submissions.workflow import DECIDED, OPEN, Action, Role, State, SubmissionKind
from partner_program.business_days import BusinessCalendar, SkippedDay
from partner_program.model import DealRegistration, Program

_SYSTEM = Actor(Role.SYSTEM)


@dataclass(frozen=True)
class Pause:
    """Pause: a question that stopped the clock."""

    asked: datetime
    answered: datetime | None = None
    """None: it has not been answered yet."""


@dataclass(frozen=True)
class Deadline:
    """Facts that a deadline is computed from."""

    counted_from: datetime
    """The moment of registration, or of reopening; its day does not count."""
    business_days: int
    pauses: tuple[Pause, ...] = ()
    """In the order in which they were asked; only the last one may be unanswered."""


@dataclass(frozen=True)
class Leg:
    """A time in which the clock ran."""

    start: datetime
    """Its day does not count."""
    end: datetime
    """The deadline, or the question that stopped the clock."""
    skipped: tuple[SkippedDay, ...]
    """Days in between that are no business days."""


@dataclass(frozen=True)
class Course:
    """How a deadline came about."""

    due: datetime | None
    """None: the clock stands still."""
    legs: tuple[Leg, ...]
    """One where nothing stopped the clock; between two of them it stood still."""


def rule_for(kind: SubmissionKind, program: Program, promised: int | None = None) -> DealRegistration | None:
    """Rule by which a kind is decided: that of deals, with the days named for applications.

    None where the program names no time. `promised` are the days that a record was promised before.
    """
    rule = program.deal_registration
    if kind is SubmissionKind.DEAL:
        return rule
    days = program.applications.decide_within_business_days or promised
    return rule.model_copy(update={"decide_within_business_days": days}) if days else None


def started(at: datetime, rule: DealRegistration) -> Deadline:
    """Facts of a submission received (or reopened) at this time."""
    return Deadline(at, rule.decide_within_business_days)


def course(deadline: Deadline, calendar: BusinessCalendar) -> Course:
    """Compute the deadline. Raises CalendarExhausted where the days off are not known.

    A question stops the clock for whole business days: an answer on the same day, or before the next
    business day, changes nothing. Otherwise what was left on the day of the question is counted again from
    the day of the answer, which does not count, and is at least one business day. A question that is asked
    after the deadline stops nothing.
    """
    start, business_days = deadline.counted_from, deadline.business_days
    legs: list[Leg] = []
    due = calendar.due(start, business_days)
    for pause in deadline.pauses:
        asked_on = pause.asked.astimezone(due.tzinfo).date()
        if asked_on > due.date() or _answered_at_once(pause, asked_on, due.tzinfo, calendar):
            continue
        skipped = calendar.skipped(start, business_days)
        legs.append(Leg(start, pause.asked, tuple(day for day in skipped if day.date <= asked_on)))
        if pause.answered is None:
            return Course(None, tuple(legs))
        left = calendar.business_days_between(asked_on, due.date())
        start, business_days = pause.answered, max(1, left)
        due = calendar.due(start, business_days)
    return Course(due, (*legs, Leg(start, due, calendar.skipped(start, business_days))))


def _answered_at_once(pause: Pause, asked_on: date, zone: tzinfo | None, calendar: BusinessCalendar) -> bool:
    """Whether the answer came before any business day was lost."""
    if pause.answered is None:
        return False
    return not calendar.business_days_between(asked_on, pause.answered.astimezone(zone).date())


def fields(deadline: Deadline, calendar: BusinessCalendar) -> TimeToDecide:
    """Fields `decide_by` and `deadline` of a record."""
    counted = course(deadline, calendar)
    return {
        "decide_by": None if counted.due is None else stamp(counted.due),
        "deadline": {
            "counted_from": stamp(deadline.counted_from),
            "business_days": deadline.business_days,
            "skipped": [day.date.isoformat() for leg in counted.legs for day in leg.skipped],
            "pauses": [
                {
                    "asked": stamp(pause.asked),
                    "answered": None if pause.answered is None else stamp(pause.answered),
                }
                for pause in deadline.pauses
            ],
        },
    }


def read(record: Submission) -> Deadline | None:
    """Facts stored in a record; None where the program sets no deadline."""
    facts = record.get("deadline")
    if not facts:
        return None
    pauses = (
        Pause(moment(pause["asked"]), moment(pause["answered"]) if pause["answered"] else None)
        for pause in facts["pauses"]
    )
    return Deadline(moment(facts["counted_from"]), facts["business_days"], tuple(pauses))


def follow(
    record: Submission, action: Action, at: datetime, rule: DealRegistration, calendar: BusinessCalendar
) -> Submission:
    """The record with its deadline after `action`, just applied at `at`.

    A question stops the clock if the program says so, its answer starts it again; a reopened one gets the
    program's whole time anew. The change is an entry in the history; where there is none, the record is
    returned as it is.
    """
    deadline = read(record)
    if deadline is None or record["state"] not in OPEN:
        return record
    if action is Action.ASK and rule.pause_on_question:
        deadline = replace(deadline, pauses=(*deadline.pauses, Pause(at)))
    elif action is Action.ANSWER and deadline.pauses and deadline.pauses[-1].answered is None:
        last = replace(deadline.pauses[-1], answered=at)
        deadline = replace(deadline, pauses=(*deadline.pauses[:-1], last))
    elif action is Action.REOPEN:
        deadline = started(at, rule)
    else:
        return record
    return _moved(record, deadline, at, calendar)


def recomputed(record: Submission, at: datetime, calendar: BusinessCalendar) -> Submission | None:
    """An open record recomputed after days off changed; None where its deadline stays."""
    deadline = read(record)
    if deadline is None or record["state"] not in OPEN:
        return None
    if fields(deadline, calendar)["decide_by"] == record["decide_by"]:
        return None
    return _moved(record, deadline, at, calendar)


def _moved(record: Submission, deadline: Deadline, at: datetime, calendar: BusinessCalendar) -> Submission:
    moved = apply(record, Action.MOVE_DEADLINE, _SYSTEM, at, fields(deadline, calendar))
    if isinstance(moved, Refused):
        raise ValueError(f"the deadline of an open submission can be moved, but: {moved}")
    return moved


def decided_on_time(record: Submission) -> bool | None:
    """Whether the decision met its deadline; None without decision or deadline.

    Of a reopened record every decision counts, each against the deadline it had: one late one is late.
    """
    if not _has_deadline(record) or record["state"] not in DECIDED:
        return None
    return all(_on_time(decision) for decision in decisions(record))


def kept(record: Submission) -> bool | None:
    """Whether the deadline was met, where that is certain at any time of day.

    None: there was none (an application without one), or the sender withdrew in time, or it is still open
    and its deadline will tell: one that passes without a decision is a broken promise.
    """
    if not _has_deadline(record) or record["state"] in DECIDED:
        return decided_on_time(record)
    if not all(_on_time(decision) for decision in decisions(record)):
        return False
    if record["state"] != State.WITHDRAWN or not record["decide_by"]:
        return None
    return False if _withdrawn_at(record) > record["decide_by"] else None


def _has_deadline(record: Submission) -> bool:
    """A deal has one in any case, also where its facts were not kept (older data)."""
    return record["kind"] == SubmissionKind.DEAL or read(record) is not None


def _withdrawn_at(record: Submission) -> str:
    return next(entry["at"] for entry in reversed(record["history"]) if entry["what"] == Action.WITHDRAW)


def decisions(record: Submission) -> list[Decision]:
    """All decisions, the valid one last; each with its deadline (`decide_by`)."""
    current = record.get("decision")
    return [*record.get("former_decisions", ()), *([current] if current else [])]


def _on_time(decision: Decision) -> bool:
    """No deadline means that the clock stood still."""
    return decision["decide_by"] is None or decision["at"] <= decision["decide_by"]
