"""What comes of an attempt to change a submission: it is done, it is refused, or somebody was faster."""

from dataclasses import dataclass

from forms_service.decisions.refusals import Refused
from forms_service.store.records import Document


class SubmissionMissing(LookupError):
    """There is no submission with this reference."""


@dataclass(frozen=True)
class Done:
    """It is on disk, with its entry in the history and the mails it owes."""

    record: Document
    """The submission as it is now."""


@dataclass(frozen=True)
class ChangedMeanwhile:
    """Nothing was changed: the submission is not any more what the page showed."""

    before: Document
    """As the page showed it: state, owner, answers, deadline, decision, questions, notes, history."""
    now: Document
    """As it is."""

    @property
    def news(self) -> list[Document]:
        """The entries of the history that the page did not show."""
        entries: list[Document] = self.now["history"][len(self.before["history"]) :]
        return entries


Outcome = Done | Refused | ChangedMeanwhile
