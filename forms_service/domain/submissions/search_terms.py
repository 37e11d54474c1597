"""Search: terms of a submission, and the parser of search queries. Pure.

A word finds every term that begins with it.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from forms_service.domain.companies import company_identity, web_domains
from forms_service.domain.companies.name_comparison import fold, read
from forms_service.domain.companies.stop_words import CONNECTORS
from forms_service.domain.references import PREFIXES
from forms_service.domain.values import tax_ids
from forms_service.domain.values.normalisation import bare_email, plain

_SIGNS = "[2-9cdfhjkmnpqrtvwx]"
_REFERENCE = re.compile(
    rf"(?:app|deal|par)-({_SIGNS}{{1,4}}(?:-{_SIGNS}{{0,4}})?)|({_SIGNS}{{4}}-{_SIGNS}{{0,4}})"
)
"""In the alphabet of references, which makes no words."""
_WHOLE_REFERENCE = re.compile(rf"(?:(?:app|deal|par)[ -]?|(?![0-9]*\Z))({_SIGNS}{{4}})[ -]?({_SIGNS}{{4}})")
"""Written together, or with spaces."""
_NUMBER = re.compile(
    r"(?:[a-z]{1,3}[ .-]?)?[0-9][0-9 ./-]{3,}(?:[a-z]{1,2}[0-9]{0,2})?(?: ?(?:mwst|tva|iva|mva))?"
)


def terms(said: Mapping[str, Any]) -> list[str]:
    """Search terms of a record: names, tax numbers, addresses, domains."""
    found: set[str] = set()
    for name in ("company_name", "customer_name"):
        found |= set(read(said.get(name) or "").words)
        found |= set(_domains_in(said.get(name) or ""))
    numbers = (
        tax_ids.normalised(said.get("partner_tax_id")),
        company_identity.applicant(said).tax_id,
        company_identity.customer(said).tax_id,
    )
    found |= {_digits(number) for number in numbers if number}
    emails = [said.get("partner_email"), *(person.get("email") for person in company_identity.people(said))]
    found |= {email.casefold() for email in emails if email}
    websites = [said.get("website"), said.get("customer_website"), *emails]
    found |= {domain for address in websites if (domain := web_domains.registered(address or ""))}
    return sorted(found)


def whole_references(typed: str) -> tuple[str, ...]:
    """References that a search box may hold whole: `DEAL-7K3M-2P9Q`; one of each kind without its prefix."""
    typed = plain(typed.casefold())
    whole = _WHOLE_REFERENCE.fullmatch(typed)
    if whole is None:
        return ()
    letters = f"{whole[1]}-{whole[2]}".upper()
    named = [prefix for prefix in PREFIXES.values() if typed.startswith(prefix.casefold())]
    return tuple(f"{prefix}-{letters}" for prefix in named or PREFIXES.values())


def understood(typed: str) -> tuple[str, ...]:
    """Parse a query: words that all have to match. None where nothing was typed.

    A tax number may be typed with spaces and dashes; legal forms in the name of a company say nothing.
    """
    typed = plain(typed.casefold())
    if whole := _WHOLE_REFERENCE.fullmatch(typed):
        return (f"{whole[1]}-{whole[2]}",)
    if number := _number(typed):
        return (number,)
    if _domains_in(typed) and _has_legal_form(typed):
        return read(typed).words
    words: list[str] = []
    names: list[str] = []
    for word in typed.split():
        if reference := _REFERENCE.fullmatch(word):
            words.append(reference[1] or reference[2])
        elif "@" in word:
            words.append(bare_email(word.strip("<>,;")))
        elif number := _number(word):
            words.append(number)
        elif in_name := _domains_in(word):
            words += in_name
        else:
            names.append(word)
    of_names = read(" ".join(names)).words
    telling = [word for word in of_names if word not in CONNECTORS] or of_names
    return tuple(dict.fromkeys((*words, *telling)))


def _number(typed: str) -> str:
    """The digits of a tax number, or of the beginning of one; empty for anything else."""
    if not _NUMBER.fullmatch(tax_ids.tidy(typed).casefold()):
        return ""
    return _digits(tax_ids.normalised(typed) or "")


def _domains_in(text: str) -> list[str]:
    """The web domains among the words of a text: a company's name may be one."""
    found = [web_domains.registered(word) for word in text.split() if "." in word and "@" not in word]
    return [domain for domain in found if domain and len(domain.rpartition(".")[2]) > 1]


def _has_legal_form(typed: str) -> bool:
    return len(read(typed).words) < len(re.findall(r"[^\W_]+", typed))


def fits(record: Mapping[str, Any], words: Iterable[str]) -> bool:
    """Whether every word begins a term of the record or its reference."""
    own = (record["id"].casefold().partition("-")[2], *record.get("terms", ()))
    return all(any(term.startswith(word) for term in own) for word in words)


def _digits(number: str) -> str:
    """Without the prefix of a country, which people leave out."""
    bare = fold(number.removeprefix("~"))
    return bare[2:] if bare[:2].isalpha() else bare
