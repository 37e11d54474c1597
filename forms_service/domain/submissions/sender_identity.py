"""Sender identity: does a deal come from the partner it names? Tax number and address are compared.

A partner's record starts as its application, so a known partner is an application that was pre-accepted. What
does not fit is a warning for staff and changes nothing for the sender. Pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from forms_service.domain.companies import company_identity, web_domains
from forms_service.domain.submissions import conflicts
from forms_service.domain.submissions.submission import Application, Submission
from forms_service.domain.submissions.workflow import OPEN, State, SubmissionKind
from forms_service.domain.values import tax_ids


class WarningKind(StrEnum):
    """Kind of mismatch."""

    UNKNOWN_SENDER = "unknown_sender"
    """No application has this tax number."""
    NOT_A_PARTNER = "not_a_partner"
    """An application has it, but it is not pre-accepted (or it was rejected or withdrawn)."""
    OTHER_PARTNER = "other_partner"
    """The address belongs to another known partner."""
    FREE_MAIL = "free_mail"
    """Anybody can have such an address, and the partner did not name it."""
    OTHER_DOMAIN = "other_domain"
    """The partner has named no address and no website under this domain."""


@dataclass(frozen=True)
class IdentityWarning:
    """A mismatch."""

    kind: WarningKind
    given: str
    """The tax number or the address that was given."""
    reference: str | None = None
    """The application it is about: the one that is not (yet) accepted, or the other partner's."""


def sender_keys(said: Mapping[str, Any]) -> frozenset[str]:
    """Index keys to search for the partners a deal may come from."""
    domain = web_domains.of_company(said.get("partner_email"))
    return _keys(tax_ids.keys(said.get("partner_tax_id")), {domain} if domain else set())


def partner_keys(said: Mapping[str, Any]) -> frozenset[str]:
    """Index keys of an application: of its company, and of the domains that it names."""
    company = company_identity.applicant(said)
    of_company = frozenset(f"partner:{key}" for key in company.index_keys())
    return of_company | _keys(company.tax_keys, _domains(said))


def check(said: Mapping[str, Any], applications: Iterable[Application]) -> tuple[IdentityWarning, ...]:
    """Mismatches of a deal's sender; none where all fits.

    `applications` are those found under its `sender_keys`.
    """
    email = said.get("partner_email") or ""
    known = [each for each in applications if not each.get("trapped")]
    named = with_number(said.get("partner_tax_id"), known)
    warnings = _about_number(said.get("partner_tax_id") or "", named)
    if not _belongs(email, named):
        warnings += _about_address(email, named, [each for each in known if each not in named])
    return tuple(warnings)


def warnings(record: Submission, applications: Iterable[Application]) -> tuple[IdentityWarning, ...]:
    """Mismatches of a stored deal; none of one that a signed-in partner registered."""
    return () if record.get("partner") else check(record["said"], applications)


def registered_contact(said: Mapping[str, Any], applications: Iterable[Application]) -> str | None:
    """Contact to notify of a deal in the company's name; None where a contact registered it.

    It gets a copy of the confirmation, so that nobody registers in another's name unseen.
    """
    partner = partner_of(said, applications)
    if partner is None:
        return None
    contacts = [person["email"] for person in partner["said"]["contacts"] if person.get("email")]
    sender = (said.get("partner_email") or "").casefold()
    told = sender in map(str.casefold, contacts)
    return contacts[0] if contacts and not told else None


def partner_of(said: Mapping[str, Any], applications: Iterable[Application]) -> Application | None:
    """Partner with the tax number of a deal: its latest pre-accepted application."""
    accepted = [each for each in applications if each["state"] == State.PRE_ACCEPTED]
    return next(iter(_latest_first(with_number(said.get("partner_tax_id"), accepted))), None)


def with_number(number: str | None, applications: Iterable[Application]) -> list[Application]:
    """Applications with this tax number, given without a country.

    One that is the very number is preferred to one that is only written with the same digits.
    """
    keys, exact = tax_ids.keys(number), tax_ids.normalised(number)
    found = [
        (company.tax_id == exact, each)
        for each in applications
        if (company := company_identity.applicant(each["said"])).tax_keys & keys
    ]
    best = any(is_exact for is_exact, _ in found)
    return [each for is_exact, each in found if is_exact or not best]


def _keys(numbers: frozenset[str], of_domains: set[str]) -> frozenset[str]:
    tax = {f"partner:tax:{number}" for number in numbers}
    return frozenset(tax | {f"partner:web:{domain}" for domain in of_domains})


def _about_number(given: str, named: list[Application]) -> list[IdentityWarning]:
    if not named:
        return [IdentityWarning(WarningKind.UNKNOWN_SENDER, given)]
    if any(each["state"] == State.PRE_ACCEPTED for each in named):
        return []
    ranked = sorted(_latest_first(named), key=lambda each: each["state"] not in OPEN)
    return [IdentityWarning(WarningKind.NOT_A_PARTNER, given, ranked[0]["id"])]


def _about_address(email: str, named: list[Application], others: list[Application]) -> list[IdentityWarning]:
    partners = [each for each in others if each["state"] == State.PRE_ACCEPTED]
    strangers = [each for each in _latest_first(partners) if _belongs(email, [each])]
    if strangers:
        return [IdentityWarning(WarningKind.OTHER_PARTNER, email, strangers[0]["id"])]
    if not named:
        return []
    kind = WarningKind.FREE_MAIL if web_domains.is_free_mail(email) else WarningKind.OTHER_DOMAIN
    return [IdentityWarning(kind, email, _latest_first(named)[0]["id"])]


def _belongs(email: str, applications: Iterable[Application]) -> bool:
    """Whether one of them named this address, or one under its domain."""
    domain = web_domains.of_company(email)
    return any(
        email.casefold() in _addresses(each["said"])
        or (domain is not None and domain in _domains(each["said"]))
        for each in applications
    )


def _addresses(said: Mapping[str, Any]) -> set[str]:
    return {person["email"].casefold() for person in company_identity.people(said) if person.get("email")}


def _domains(said: Mapping[str, Any]) -> set[str]:
    found = {web_domains.of_company(said.get("website")), *map(web_domains.of_company, _addresses(said))}
    return {domain for domain in found if domain}


def _latest_first(applications: Iterable[Application]) -> list[Application]:
    return sorted(applications, key=lambda each: str(each["received_at"]), reverse=True)


def of(kind: SubmissionKind, said: Mapping[str, Any]) -> list[str]:
    """Index keys of a record, stored under `keys`."""
    return sorted(conflicts.index_keys(said) if kind is SubmissionKind.DEAL else partner_keys(said))


def sender_of(record: Submission) -> str:
    """E-mail address given by the sender, as cleaned by the form; unverified."""
    if record["kind"] == SubmissionKind.DEAL:
        return record["said"]["partner_email"]
    return record["said"]["contacts"][0]["email"]
