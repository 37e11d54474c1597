"""Duplicate lookup: other applications and partners of the same company. Index lookups only.

`reads` is the store, or a batch, which sees what is being written.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from forms_service.domain.partners import duplicates
from forms_service.domain.partners.duplicates import Duplicate, KnownCompany
from forms_service.domain.partners.partner import Partner, PartnerState, parse_partner
from forms_service.domain.submissions.conflicts import ReasonKind
from forms_service.domain.submissions.submission import Application, Submission, applications
from forms_service.domain.submissions.workflow import SubmissionKind
from forms_service.domain.table_names import PARTNERS, RECORDS
from forms_service.services.conflict_lookup import found_under
from forms_service.store.store import ReadStore

_PREFIX = "partner:"
"""Of the keys of applications."""
_TELLING = ("tax:", "web:", "name:")


@dataclass(frozen=True)
class FoundDuplicate:
    """A duplicate and what it is: one of the two."""

    duplicate: Duplicate
    application: Application | None = None
    partner: Partner | None = None

    @property
    def is_running(self) -> bool:
        """Whether it is a partner, and has not ended."""
        return self.partner is not None and self.partner["state"] != PartnerState.ENDED

    @property
    def since(self) -> str:
        """When it was received, or began."""
        if self.partner is not None:
            return str(self.partner["history"][0]["at"])
        return str(self.application["received_at"]) if self.application else ""


def of_application(reads: ReadStore, record: Submission) -> tuple[FoundDuplicate, ...]:
    """Duplicates of an application but the partner it became; none of a deal, or of what is erased."""
    if record["kind"] != SubmissionKind.APPLICATION or not record.get("said"):
        return ()
    own = {partner["id"] for partner in reads.find(PARTNERS, "application", record["id"])}
    return _found(reads, duplicates.of_application(record), {record["id"], *own})


def of_partner(reads: ReadStore, partner: Partner) -> tuple[FoundDuplicate, ...]:
    """Duplicates of a partner: other partners."""
    found = _found(reads, duplicates.of_partner(partner), {partner["id"]})
    return tuple(each for each in found if each.partner is not None)


def has_any(reads: ReadStore, record: Submission) -> bool:
    """Whether anything else is kept under the tax number, a domain or the name: a cheap check, for lists."""
    if record["kind"] != SubmissionKind.APPLICATION:
        return False
    own = reads.how_many(PARTNERS, "application", record["id"])
    return any(
        reads.how_many(RECORDS, "keys", key) > 1
        or reads.how_many(PARTNERS, "company", key.removeprefix(_PREFIX)) > own
        for key in record.get("keys", ())
        if key.removeprefix(_PREFIX).startswith(_TELLING)
    )


def to_join(found: Iterable[FoundDuplicate], named: str = "") -> Partner | None:
    """Partner that an application with these duplicates becomes a part of; None where it becomes a new one.

    That is the partner with its tax number that began first and has not ended, else the one `named` by the
    reviewer.
    """
    running = [each for each in found if each.is_running]
    same = sorted((each for each in running if each.duplicate.is_same), key=lambda each: each.since)
    chosen = same or [each for each in running if each.duplicate.reference == named]
    return chosen[0].partner if chosen else None


def _found(reads: ReadStore, ours: KnownCompany, besides: set[str]) -> tuple[FoundDuplicate, ...]:
    """Partners first, then the strongest, then the oldest."""
    theirs = {each.duplicate.reference: each for each in _compared(reads, ours)}
    kinds = list(ReasonKind)
    return tuple(
        sorted(
            (each for reference, each in theirs.items() if reference not in besides),
            key=lambda each: (
                each.partner is None,
                kinds.index(each.duplicate.reasons[0].kind),
                each.since,
            ),
        )
    )


def _compared(reads: ReadStore, ours: KnownCompany) -> Iterator[FoundDuplicate]:
    keys = ours.search_keys()
    for partner in map(parse_partner, found_under(reads, PARTNERS, keys, index="company")):
        if found := duplicates.compare(ours, duplicates.of_partner(partner)):
            yield FoundDuplicate(found, partner=partner)
    for record in _applications(reads, keys):
        if found := duplicates.compare(ours, duplicates.of_application(record)):
            yield FoundDuplicate(found, application=record)


def _applications(reads: ReadStore, keys: Iterable[str]) -> Iterator[Application]:
    found = applications(found_under(reads, RECORDS, [f"{_PREFIX}{key}" for key in keys]))
    return (each for each in found if not each.get("trapped") and each.get("said"))
