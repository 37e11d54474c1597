"""By what somebody who asks for access finds their company: its tax number, or the domain of their address.

Pure. A record keeps its keys, so that an index need not compute them each time the store is opened.
"""

from collections.abc import Iterable

from forms_service.decisions import domains, tax_ids
from forms_service.partners.record import Company, Partner, Person


def keys(company: Company, people: Iterable[Person]) -> list[str]:
    """Under which a partner is kept: its tax number, and domains that nobody else can have."""
    numbers = keys_of_number(company["tax_id"], company["country"])
    return sorted({*numbers, *map(_web, _domains(company, people))})


def keys_of_number(tax_id: str, country: str | None = None) -> list[str]:
    """Those of a tax number alone."""
    return sorted(f"tax:{number}" for number in tax_ids.keys(tax_id, country))


def key_of(email: str, tax_id: str) -> str | None:
    """Under which to look for the company of this person; None where nothing can identify it.

    A tax number decides alone: whoever gives one means that company, whatever their address.
    """
    if tax_id:
        number = tax_ids.normalised(tax_id)
        return f"tax:{number}" if number else None
    domain = domains.of_company(email)
    return _web(domain) if domain else None


def is_known_address(partner: Partner, email: str) -> bool:
    """Whether the address lies under a domain of the company, or is named in its record."""
    domain = domains.of_company(email)
    named = {person["email"].casefold() for person in partner["people"] if person["email"]}
    return email.casefold() in named or (domain is not None and _web(domain) in partner["keys"])


def _domains(company: Company, people: Iterable[Person]) -> set[str]:
    addresses = [person["email"] for person in people if person["left_on"] is None]
    found = {domains.of_company(address) for address in (company["website"], *addresses)}
    return {domain for domain in found if domain}


def _web(domain: str) -> str:
    return f"web:{domain}"
