"""Where a person stands in a document, and the same document without them. Pure, of any document.

A person is found by their e-mail address alone. A group of keys that holds it (a contact, a sponsor, somebody
qualified) is theirs, with the name and the phone in it; in the same document that name and that phone are
theirs wherever they stand.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

GONE = "…"
"""What stands in a text in the place of a name, an address or a phone."""

_ABOUT_A_PERSON = frozenset({"name", "email", "phone", "role", "title", "position"})
_ADDRESS = re.compile(r"[^\s\"<>()\[\],;:\\]+@[^\s\"<>()\[\],;:\\]+")
_DIGITS_OF_A_PHONE = 7
"""A shorter number may be anything."""


@dataclass(frozen=True)
class Person:
    """Somebody, as a document knows them."""

    email: str
    """Without regard to case."""
    names: frozenset[str] = frozenset()
    """Only full names: a first name alone may be anybody's."""
    phones: frozenset[str] = frozenset()

    def is_in(self, text: str) -> bool:
        """Whether the text names them."""
        return self._pattern.search(text) is not None

    def away_from(self, text: str) -> str:
        """The text without them."""
        return self._pattern.sub(GONE, text)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """Their words, but not inside others: not `anna@example.com` in `jo.anna@example.com.pl`."""
        words = sorted((self.email, *self.names, *self.phones), key=len, reverse=True)
        some = "|".join(re.escape(word) for word in words)
        return re.compile(rf"(?<![\w.+-])(?:{some})(?![\w-]|\.\w)", re.IGNORECASE)


def addresses(document: Any) -> set[str]:
    """Every e-mail address in a document, in lower case, wherever it stands."""
    return {found.rstrip(".").casefold() for text in _texts(document) for found in _ADDRESS.findall(text)}


def person_in(document: Any, email: str) -> Person | None:
    """The person with this address as the document knows them; None where it does not name it."""
    email = email.casefold()
    if email not in addresses(document):
        return None
    groups = list(_groups_of(document, email))
    return Person(
        email,
        frozenset(_said(groups, "name", lambda name: len(name.split()) > 1)),
        frozenset(_said(groups, "phone", lambda phone: sum(map(str.isdigit, phone)) >= _DIGITS_OF_A_PHONE)),
    )


def rows_of(document: Any, email: str) -> list[dict[str, Any]]:
    """The groups of keys that are theirs."""
    return [dict(group) for group in _groups_of(document, email.casefold())]


def without(document: Any, person: Person) -> Any:
    """The document without this person: their groups are blank, their name is gone from all texts."""
    if isinstance(document, dict):
        is_theirs = _is_theirs(document, person.email)
        return {
            key: ""
            if is_theirs and key in _ABOUT_A_PERSON and isinstance(value, str)
            else without(value, person)
            for key, value in document.items()
        }
    if isinstance(document, list):
        return [without(each, person) for each in document]
    if isinstance(document, str):
        return "" if document.casefold() == person.email else person.away_from(document)
    return document


def _is_theirs(group: Mapping[str, Any], email: str) -> bool:
    """Whether this is the group of keys of one person, and that person's."""
    address = group.get("email")
    return isinstance(address, str) and address.casefold() == email


def _groups_of(document: Any, email: str) -> Iterator[Mapping[str, Any]]:
    if isinstance(document, dict):
        if _is_theirs(document, email):
            yield document
        for value in document.values():
            yield from _groups_of(value, email)
    elif isinstance(document, list):
        for each in document:
            yield from _groups_of(each, email)


def _said(groups: list[Mapping[str, Any]], key: str, counts: Callable[[str], bool]) -> Iterator[str]:
    for group in groups:
        value = group.get(key)
        if isinstance(value, str) and counts(value.strip()):
            yield value.strip()


def _texts(document: Any) -> Iterator[str]:
    if isinstance(document, str):
        if "@" in document:
            yield document
    elif isinstance(document, dict):
        for value in document.values():
            yield from _texts(value)
    elif isinstance(document, list):
        for each in document:
            yield from _texts(each)
