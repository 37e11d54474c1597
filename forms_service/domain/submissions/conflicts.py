"""Conflicts: who else has this customer: other registrations, and the vendor's accounts. Staff only.

First come is pointed out, people decide. Candidates come from an index over `index_keys` and `account_keys`,
looked up by `search_keys`; which of them are conflicts, and why, is decided here. Pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from forms_service.domain.companies import company_identity, name_comparison
from forms_service.domain.companies.company_identity import CompanyIdentity
from forms_service.domain.companies.look_alikes import domain_skeleton
from forms_service.domain.companies.name_comparison import Likeness, fold
from forms_service.domain.submissions.history import versions
from forms_service.domain.submissions.submission import Deal
from forms_service.domain.submissions.workflow import OPEN, State, SubmissionKind
from forms_service.domain.values import tax_ids

_GRANTED = frozenset({State.APPROVED, State.WON})
_COUNTS = OPEN | _GRANTED
"""A deal that was lost has its customer no more."""


class ReasonKind(StrEnum):
    """What two customers have in common, the strongest first; the last one only comes with another."""

    TAX_ID = "tax_id"
    DOMAIN = "domain"
    NAME = "name"
    """The same but for legal form and spelling."""
    NEAR_NAME = "near_name"
    PRODUCT = "product"
    """The same product for what may be the same customer."""


class DoubtKind(StrEnum):
    """In what two customers differ."""

    TAX_ID = "tax_id"
    """Both gave a number, and they differ."""
    COUNTRY = "country"


@dataclass(frozen=True)
class Reason:
    """A common feature."""

    kind: ReasonKind
    ours: str
    theirs: str
    """As the other one wrote it; equal to `ours` where that is the point."""


@dataclass(frozen=True)
class ConflictDoubt:
    """A difference."""

    kind: DoubtKind
    ours: str
    theirs: str


@dataclass(frozen=True)
class Conflict:
    """A conflict: another registration, or an account, of what may be the same customer."""

    other: str
    """The reference of the registration, or the id of the account."""
    is_account: bool
    reasons: tuple[Reason, ...]
    """At least one; the strongest first."""
    doubts: tuple[ConflictDoubt, ...] = ()
    other_is_first: bool = True
    """Whether the other named this customer earlier. An account always did: it is the vendor's own."""
    same_sender: bool = False
    """Whether the other is a registration of the same sender, see `sent_by_the_same`."""
    approved: bool = False
    """Whether the other is approved, or won by now; else it is open. Accounts are neither."""
    ended: bool = False
    """Whether the other was approved for a time that is over: it is shown, and stands against nothing."""


@dataclass(frozen=True)
class FoundConflict:
    """A conflict and what it is with."""

    conflict: Conflict
    other: Mapping[str, Any]
    """The other registration, or the account."""


def search_keys(said: Mapping[str, Any]) -> frozenset[str]:
    """Index keys to search for others with the customer of this deal."""
    return company_identity.customer(said).search_keys()


def index_keys(said: Mapping[str, Any]) -> frozenset[str]:
    """Index keys of a deal, whatever becomes of it."""
    return company_identity.customer(said).index_keys()


def account_keys(account: Mapping[str, Any]) -> frozenset[str]:
    """Index keys of an imported account."""
    return company_identity.account(account).index_keys()


def find(
    record: Deal,
    candidates: Iterable[Deal],
    accounts: Iterable[Mapping[str, Any]] = (),
) -> tuple[Conflict, ...]:
    """Conflicts of a deal, the strongest first, then the earliest.

    `candidates` and `accounts` are those found under its `search_keys`; others do no harm. Not among the
    conflicts: the record itself, rejected, withdrawn and trapped ones, near names whose tax numbers differ.
    """
    customer = company_identity.customer(record["said"])
    found: dict[str, tuple[tuple[int, str], Conflict]] = {}
    for other in candidates:
        if other["id"] != record["id"] and other["id"] not in found and _counts(other):
            conflict = _with_registration(record, customer, other)
            if conflict:
                found[other["id"]] = (_rank(conflict, _named_since(other, customer)), conflict)
    for document in accounts:
        company = company_identity.account(document)
        reasons, doubts = compare(customer, company)
        if reasons:
            conflict = Conflict(document["id"], True, reasons, doubts)
            found[f"account {document['id']}"] = (_rank(conflict, ""), conflict)
    return tuple(conflict for _, conflict in sorted(found.values(), key=lambda ranked: ranked[0]))


