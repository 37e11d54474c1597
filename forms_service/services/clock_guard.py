"""Clock guard: detects a system clock that jumped; nothing is deleted until somebody confirms the clock.

The rule: each day's work notes the time. A clock that shows more than a week after the last time noted, or
more than a day before it, is doubted until it comes back by itself or an administrator confirms what it
shows. So a service that was off for more than a week has to be told once that this is so.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from forms_service.domain.clock import moment, stamp
from forms_service.domain.submissions.submission import parse_all
from forms_service.domain.submissions.workflow import SubmissionKind
from forms_service.domain.table_names import JOB_STATE, RECORDS
from forms_service.services.audit_log import AuditEvent, add_event
from forms_service.store.store import Batch, Document, Store, transactional

AHEAD = timedelta(days=7)
BEHIND = timedelta(days=1)

STATE = "clock"
"""Of the table `job_state`: the last time that was believed."""
_SUBMISSIONS = [((kind, ""), (kind, "~")) for kind in SubmissionKind]


@dataclass(frozen=True)
class ClockSkew:
    """Clock skew: the time shown is too far from the last one that was trusted."""

    shown: datetime
    known: datetime
    """The last time that was believed."""


def system_clock() -> datetime:
    """The system clock, in UTC."""
    return datetime.now(UTC)


def skew(store: Store, now: datetime) -> ClockSkew | None:
    """Compare the clock with the last trusted time; None where it can be trusted."""
    known = _known(store)
    if known is None or known - BEHIND <= now <= known + AHEAD:
        return None
    return ClockSkew(now, known)


@transactional
def remember(store: Store, now: datetime) -> None:
    """Store the time as trusted; does nothing for a skewed clock or an earlier time."""
    known = _known(store)
    if skew(store, now) is None and (known is None or now > known or store.get(JOB_STATE, STATE) is None):
        with store.batch() as batch:
            _remember(batch, max(now, known or now), by=None)


@transactional
def confirm(store: Store, now: datetime, *, by: str) -> None:
    """Trust the clock again, as an administrator says, whatever it showed before."""
    with store.batch() as batch:
        _remember(batch, now, by=by)
        add_event(batch, by, AuditEvent.BELIEVED_CLOCK, now)


def _known(store: Store) -> datetime | None:
    """The last time believed; before there is one, that of the newest submission."""
    kept = store.get(JOB_STATE, STATE)
    if kept is not None:
        known: datetime = moment(kept["seen_at"])
        return known
    newest = parse_all(store.listed(RECORDS, "received", _SUBMISSIONS, limit=1, backwards=True))
    return moment(newest[0]["received_at"]) if newest else None


def _remember(batch: Batch, now: datetime, *, by: str | None) -> None:
    kept = batch.get(JOB_STATE, STATE)
    said: Document = {"id": STATE, "seen_at": stamp(now)}
    confirmed = kept["confirmed"] if kept else []
    said["confirmed"] = [*confirmed[-9:], {"at": stamp(now), "by": by}] if by else confirmed
    if kept is None:
        batch.add(JOB_STATE, said)
    else:
        batch.replace(JOB_STATE, said, kept["version"])
