"""Duplicates: applications and partners of what may be the same company. Staff only. Pure.

Companies are compared as customers are in `conflicts`, by tax number, domain and name; here a domain may also
be that of a named person's address. Only a tax number makes two of them one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from forms_service.domain.companies import company_identity, web_domains
from forms_service.domain.companies.company_identity import CompanyIdentity
from forms_service.domain.companies.look_alikes import domain_skeleton
from forms_service.domain.partners.partner import Partner
from forms_service.domain.submissions import conflicts
from forms_service.domain.submissions.conflicts import ConflictDoubt, DoubtKind, Reason
from forms_service.domain.submissions.submission import Application

_UNCHECKED = "~"


@dataclass(frozen=True)
class Duplicate:
    """Another application or partner of what may be the same company."""

    reference: str
    is_partner: bool
    reasons: tuple[Reason, ...]
    """At least one; the strongest first."""
    doubts: tuple[ConflictDoubt, ...]
    is_same: bool
    """Whether it is the same company for certain: the tax number is the same."""


@dataclass(frozen=True)
class KnownCompany:
    """A company that applied, or is a partner."""

    reference: str
    is_partner: bool
    identity: CompanyIdentity
    domains: frozenset[str]

    def index_keys(self) -> frozenset[str]:
        """Index keys of this company."""
        return self.identity.index_keys() | self._web_keys()

    def search_keys(self) -> frozenset[str]:
        """Index keys to search for what may be the same company."""
        return self.identity.search_keys() | self._web_keys()

    def _web_keys(self) -> frozenset[str]:
        return frozenset(f"web:{domain}" for domain in self.domains)


def of_application(record: Application) -> KnownCompany:
    """The company that applies; nothing to be found by once that is erased."""
    said: Mapping[str, Any] = record.get("said") or {}
    addresses = (person.get("email") for person in company_identity.people(said))
    identity = company_identity.applicant(said)
    return KnownCompany(record["id"], False, identity, _domains(said.get("website"), *addresses))


def of_partner(partner: Partner) -> KnownCompany:
    """The company that is a partner."""
    company = partner["company"]
    identity = company_identity.applicant({**company, "company_name": company["name"]})
    addresses = (person["email"] for person in partner["people"] if person["left_on"] is None)
    return KnownCompany(partner["id"], True, identity, _domains(company["website"], *addresses))


def compare(ours: KnownCompany, theirs: KnownCompany) -> Duplicate | None:
    """What makes two companies one, or one perhaps; None where nothing does."""
    shared = min(ours.domains & theirs.domains, default=None)
    one, other = ours.identity, theirs.identity
    if shared:
        one, other = replace(one, domain=shared), replace(other, domain=shared)
    reasons, doubts = conflicts.compare(one, other)
    if not reasons:
        return None
    return Duplicate(theirs.reference, theirs.is_partner, reasons, doubts, _is_same(one, other, doubts))


def _is_same(one: CompanyIdentity, other: CompanyIdentity, doubts: tuple[ConflictDoubt, ...]) -> bool:
    """A number that nobody can check is another company's in another country."""
    if not one.tax_keys & other.tax_keys:
        return False
    is_checked = one.tax_id == other.tax_id and not (one.tax_id or _UNCHECKED).startswith(_UNCHECKED)
    return is_checked or all(doubt.kind is not DoubtKind.COUNTRY for doubt in doubts)


def _domains(*named: str | None) -> frozenset[str]:
    found = {web_domains.of_company(each) for each in named}
    return frozenset(filter(None, map(domain_skeleton, found)))
