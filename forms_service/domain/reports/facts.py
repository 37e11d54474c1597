"""Facts: what one record adds to the statistics; figures of any filter are sums of facts. Pure.

Nothing here depends on the time at which figures are looked at: what is still open adds the day it came in
and its deadline, and whoever sums decides by the clock what follows from them.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from forms_service.domain.clock import moment
from forms_service.domain.submissions import deadline, sender_identity
from forms_service.domain.submissions.submission import Submission
from forms_service.domain.submissions.workflow import DECIDED, OPEN, State, SubmissionKind
from partner_program.business_days import BusinessCalendar

Record = Mapping[str, Any]

Fact = tuple[Any, ...]
"""One of `About`, and what it says."""


class About(StrEnum):
    """Kind of fact."""

    STATE = "state"
    """A record (kind, state)."""
    WAITING = "waiting"
    """An open one (kind, the day it came in)."""
    DUE = "due"
    """An open deal (its deadline, as it is kept)."""
    PROMISE = "promise"
    """A promise that was kept or broken (the day for which it was given, whether it was kept)."""
    DAYS = "days"
    """A deal that was decided (business days to the first decision; 0 is the same day)."""
    REASON = "reason"
    """A rejection (its reason, by the id)."""
    REOPENED = "reopened"
    """A record whose decision was reopened."""
    SHARED = "shared"
    """A deal whose customer stands in another one too."""
    OPEN_VALUE = "open value"
    """Of an open deal (currency), in hundredths."""
    WON_VALUE = "won value"
    """Of a deal that was won (currency), in hundredths."""


SHARED: Fact = (About.SHARED,)
"""The one fact that a record alone cannot tell; see `sums`."""


def of(record: Submission, calendar: BusinessCalendar) -> dict[Fact, int]:
    """Facts of a record; none of one that the honeypot caught."""
    if record.get("trapped"):
        return {}
    return dict((*_standing(record, calendar), *_of_a_deal(record, calendar)))


def customer_keys(record: Submission) -> tuple[str, ...]:
    """Keys by which two deals have the same customer: tax number, domain, equal name."""
    if record["kind"] != SubmissionKind.DEAL or record.get("trapped"):
        return ()
    kept = record.get("keys")
    found = sender_identity.of(SubmissionKind.DEAL, record.get("said") or {}) if kept is None else kept
    return tuple(key for key in found if not key.startswith("near:"))


def day_of(at: datetime, calendar: BusinessCalendar) -> date:
    """Local date of a time."""
    return at.astimezone(calendar.zone).date()


def _standing(record: Submission, calendar: BusinessCalendar) -> Iterator[tuple[Fact, int]]:
    state, kind = State(record["state"]), SubmissionKind(record["kind"])
    yield (About.STATE, kind, state), 1
    if state in OPEN:
        yield (About.WAITING, kind, day_of(moment(record["received_at"]), calendar)), 1
    if state is State.REJECTED:
        yield (About.REASON, record["decision"].get("reason") or ""), 1
    if record.get("former_decisions"):
        yield (About.REOPENED,), 1


def _of_a_deal(record: Submission, calendar: BusinessCalendar) -> Iterator[tuple[Fact, int]]:
    if record["kind"] != SubmissionKind.DEAL:
        return
    state = record["state"]
    if state in OPEN:
        yield from _value(About.OPEN_VALUE, record.get("said") or {})
    if state == State.WON:
        yield from _value(About.WON_VALUE, record.get("result") or {})
    yield from _promise(record, calendar)
    decisions = deadline.decisions(record)
    if decisions:
        received, decided = (
            day_of(moment(at), calendar) for at in (record["received_at"], decisions[0]["at"])
        )
        yield (About.DAYS, calendar.business_days_between(received, decided)), 1


def _promise(record: Submission, calendar: BusinessCalendar) -> Iterator[tuple[Fact, int]]:
    """Kept or broken, once that is certain; before, the deadline that will tell."""
    certain = deadline.kept(record)
    if certain is not None:
        yield (About.PROMISE, day_of(_promised_for(record), calendar), certain), 1
    elif record["state"] in OPEN and record["decide_by"]:
        yield (About.DUE, record["decide_by"]), 1


def _promised_for(record: Submission) -> datetime:
    """The deadline that was kept or broken; the moment of the decision where the clock stood still."""
    open_until = None if record["state"] in DECIDED else record["decide_by"]
    decided = [decision["decide_by"] or decision["at"] for decision in deadline.decisions(record)]
    return moment(open_until or decided[-1])


def _value(about: About, said: Record) -> Iterator[tuple[Fact, int]]:
    if said.get("value_amount"):
        yield (about, said["value_currency"]), int(Decimal(said["value_amount"]) * 100)
