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

from forms_service.decisions.domains import canonical_address
from forms_service.privacy import mentions

GONE = "…"
"""What stands in a text in the place of a name, an address or a phone."""

Keys = frozenset[str]

_NONE: Keys = frozenset()
_ABOUT_A_PERSON: Keys = frozenset({"name", "email", "phone", "role", "title", "position"})
_DIGITS_OF_A_PHONE = 7
"""A shorter number may be anything."""


@dataclass(frozen=True)
class Person:
    """Somebody, as a document knows them."""

    email: str
    """As `domains.canonical_address` has it."""
    names: frozenset[str] = frozenset()
    """Only full names: a first name alone may be anybody's."""
    phones: frozenset[str] = frozenset()

    def is_in(self, text: str) -> bool:
        """Whether the text names them."""
        return next(self._places(text), None) is not None

    def away_from(self, text: str) -> str:
        """The text without them."""
        kept, at = [], 0
        for start, end in sorted(self._places(text)):
            kept += [text[at:start], GONE] if start >= at else []
            at = max(at, end)
        return "".join((*kept, text[at:]))

    def _places(self, text: str) -> Iterator[mentions.Span]:
        for start, end, address in mentions.mentions(text):
            if address == self.email:
                yield start, end
        yield from mentions.found(self._pattern, text)

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        names = (name for name in self.names if " " in mentions.words_of(name))
        return mentions.pattern((*names, *self.phones))


def addresses(document: Any, leave: Keys = _NONE) -> set[str]:
    """Every e-mail address that a document may name, wherever it stands but under the keys in `leave`."""
    return {mention.address for text in _texts(document, leave) for mention in mentions.mentions(text)}


def person_in(document: Any, email: str, leave: Keys = _NONE) -> Person | None:
    """The person with this address as the document knows them; None where it does not name it."""
    email = canonical_address(email)
    if email not in addresses(document, leave):
        return None
    groups = rows_of(document, email)
    return Person(
        email,
        frozenset(_said(groups, "name", lambda name: len(name.split()) > 1)),
        frozenset(_said(groups, "phone", lambda phone: sum(map(str.isdigit, phone)) >= _DIGITS_OF_A_PHONE)),
    )


def rows_of(document: Any, email: str) -> list[dict[str, Any]]:
    """The groups of keys that are theirs."""
    return [dict(group) for group in _groups(document) if _is_theirs(group, canonical_address(email))]


def without(document: Any, person: Person, leave: Keys = _NONE) -> Any:
    """The document without this person: their groups are blank, their name is gone from all texts.

    What stands under the keys in `leave` is left as it is.
    """
    if isinstance(document, dict):
        blank = _ABOUT_A_PERSON if _is_theirs(document, person.email) else _NONE
        return {key: _cleared(key, value, person, leave, blank) for key, value in document.items()}
    if isinstance(document, list):
        return [without(each, person, leave) for each in document]
    if isinstance(document, str):
        return "" if canonical_address(document) == person.email else person.away_from(document)
    return document


def _cleared(key: str, value: Any, person: Person, leave: Keys, blank: Keys) -> Any:
    if key in leave:
        return value
    return "" if key in blank and isinstance(value, str) else without(value, person, leave)


def _is_theirs(group: Mapping[str, Any], email: str) -> bool:
    """Whether this is the group of keys of one person, and that person's."""
    address = group.get("email")
    return isinstance(address, str) and canonical_address(address) == email


def _groups(document: Any) -> Iterator[Mapping[str, Any]]:
    """Every group of keys in a document."""
    if isinstance(document, dict):
        yield document
    inner = document.values() if isinstance(document, dict) else document
    for each in inner if isinstance(document, dict | list) else ():
        yield from _groups(each)


def _said(groups: list[dict[str, Any]], key: str, counts: Callable[[str], bool]) -> Iterator[str]:
    for group in groups:
        value = group.get(key)
        if isinstance(value, str) and counts(value.strip()):
            yield value.strip()


def _texts(document: Any, leave: Keys) -> Iterator[str]:
    if isinstance(document, str):
        yield document
    elif isinstance(document, dict):
        for key, value in document.items():
            if key not in leave:
                yield from _texts(value, leave)
    elif isinstance(document, list):
        for each in document:
            yield from _texts(each, leave)
