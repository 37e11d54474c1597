"""Which tables there are and by which keys their documents are found. Functions of a document, no I/O.

Every table has a unique index `id` on its documents' `id`. An index function maps a document to its
keys in that index (none, one or several) and takes any document without raising.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Key = Any
"""A hashable JSON value, or a tuple of such; within one sorted index, comparable with each other."""

KeysOf = Callable[[Mapping[str, Any]], Iterable[Key]]


@dataclass(frozen=True)
class Table:
    """The indexes of one table: equality in `indexes`, equality and ranges in `sorted`."""

    indexes: Mapping[str, KeysOf] = field(default_factory=dict)
    sorted: Mapping[str, KeysOf] = field(default_factory=dict)
    unique: frozenset[str] = frozenset()
    """Names of indexes in which two documents must not share a key; `id` is always among them."""

    def all_indexes(self) -> dict[str, KeysOf]:
        return {"id": _texts_at("id"), **self.indexes, **self.sorted}

    def all_unique(self) -> frozenset[str]:
        return self.unique | {"id"}


def _texts_at(*path: str) -> KeysOf:
    """The text, or each text of the list, found under the keys of `path`; a list on the way is spread."""

    def keys(document: Mapping[str, Any]) -> Iterable[Key]:
        found: list[Any] = [document]
        for name in path:
            found = [item[name] for item in found if isinstance(item, Mapping) and name in item]
            found = [part for item in found for part in (item if isinstance(item, list) else [item])]
        return [item for item in found if isinstance(item, str) and item]

    return keys


def _folded(*alternatives: KeysOf) -> KeysOf:
    """The keys of several functions, each once, compared without regard to case."""
    return lambda document: {key.casefold() for keys in alternatives for key in keys(document)}


def _pair(first: str, second: str) -> KeysOf:
    """The two texts under these names, as one key that sorts by the first, then the second."""

    def keys(document: Mapping[str, Any]) -> Iterable[Key]:
        pair = document.get(first), document.get(second)
        return [pair] if isinstance(pair[0], str) and isinstance(pair[1], str) else []

    return keys


TABLES: Mapping[str, Table] = {
    "records": Table(
        indexes={
            "token": _texts_at("token_hashes"),
            "fingerprint": _texts_at("fingerprint"),
            "state": _texts_at("state"),
            "email": _folded(
                _texts_at("said", "partner_email"),
                _texts_at("said", "contacts", "email"),
                _texts_at("said", "sponsor", "email"),
            ),
            "partner": _folded(_texts_at("said", "partner_tax_id"), _texts_at("said", "tax_id")),
            "customer": _folded(_texts_at("said", "customer_tax_id"), _texts_at("said", "customer_name")),
        },
        sorted={
            "due": _pair("state", "decide_by"),
            "received": _pair("kind", "received_at"),
        },
        unique=frozenset({"token"}),
    ),
    "mails": Table(
        indexes={"record": _texts_at("record"), "state": _texts_at("state")},
        sorted={"due": _pair("state", "next_attempt_at")},
    ),
    "people": Table(
        indexes={"address": _texts_at("address"), "kind": _texts_at("kind")},
        unique=frozenset({"address"}),
    ),
    "links": Table(
        indexes={"token": _texts_at("token_hash"), "person": _texts_at("person")},
        sorted={"made": _texts_at("created_at")},
        unique=frozenset({"token"}),
    ),
    "sessions": Table(
        indexes={"person": _texts_at("person")},
        sorted={"begun": _texts_at("created_at")},
    ),
}
