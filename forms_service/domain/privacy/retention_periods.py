"""Retention periods: until which day a submission or partner is kept, by the program. Pure."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from forms_service.domain.clock import moment
from forms_service.domain.partners.partner import PartnerState
from forms_service.domain.submissions import protection
from forms_service.domain.submissions.submission import Submission
from forms_service.domain.submissions.workflow import CLOSED, Action, State, SubmissionKind
from partner_program.model import Program

_ENDS = frozenset(
    {Action.APPROVE, Action.PRE_ACCEPT, Action.REJECT, Action.WITHDRAW, Action.WIN, Action.LOSE}
)


_LONGEST_MONTH = 31


class RetainedKind(StrEnum):
    """Kinds of data with a retention period, as counted and announced."""

    APPLICATIONS = "applications"
    DEALS = "deals"
    PARTNERS = "partners"
    TRAPPED = "trapped"


@dataclass(frozen=True)
class Outdated:
    """A submission or partner to be deleted."""

    reference: str
    what: RetainedKind
    kept_until: date
    """The last day on which it was to be kept."""


def kept_until(record: Submission, program: Program) -> date | None:
    """Last day on which it is kept; None while that is not known.

    Counted from the decision, the withdrawal, or when somebody reported a deal as won or lost. What is open
    is kept, however old; so is a pre-accepted application, with which a partnership began; an approval is
    kept at least while it is valid.
    """
    kept, rule = program.retention, program.deal_registration
    zone = ZoneInfo(rule.time_zone)
    if record.get("trapped"):
        return _day(record["received_at"], zone) + timedelta(days=kept.trapped_days)
    if record["state"] not in CLOSED or record["state"] == State.PRE_ACCEPTED:
        return None
    ended = _day(ended_at(record), zone)
    if record["kind"] == SubmissionKind.APPLICATION:
        return months_later(ended, kept.closed_applications_months)
    valid_until = protection.last_day(record, rule)
    return max(date(ended.year + kept.deals_years, 12, 31), valid_until or date.min)


def outdated(record: Submission, program: Program, day: date) -> Outdated | None:
    """The submission as outdated on this day; None where it is kept."""
    until = kept_until(record, program)
    if until is None or until >= day:
        return None
    what = RetainedKind.APPLICATIONS if record["kind"] == SubmissionKind.APPLICATION else RetainedKind.DEALS
    return Outdated(record["id"], RetainedKind.TRAPPED if record.get("trapped") else what, until)


def outdated_partner(partner: Mapping[str, Any], program: Program, day: date) -> Outdated | None:
    """The partner as outdated on this day; an active one is kept."""
    if partner["state"] != PartnerState.ENDED or not partner["ends_on"]:
        return None
    ended = date.fromisoformat(partner["ends_on"])
    until = date(ended.year + program.retention.ended_partners_years, 12, 31)
    return None if until >= day else Outdated(partner["id"], RetainedKind.PARTNERS, until)


def ended_at(record: Submission) -> str:
    """When the submission was decided, withdrawn, won or lost, the last time."""
    at: str = next(entry["at"] for entry in reversed(record["history"]) if entry["what"] in _ENDS)
    return at


def ended_before(what: RetainedKind, program: Program, day: date) -> datetime:
    """Bound for the search: everything of this kind outdated on this day ended before it."""
    kept, zone = program.retention, ZoneInfo(program.deal_registration.time_zone)
    match what:
        case RetainedKind.TRAPPED:
            first = day - timedelta(days=kept.trapped_days)
        case RetainedKind.APPLICATIONS:
            first = months_later(day, -kept.closed_applications_months) + timedelta(days=_LONGEST_MONTH)
        case RetainedKind.DEALS:
            first = date(day.year - kept.deals_years, 1, 1)
        case RetainedKind.PARTNERS:
            first = date(day.year - kept.ended_partners_years, 1, 1)
    return datetime(first.year, first.month, first.day, tzinfo=zone)


def months_later(day: date, months: int) -> date:
    """The same day of another month, or its last one."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _day(stamped: str, zone: ZoneInfo) -> date:
    return moment(stamped).astimezone(zone).date()