def sent_by_the_same(one: Deal, other: Deal) -> bool:
    """Whether two deals have the same sender: tax number and address.

    Nobody has verified either, so nothing weaker may let one sender read of another's registration.
    """
    numbers = [tax_ids.keys(each["said"].get("partner_tax_id")) for each in (one, other)]
    addresses = [(each["said"].get("partner_email") or "").casefold() for each in (one, other)]
    return bool(numbers[0] & numbers[1]) and addresses[0] == addresses[1] != ""


def same_product(one: str | None, other: str | None) -> bool:
    """Whether two products are the same but for spelling."""
    words = [fold(each or "").split() for each in (one, other)]
    return words[0] == words[1] != []


def _counts(record: Deal) -> bool:
    return (
        record.get("kind") == SubmissionKind.DEAL
        and record.get("state") in _COUNTS
        and not record.get("trapped")
    )


def _with_registration(record: Deal, customer: CompanyIdentity, other: Deal) -> Conflict | None:
    theirs = company_identity.customer(other["said"])
    reasons, doubts = compare(customer, theirs)
    if not reasons:
        return None
    product, other_product = record["said"].get("product"), other["said"].get("product")
    if same_product(product, other_product):
        reasons = (*reasons, Reason(ReasonKind.PRODUCT, product or "", other_product or ""))
    since, other_since = _named_since(record, theirs), _named_since(other, customer)
    stored, other_stored = _stored_at(record), _stored_at(other)
    return Conflict(
        other["id"],
        False,
        reasons,
        doubts,
        other_is_first=(other_since, other_stored, other["id"]) < (since, stored, record["id"]),
        same_sender=sent_by_the_same(record, other),
        approved=other["state"] in _GRANTED,
    )


def compare(
    ours: CompanyIdentity, theirs: CompanyIdentity
) -> tuple[tuple[Reason, ...], tuple[ConflictDoubt, ...]]:
    """What two companies have in common and in what they differ. No reason: they are two."""
    reasons = []
    if ours.tax_id and theirs.tax_id and ours.tax_keys & theirs.tax_keys:
        reasons.append(Reason(ReasonKind.TAX_ID, ours.tax_id, theirs.tax_id))
    if ours.domain and theirs.domain and domain_skeleton(ours.domain) == domain_skeleton(theirs.domain):
        reasons.append(Reason(ReasonKind.DOMAIN, ours.domain, theirs.domain))
    doubts = _doubts(ours, theirs)
    likeness = name_comparison.compare(ours.name, theirs.name)
    if likeness is Likeness.SAME:
        reasons.append(Reason(ReasonKind.NAME, ours.name, theirs.name))
    elif likeness is Likeness.NEAR and (reasons or not _numbers_differ(doubts)):
        reasons.append(Reason(ReasonKind.NEAR_NAME, ours.name, theirs.name))
    return tuple(reasons), doubts


def _doubts(ours: CompanyIdentity, theirs: CompanyIdentity) -> tuple[ConflictDoubt, ...]:
    doubts = []
    if ours.tax_id and theirs.tax_id and not ours.tax_keys & theirs.tax_keys:
        doubts.append(ConflictDoubt(DoubtKind.TAX_ID, ours.tax_id, theirs.tax_id))
    if ours.country and theirs.country and ours.country != theirs.country:
        doubts.append(ConflictDoubt(DoubtKind.COUNTRY, ours.country, theirs.country))
    return tuple(doubts)


def _numbers_differ(doubts: Iterable[ConflictDoubt]) -> bool:
    return any(doubt.kind is DoubtKind.TAX_ID for doubt in doubts)


def _named_since(record: Deal, company: CompanyIdentity) -> str:
    """Since when a record has named what may be this company: a correction does not jump the queue."""
    since: str | None = None
    for version in reversed(versions(record)):
        if not compare(company_identity.customer(version["said"]), company)[0]:
            since = version["until"]
            break
    return since or record["received_at"]


def _stored_at(record: Deal) -> str:
    """When it came to be here: of two that staff entered as of the same minute, one was entered first."""
    history = record.get("history") or ()
    return str(history[0]["at"]) if history else ""


def _rank(conflict: Conflict, since: str) -> tuple[int, str]:
    strongest = list(ReasonKind).index(conflict.reasons[0].kind)
    return (strongest, since)
