"""Company identity: the companies that records name, and the index keys to find them elsewhere.

A key says what it was made of: `tax:` a tax number, `web:` a registered domain, `name:` a name, `near:` a
piece of one. What may be the same company is kept in an index under one of the keys to search for; what is
found need not be the same.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from forms_service.domain.companies import name_comparison, web_domains
from forms_service.domain.companies.look_alikes import domain_skeleton
from forms_service.domain.values import tax_ids


@dataclass(frozen=True)
class CompanyIdentity:
    """Company identity: name, tax number, domain, country, normalised."""

    name: str = ""
    """As it was written."""
    tax_id: str | None = None
    tax_keys: frozenset[str] = frozenset()
    """By which the number is found however it was written; see `tax_ids.keys`."""
    domain: str | None = None
    """Only one that can identify a company."""
    country: str | None = None
    """ISO 3166-1 alpha-2; not known of accounts."""

    def index_keys(self) -> frozenset[str]:
        """Index keys of this company."""
        return name_comparison.index_keys(self.name) | self._exact_keys()

    def search_keys(self) -> frozenset[str]:
        """Index keys to search for what may be the same company."""
        return name_comparison.search_keys(self.name) | self._exact_keys()

    def _exact_keys(self) -> set[str]:
        web = {f"web:{self.domain}", f"web:{domain_skeleton(self.domain)}"} if self.domain else set()
        return web | {f"tax:{key}" for key in self.tax_keys}


def customer(said: Mapping[str, Any]) -> CompanyIdentity:
    """The customer of a deal registration."""
    country = said.get("customer_country")
    return CompanyIdentity(
        said.get("customer_name") or "",
        *_numbers(said.get("customer_tax_id"), country),
        web_domains.of_company(said.get("customer_website")),
        country,
    )


def applicant(said: Mapping[str, Any]) -> CompanyIdentity:
    """The company that applies to become a partner."""
    country = said.get("country")
    return CompanyIdentity(
        said.get("company_name") or "",
        *_numbers(said.get("tax_id"), country),
        web_domains.of_company(said.get("website")),
        country,
    )


def account(document: Mapping[str, Any]) -> CompanyIdentity:
    """An imported account of the vendor: `name`, `tax_id`, `domain`."""
    return CompanyIdentity(
        document.get("name") or "",
        *_numbers(document.get("tax_id")),
        web_domains.of_company(document.get("domain")),
    )


def _numbers(number: str | None, country: str | None = None) -> tuple[str | None, frozenset[str]]:
    return tax_ids.normalised(number, country), tax_ids.keys(number, country)


def people(said: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    """Everybody named in an application, in the order of the form."""
    sponsor = said.get("sponsor")
    yield from said.get("contacts") or ()
    yield from [sponsor] if sponsor else []
    yield from said.get("sales_people") or ()
    yield from said.get("technical_people") or ()
