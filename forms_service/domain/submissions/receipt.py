"""Receipt of a deal registration: what was registered, when, and what was promised then. Pure.

Computed from the first version of the answers and from `registration`, which is stored once: corrections,
answers, decisions, other days off and another version of the program change nothing of it; an erasure does.
"""

from dataclasses import dataclass
from datetime import date, datetime

from forms_service.domain.clock import moment, stamp
from forms_service.domain.submissions.history import versions
from forms_service.domain.submissions.submission import (
    Deal,
    DealAnswers,
    Moment,
    Registration,
    StoredDayOff,
    typed,
    without_retired,
)
from forms_service.domain.submissions.workflow import Action
from partner_program.business_days import BusinessCalendar, SkippedDay, SkipReason
from partner_program.model import DealRegistration, Program, Text


@dataclass(frozen=True)
class Receipt:
    """Receipt of one deal registration."""

    reference: str
    received_at: Moment
    entered_at: Moment | None
    """When staff entered it, where it came another way."""
    said: DealAnswers
    """As it was first sent; empty once it is erased."""
    company: str
    """The partner's, as it was called then; empty where nobody was signed in."""
    decide_by: Moment | None
    """As it was promised."""
    skipped: tuple[SkippedDay, ...]
    """Days that the promise did not count."""
    program: str
    """Hash of the version."""
    program_day: date | None


def registration(program: Program, program_day: str, at: datetime, company: str) -> Registration:
    """Facts to store of a deal registered at this time. Raises CalendarExhausted as its deadline does."""
    rule = program.deal_registration
    calendar, business_days = BusinessCalendar.of(rule), rule.decide_within_business_days
    facts = {
        "program": program.hash,
        "decide_by": stamp(calendar.due(at, business_days)),
        "skipped": [_stored(day) for day in calendar.skipped(at, business_days)],
    }
    known = {"program_day": program_day, "company": company}
    return typed(Registration, facts | {name: value for name, value in known.items() if value})


def program_of(record: Deal) -> str:
    """Hash of the version of the program that the deal was registered under."""
    if kept := record.get("registration"):
        return kept["program"]
    first = next(iter(versions(record)), None)
    return (first and first["program"]) or record["program"]


def of(record: Deal, rule: DealRegistration) -> Receipt:
    """The receipt. `rule` is that of the program it was registered under: older data needs it."""
    kept = record.get("registration") or _of_older_data(record, rule)
    first = next(iter(versions(record)), None)
    said = (first["said"] if first else record.get("said")) or {}
    day = kept.get("program_day")
    return Receipt(
        record["id"],
        record["received_at"],
        record["entered"]["at"] if "entered" in record else None,
        typed(DealAnswers, without_retired(said)),
        kept.get("company", ""),
        kept["decide_by"],
        tuple(_read(each) for each in kept["skipped"]),
        kept["program"],
        date.fromisoformat(day) if day else None,
    )


def _of_older_data(record: Deal, rule: DealRegistration) -> Registration:
    """Of a deal that was stored before `registration` was: the deadline before it was first moved."""
    moves = (entry["from"] for entry in record["history"] if entry["what"] == Action.MOVE_DEADLINE)
    promised = next(moves, record["decide_by"])
    received, counted = moment(record["received_at"]), record.get("deadline")
    skipped: tuple[SkippedDay, ...] = ()
    if promised and counted:
        calendar = BusinessCalendar.of(rule)
        due = moment(promised).astimezone(calendar.zone).date()
        found = calendar.skipped(received, counted["business_days"])
        skipped = tuple(day for day in found if day.date < due)
    days = [_stored(day) for day in skipped]
    return {"program": program_of(record), "decide_by": promised, "skipped": days}


def _stored(day: SkippedDay) -> StoredDayOff:
    stored: StoredDayOff = {"day": day.date.isoformat(), "reason": day.reason.value}
    if day.name is not None:
        stored["name"] = {"pl": day.name.pl, "en": day.name.en}
    return stored


def _read(stored: StoredDayOff) -> SkippedDay:
    name = stored.get("name")
    day, reason = date.fromisoformat(stored["day"]), SkipReason(stored["reason"])
    return SkippedDay(day, reason, Text(**name) if name else None)
