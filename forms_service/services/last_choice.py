"""Last choice: the reason staff chose last in a like case, offered as a default. Staff only."""

from collections.abc import Callable, Iterable

from forms_service.domain.submissions import approval
from forms_service.domain.submissions.conflicts import FoundConflict
from forms_service.domain.submissions.submission import Submission
from forms_service.domain.table_names import JOB_STATE
from forms_service.store.store import Batch, ReadStore

_REASON = "habit/reason-for-conflict"
"""Of the table `job_state`."""


def reason_for_conflict(reads: ReadStore) -> str | None:
    """Reason of the last rejection for a conflict; None before the first one."""
    kept = reads.get(JOB_STATE, _REASON)
    return str(kept["reason"]) if kept else None


def note_rejection(
    batch: Batch, record: Submission, conflicts: Callable[[], Iterable[FoundConflict]]
) -> None:
    """Remember the reason of a rejection, if somebody else has the customer.

    `conflicts` looks up those of the record, which is only done for another reason than the last one.
    """
    reason = record["decision"].get("reason")
    kept = batch.get(JOB_STATE, _REASON)
    if not reason or (kept and kept["reason"] == reason):
        return
    if not any(approval.comes_first(each.conflict) for each in conflicts()):
        return
    if kept:
        batch.replace(JOB_STATE, {**kept, "reason": reason}, kept["version"])
    else:
        batch.add(JOB_STATE, {"id": _REASON, "reason": reason})
