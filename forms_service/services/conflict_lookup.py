"""Conflict lookup: what a submission may collide with, and the partners it may come from. Index lookups only.

`reads` is the store, or a batch, which sees what is being written.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from forms_service.domain.companies import company_identity
from forms_service.domain.partners import company_profile
from forms_service.domain.partners.partner import Partner, parse_partner
from forms_service.domain.submissions import approval, conflicts, sender_identity
from forms_service.domain.submissions.conflicts import Conflict, FoundConflict
from forms_service.domain.submissions.sender_identity import sender_of
from forms_service.domain.submissions.submission import (
    Application,
    Submission,
    applications,
    company_named,
    deals,
    parse_all,
)
from forms_service.domain.submissions.workflow import SubmissionKind
from forms_service.domain.table_names import ACCOUNTS, PARTNERS, RECORDS
from forms_service.store.store import Document, ReadStore

MOST_OF_A_KEY = 200
"""Registrations looked at under one key: a customer whom more have is in conflict without the rest."""
MOST_LOOKED_AT = 400
"""Registrations looked at in all: names of nothing but common words are like too many."""

HasEnded = Callable[[Submission], bool]

_STRENGTH = ("tax:", "web:", "name:", "near:")


def conflicts_of(
    reads: ReadStore, record: Submission, has_ended: HasEnded = lambda other: False
) -> tuple[FoundConflict, ...]:
    """Conflicts of a deal: who else has its customer. `has_ended` says whether an approval is over."""
    if record["kind"] != SubmissionKind.DEAL:
        return ()
    keys = conflicts.search_keys(record["said"])
    candidates = {each["id"]: each for each in deals(found_under(reads, RECORDS, keys))}
    accounts = {each["id"]: each for each in found_under(reads, ACCOUNTS, keys)}
    found = conflicts.find(record, candidates.values(), accounts.values())
    return tuple(
        FoundConflict(conflict, accounts[conflict.other])
        if conflict.is_account
        else _with_registration(conflict, candidates[conflict.other], has_ended)
        for conflict in found
    )


def _with_registration(conflict: Conflict, other: Submission, has_ended: HasEnded) -> FoundConflict:
    over = replace(conflict, approved=False, ended=True) if has_ended(other) else conflict
    return FoundConflict(over, other)


def approved_before(found: Iterable[FoundConflict], product: str) -> tuple[str, ...]:
    """References of approvals of the same customer and product, among the conflicts found."""
    registrations = [each for each in found if not each.conflict.is_account]
    others = {each.other["id"]: each.other for each in registrations}
    return approval.already_approved(product, [each.conflict for each in registrations], others)


def is_claimed(reads: ReadStore, record: Submission) -> bool:
    """Whether an open deal has a certain conflict: a cheap check, for lists.

    Names that are only near are not looked at, nor what else there is.
    """
    if record["kind"] != SubmissionKind.DEAL:
        return False
    keys = [key for key in record.get("keys", ()) if not key.startswith("near:")]
    return any(
        reads.how_many(RECORDS, "keys", key) > 1 or reads.how_many(ACCOUNTS, "keys", key) for key in keys
    )


def partners_of(reads: ReadStore, said: Mapping[str, Any]) -> list[Application]:
    """Applications that match a deal's sender by tax number or e-mail domain."""
    found = applications(found_under(reads, RECORDS, sender_identity.sender_keys(said)))
    return list({each["id"]: each for each in found}.values())


def card_of(reads: ReadStore, record: Submission) -> Partner | None:
    """Partner that an application became, or that a deal is from; None where there is none yet."""
    if record["kind"] == SubmissionKind.APPLICATION:
        return _made_of(reads, record["id"])
    said = record.get("said")
    if "partner" in record:
        found = reads.get(PARTNERS, record["partner"])
        return parse_partner(found) if found else None
    return card_of_sender(reads, said, partners_of(reads, said)) if said else None


def card_of_sender(reads: ReadStore, said: Mapping[str, Any], known: Iterable[Application]) -> Partner | None:
    """Partner with the tax number of a deal, among those of these applications, else by its own number."""
    application = sender_identity.partner_of(said, known)
    if application and (made := _made_of(reads, application["id"])):
        return made
    for key in company_profile.keys_of_number(said.get("partner_tax_id") or ""):
        for found in reads.find(PARTNERS, "keys", key, 1):
            return parse_partner(found)
    return None


def _made_of(reads: ReadStore, application: str) -> Partner | None:
    return next((parse_partner(each) for each in reads.find(PARTNERS, "application", application)), None)


def country_of_known(reads: ReadStore, number: str) -> str | None:
    """Country of the application or partner with this tax number; None where nobody has it."""
    said = {"partner_tax_id": number}
    known = [each for each in partners_of(reads, said) if not each.get("trapped")]
    for each in sender_identity.with_number(number, known):
        return str(each["said"].get("country") or "")
    for key in company_profile.keys_of_number(number):
        for partner in reads.find(PARTNERS, "keys", key, 1):
            return str(partner["company"]["country"])
    return None


def company_names(reads: ReadStore) -> Callable[[Submission], str]:
    """Names of the sending company: of the applicant, or of the known partner with the tax number.

    For long lists: each number is looked up once.
    """

    @cache
    def of_number(number: str) -> str:
        said = {"partner_tax_id": number}
        partner = sender_identity.partner_of(said, partners_of(reads, said))
        return str(partner["said"].get("company_name") or "") if partner else ""

    def of(record: Submission) -> str:
        if record["kind"] == SubmissionKind.APPLICATION:
            return company_named(record)
        return of_number((record.get("said") or {}).get("partner_tax_id") or "")

    return of


def own_others(reads: ReadStore, record: Submission) -> list[Submission]:
    """Other submissions of the same kind and sender that may be named to the sender, unordered."""
    sent = parse_all(reads.find(RECORDS, "email", sender_of(record).casefold(), MOST_OF_A_KEY))
    return [each for each in sent if is_own_other(record, each)]


def is_own_other(record: Submission, other: Submission) -> bool:
    """Whether the other submission may be named to the sender of this one: both came from them."""
    if record["id"] == other["id"] or record["kind"] != other["kind"] or other.get("trapped"):
        return False
    if record["kind"] == SubmissionKind.DEAL:
        return other["kind"] == SubmissionKind.DEAL and conflicts.sent_by_the_same(record, other)
    numbers = {company_identity.applicant(each["said"]).tax_id for each in (record, other)}
    return len(numbers) == 1 and None not in numbers and _same_sender(record, other)


def _same_sender(record: Submission, other: Submission) -> bool:
    return sender_of(record).casefold() == sender_of(other).casefold()


def found_under(
    reads: ReadStore, table: str, keys: Iterable[str], *, index: str = "keys"
) -> Iterator[Document]:
    """What is kept under the keys: the strongest and rarest first, which tell the most."""

    def telling(key: str) -> tuple[int, int, str]:
        return _strength(key), reads.how_many(table, index, key), key

    left = MOST_LOOKED_AT
    for key in sorted(keys, key=telling):
        found = reads.find(table, index, key, min(left, MOST_OF_A_KEY))
        left -= len(found)
        yield from found
        if left <= 0:
            return


def _strength(key: str) -> int:
    key = key.removeprefix("partner:")
    return next((n for n, prefix in enumerate(_STRENGTH) if key.startswith(prefix)), len(_STRENGTH))
