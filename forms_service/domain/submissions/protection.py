"""Protection: until when an approval is valid, where the program limits it. Pure.

The last day is fixed when the service first sees the approval while the program names a protection: a change
of the program shortens nobody's. Where it names none, there is no last day, and nothing is said.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from forms_service.domain.clock import moment
from forms_service.domain.submissions.submission import DealProtection, Submission
from forms_service.domain.submissions.workflow import State, SubmissionKind
from partner_program.model import DealRegistration, Language
from partner_program.phrases import valid_until_sentence

Record = Mapping[str, Any]


def last_day(record: Submission, rule: DealRegistration) -> date | None:
    """Last valid day of an approval, in the program's time zone; None where unlimited."""
    if rule.protection is None or not _is_approved(record):
        return None
    if _is_fixed(record):
        return date.fromisoformat(record["protection"]["until"])
    decided = moment(record["decision"]["at"]).astimezone(ZoneInfo(rule.time_zone)).date()
    return decided + timedelta(days=rule.protection.days)


def fixed(record: Submission, rule: DealRegistration) -> DealProtection | None:
    """Value of `protection` for a record that has none yet."""
    until = last_day(record, rule)
    if until is None or _is_fixed(record):
        return None
    return {"decided_at": record["decision"]["at"], "until": until.isoformat()}


def reminder_day(record: Submission, rule: DealRegistration) -> date | None:
    """Day of the reminder before the last day."""
    until = last_day(record, rule)
    if until is None or rule.protection is None:
        return None
    return until - timedelta(days=rule.protection.reminder_days_before)


def has_ended(record: Submission, rule: DealRegistration, now: datetime) -> bool:
    """Whether the last day is over."""
    until = last_day(record, rule)
    return until is not None and now.astimezone(ZoneInfo(rule.time_zone)).date() > until


def in_words(
    record: Submission, rule: DealRegistration, language: Language, now: datetime | None = None
) -> str:
    """`Ważne do: piątek, 26 lutego 2027.`, and `now` whether that is over; empty without a last day."""
    until = last_day(record, rule)
    is_over = now is not None and has_ended(record, rule, now)
    return "" if until is None else valid_until_sentence(until, language, is_over=is_over)


def _is_fixed(record: Submission) -> bool:
    kept = record.get("protection")
    return kept is not None and bool(kept["decided_at"] == record["decision"]["at"])


def _is_approved(record: Submission) -> bool:
    return bool(
        record["kind"] == SubmissionKind.DEAL and record["state"] == State.APPROVED and record.get("decision")
    )
