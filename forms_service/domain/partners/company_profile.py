"""Company profile of a partner, and the recommended link in its own channels."""

from collections.abc import Iterable

from forms_service.domain.companies import web_domains
from forms_service.domain.partners.activities import is_link
from forms_service.domain.partners.partner import CompanyProfile, Partner, Person
from forms_service.domain.partners.partner_permissions import PartnerActing, PartnerAction
from forms_service.domain.partners.refusals import PartnerActionRefused, PartnerRefusal
from forms_service.domain.values import tax_ids

NEEDED = ("name", "tax_id", "country", "address", "models", "areas")
"""What a partner profile has to hold; a website is optional."""


def missing(company: CompanyProfile) -> tuple[str, ...]:
    """Parts of the profile that are not filled in."""
    return tuple(name for name in NEEDED if not company.get(name))


def change_company(
    partner: Partner, act: PartnerActing, company: CompanyProfile
) -> Partner | PartnerActionRefused:
    """Replace the profile."""
    if refused := act.refused(partner, PartnerAction.CHANGE_COMPANY):
        return refused
    for name in ("name", "tax_id", "country"):
        if not company.get(name):
            return PartnerActionRefused(PartnerRefusal.MISSING, name)
    if company == partner["company"]:
        return PartnerActionRefused(PartnerRefusal.NOTHING_CHANGES)
    changed = sorted(name for name, value in company.items() if value != partner["company"].get(name))
    after = partner.copy()
    after["company"] = company.copy()
    return act.written(after, PartnerAction.CHANGE_COMPANY, changed=changed)


def give_link(partner: Partner, act: PartnerActing, link: str) -> Partner | PartnerActionRefused:
    """Record where the partner recommends the vendor; a new link needs confirmation."""
    if refused := act.refused(partner, PartnerAction.GIVE_LINK):
        return refused
    link = link.strip()
    if link and not is_link(link):
        return PartnerActionRefused(PartnerRefusal.NO_LINK, "link")
    if link == partner["promotion"]["link"]:
        return PartnerActionRefused(PartnerRefusal.NOTHING_CHANGES)
    after = partner.copy()
    after["promotion"] = {"link": link, "given_at": act.stamp if link else None, "confirmed_at": None}
    return act.written(after, PartnerAction.GIVE_LINK)


def confirm_link(
    partner: Partner, act: PartnerActing, *, confirmed: bool = True
) -> Partner | PartnerActionRefused:
    """Confirm the link, or withdraw the confirmation."""
    if refused := act.refused(partner, PartnerAction.CONFIRM_LINK):
        return refused
    if confirmed and not partner["promotion"]["link"]:
        return PartnerActionRefused(PartnerRefusal.MISSING, "link")
    if confirmed is (partner["promotion"]["confirmed_at"] is not None):
        return PartnerActionRefused(PartnerRefusal.NOTHING_CHANGES)
    after = partner.copy()
    after["promotion"] = {**partner["promotion"], "confirmed_at": act.stamp if confirmed else None}
    return act.written(after, PartnerAction.CONFIRM_LINK, confirmed=confirmed)


def keys(company: CompanyProfile, people: Iterable[Person]) -> list[str]:
    """Index keys of a partner: its tax number, and domains that nobody else can have."""
    numbers = keys_of_number(company["tax_id"], company["country"])
    return sorted({*numbers, *map(_web, _domains(company, people))})


def keys_of_number(tax_id: str, country: str | None = None) -> list[str]:
    """Index keys of a tax number alone."""
    return sorted(f"tax:{number}" for number in tax_ids.keys(tax_id, country))


def key_of(email: str, tax_id: str) -> str | None:
    """Index key to search for the company of this person; None where nothing identifies it.

    A tax number decides alone: whoever gives one means that company, whatever their address.
    """
    if tax_id:
        number = tax_ids.normalised(tax_id)
        return f"tax:{number}" if number else None
    domain = web_domains.of_company(email)
    return _web(domain) if domain else None


def is_known_address(partner: Partner, email: str) -> bool:
    """Whether the address is under a domain of the company, or in its record."""
    domain = web_domains.of_company(email)
    named = {person["email"].casefold() for person in partner["people"] if person["email"]}
    return email.casefold() in named or (domain is not None and _web(domain) in partner["keys"])


def _domains(company: CompanyProfile, people: Iterable[Person]) -> set[str]:
    addresses = [person["email"] for person in people if person["left_on"] is None]
    found = {web_domains.of_company(address) for address in (company["website"], *addresses)}
    return {domain for domain in found if domain}


def _web(domain: str) -> str:
    return f"web:{domain}"
