"""Words by which a submission is found, and how what somebody types into a search field is understood. Pure.

A word finds every term that begins with it.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from forms_service.decisions import companies, domains, tax_ids
from forms_service.decisions.company_words import CONNECTORS
from forms_service.decisions.names import fold, read

_SIGNS = "[2-9cdfhjkmnpqrtvwx]"
_REFERENCE = re.compile(
    rf"(?:app|deal|par)-({_SIGNS}{{1,4}}(?:-{_SIGNS}{{0,4}})?)|({_SIGNS}{{4}}-{_SIGNS}{{0,4}})"
)
"""In the alphabet of references, which makes no words."""
_NUMBER = re.compile(r"(?:[a-z]{2}[ -]?)?[0-9][0-9 .-]{3,}")
_IN_NUMBERS = re.compile(r"[ .-]")


def terms(said: Mapping[str, Any]) -> list[str]:
    """What a record keeps under `terms`, made of what was said: names, tax numbers, addresses, domains."""
    found: set[str] = set()
    for name in ("company_name", "customer_name"):
        found |= set(read(said.get(name) or "").words)
    numbers = (
        tax_ids.normalised(said.get("partner_tax_id")),
        companies.applicant(said).tax_id,
        companies.customer(said).tax_id,
    )
    found |= {_digits(number) for number in numbers if number}
    emails = [said.get("partner_email"), *(person.get("email") for person in companies.people(said))]
    found |= {email.casefold() for email in emails if email}
    websites = [said.get("website"), said.get("customer_website"), *emails]
    found |= {domain for address in websites if (domain := domains.registered(address or ""))}
    return sorted(found)


def understood(typed: str) -> tuple[str, ...]:
    """The words to look for, all of which have to be found. None where nothing was typed.

    A tax number may be typed with spaces and dashes; legal forms in the name of a company say nothing.
    """
    typed = " ".join(typed.casefold().split())
    if _NUMBER.fullmatch(typed):
        return (_digits(_IN_NUMBERS.sub("", typed)),)
    words: list[str] = []
    names: list[str] = []
    for word in typed.split():
        if reference := _REFERENCE.fullmatch(word):
            words.append(reference[1] or reference[2])
        elif "@" in word:
            words.append(word.strip("<>,;"))
        elif _NUMBER.fullmatch(word):
            words.append(_digits(_IN_NUMBERS.sub("", word)))
        elif "." in word and (domain := domains.registered(word)) and len(domain.rpartition(".")[2]) > 1:
            words.append(domain)
        else:
            names.append(word)
    of_names = read(" ".join(names)).words
    telling = [word for word in of_names if word not in CONNECTORS] or of_names
    return tuple(dict.fromkeys((*words, *telling)))


def fits(record: Mapping[str, Any], words: Iterable[str]) -> bool:
    """Whether every word begins one of the record's terms or its reference."""
    own = (record["id"].casefold().partition("-")[2], *record.get("terms", ()))
    return all(any(term.startswith(word) for term in own) for word in words)


def _digits(number: str) -> str:
    """Without the prefix of a country, which people leave out."""
    bare = fold(number.removeprefix("~"))
    return bare[2:] if bare[:2].isalpha() else bare
