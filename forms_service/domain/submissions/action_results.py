"""Outcomes of an action: done, or refused and why; returned, not raised."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from forms_service.domain.submissions.conflicts import FoundConflict
from forms_service.domain.submissions.submission import HistoryEntry, Submission


class Refusal(StrEnum):
    """Reason of a refusal."""

    NOT_NOW = "not_now"
    """The state does not allow it: it was decided, withdrawn, taken or answered already, or never can be."""
    NOT_YOURS = "not_yours"
    """Somebody else may do it now, this side may not."""
    NOTHING_CHANGES = "nothing_changes"
    """It is so already: taken by the same person, handed to its owner, corrected to the same words."""
    CHANGED_MEANWHILE = "changed_meanwhile"
    """What this began with is not what is there now."""
    TOO_OFTEN = "too_often"
    """Its sender has corrected it as often as that is possible."""
    MISSING = "missing"
    """The detail named `field` has to be given."""
    NOT_A_PERCENTAGE = "not_a_percentage"
    """`percent` is no number above 0 and up to 100."""
    NOT_A_CHOICE = "not_a_choice"
    """`field` holds what is not on the list it is chosen from."""
    NOT_THEIR_OWN = "not_their_own"
    """`duplicate_of` is not another registration of the same sender: no other may be named to them."""
    IN_THE_FUTURE = "in_the_future"
    """`received_at` is still to come."""
    NOT_A_DAY = "not_a_day"
    """`field` is no day, or not written as year-month-day."""
    DAY_TO_COME = "day_to_come"
    """`field` has not come yet."""
    BEFORE_REGISTRATION = "before_registration"
    """`field` lies before the deal was registered."""
    NOT_AN_AMOUNT = "not_an_amount"
    """`field` is no amount above 0, or has more than two decimals."""
    REASON_FOR_CONFLICT = "reason_for_conflict"
    """Others have registered this customer, or it was approved before: approving needs a reason."""


@dataclass(frozen=True)
class Refused:
    """Refused; nothing was changed."""

    reason: Refusal
    field: str | None = None
    """The detail it is about, where it is about one."""
    conflicts: Sequence[FoundConflict] | None = dataclasses.field(default=None, compare=False, repr=False)
    """What was looked up for an approval, so that the page of the refusal need not do it again."""


class SubmissionMissing(LookupError):
    """No submission has this reference."""


@dataclass(frozen=True)
class Done:
    """Done: on disk, with history entry and queued mails."""

    record: Submission
    """The submission as it is now."""


@dataclass(frozen=True)
class ChangedMeanwhile:
    """Refused: the record is not the version that the page showed (optimistic lock)."""

    before: Submission
    """As the page showed it: state, owner, answers, deadline, decision, questions, notes, history."""
    now: Submission
    """As it is."""

    @property
    def news(self) -> list[HistoryEntry]:
        """History entries that the page did not show."""
        return self.now["history"][len(self.before["history"]) :]


Outcome = Done | Refused | ChangedMeanwhile
