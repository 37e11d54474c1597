"""Which tables there are and by which keys their documents are found. Functions of a document, no I/O.

Every table has a unique index `id` on its documents' `id`. An index function runs for each document at each
start, so it is plain and quick, and it takes any document without raising: what has no such key is not found
by it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Key = Any
"""A hashable JSON value, or a tuple of such; within one sorted index, comparable with each other."""

KeysOf = Callable[[Mapping[str, Any]], Sequence[Key]]


@dataclass(frozen=True)
class Table:
    """The indexes of one table: equality in `indexes`, equality and ranges in `sorted`."""

    indexes: Mapping[str, KeysOf] = field(default_factory=dict)
    sorted: Mapping[str, KeysOf] = field(default_factory=dict)
    unique: frozenset[str] = frozenset()
    """Names of indexes in which two documents must not share a key; `id` is always among them."""

    def all_indexes(self) -> dict[str, KeysOf]:
        return {"id": _text("id"), **self.indexes, **self.sorted}

    def all_unique(self) -> frozenset[str]:
        return self.unique | {"id"}


def _text(name: str) -> KeysOf:
    """The text under this name."""

    def keys(document: Mapping[str, Any]) -> Sequence[Key]:
        value = document.get(name)
        return (value,) if type(value) is str and value else ()

    return keys


def _pair(first: str, second: str) -> KeysOf:
    """The two texts under these names, as one key that sorts by the first, then the second."""

    def keys(document: Mapping[str, Any]) -> Sequence[Key]:
        pair = document.get(first), document.get(second)
        return (pair,) if type(pair[0]) is str and type(pair[1]) is str else ()

    return keys


def _token_hashes(document: Mapping[str, Any]) -> Sequence[Key]:
    return _texts(_items(document.get("token_hashes")))


def _addresses(document: Mapping[str, Any]) -> Sequence[Key]:
    """The e-mail addresses of everybody the form names as a contact, without regard to case."""
    said = _said(document)
    people = [person.get("email") for person in _items(said.get("contacts")) if type(person) is dict]
    return _folded((said.get("partner_email"), said.get("sponsor-email"), *people))


def _partner(document: Mapping[str, Any]) -> Sequence[Key]:
    """The tax id of the company that sent the form."""
    said = _said(document)
    return _folded((said.get("partner_tax_id") or said.get("tax_id"),))


def _customer(document: Mapping[str, Any]) -> Sequence[Key]:
    """What the customer of a deal can be recognised by."""
    said = _said(document)
    return _folded((said.get("customer_tax_id"), said.get("customer_name"), said.get("customer_website")))


def _said(document: Mapping[str, Any]) -> Mapping[str, Any]:
    said = document.get("said")
    return said if type(said) is dict else {}


def _items(value: Any) -> Sequence[Any]:
    return value if type(value) is list else ()


def _texts(values: Iterable[Any]) -> Sequence[str]:
    return [value for value in values if type(value) is str and value]


def _folded(values: Iterable[Any]) -> Sequence[str]:
    return [value.casefold() for value in values if type(value) is str and value]


TABLES: Mapping[str, Table] = {
    "records": Table(
        indexes={
            "token": _token_hashes,
            "fingerprint": _text("fingerprint"),
            "state": _text("state"),
            "email": _addresses,
            "partner": _partner,
            "customer": _customer,
        },
        sorted={
            "due": _pair("state", "decide_by"),
            "received": _pair("kind", "received_at"),
        },
        unique=frozenset({"token"}),
    ),
    "mails": Table(
        indexes={"record": _text("record"), "state": _text("state")},
        sorted={"due": _pair("state", "next_attempt_at")},
    ),
    "people": Table(
        indexes={"address": _text("address"), "kind": _text("kind")},
        unique=frozenset({"address"}),
    ),
    "links": Table(
        indexes={"token": _text("token_hash"), "person": _text("person")},
        sorted={"made": _text("created_at")},
        unique=frozenset({"token"}),
    ),
    "sessions": Table(
        indexes={"person": _text("person")},
        sorted={"begun": _text("created_at")},
    ),
}
