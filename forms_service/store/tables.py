"""Which tables there are and by which keys their documents are found. Functions of a document, no I/O.

Every table has a unique index `id` on its documents' `id`. An index function runs for each document at each
start, so it is plain and quick, and it takes any document without raising: what has no such key is not found
by it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

Key = Any
"""A hashable JSON value, or a tuple of such; within one sorted index, comparable with each other."""

NOBODY = "-"
"""Stands for the owner of one that nobody has taken."""
EVERYBODY = "*"
"""Stands for whoever did something."""
IN_LIST = "\0"
"""Between the name of a list (or a term) and the order in it, in one text: that sorts faster than a pair."""
LAST = "~"
"""Sorts behind every day and number."""
DUE, NOT_DUE, CLOSED = "0", "1", "2"
"""How an order by urgency begins, for what has a deadline, what waits without one, and what is closed."""

_OPEN = frozenset({"received", "under_review", "waiting_for_answer"})
_HAS_ITS_CUSTOMER = _OPEN | {"approved", "won"}
_ENDS = frozenset({"approve", "pre_accept", "reject", "withdraw", "win", "lose"})
"""What in a history ends the work on a submission, or says what became of it."""
_BACKWARDS = str.maketrans("0123456789", "9876543210")
"""Turns times so that the latest one sorts first."""

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
    return _folded((said.get("partner_email"), *people))


def _by_partner(document: Mapping[str, Any]) -> Sequence[Key]:
    """Whose deal it is, and when it came: by the partner's reference, else by the tax number in the form."""
    owner = document.get("partner") or _said(document).get("partner_tax_id")
    received = document.get("received_at")
    if document.get("trapped") or type(owner) is not str or not owner or type(received) is not str:
        return ()
    return ((owner, received),)


def _invoices(document: Mapping[str, Any]) -> Sequence[Key]:
    """Of which invoice an amount is, without regard to case."""
    partner, number = document.get("partner"), document.get("document")
    if type(partner) is not str or type(number) is not str or not number:
        return ()
    return (f"{partner}/{number.casefold()}",)


def _members(document: Mapping[str, Any]) -> Sequence[Key]:
    """Who may sign in for a partner, without regard to case."""
    people = [person for person in _items(document.get("people")) if type(person) is dict]
    return _folded(person.get("email") for person in people if person.get("access"))


def _calendars(document: Mapping[str, Any]) -> Sequence[Key]:
    """The secret links to a partner's calendar."""
    links = [link for link in _items(document.get("calendars")) if type(link) is dict]
    return _texts(link.get("token_hash") for link in links)


def _partners_by(order: Callable[[Mapping[str, Any]], Any]) -> KeysOf:
    """In each list of partners that it stands in: by this text (what has none comes last), then by name."""

    def keys(document: Mapping[str, Any]) -> Sequence[Key]:
        name, found = document.get("name"), order(document)
        if type(name) is not str:
            return ()
        place = f"{found}{name.casefold()}" if type(found) is str else LAST + name.casefold()
        return [in_list + IN_LIST + place for in_list in _partner_lists(document)]

    return keys


def _partner_lists(document: Mapping[str, Any]) -> Sequence[str]:
    state, tier = document.get("state"), document.get("tier")
    if type(state) is not str or type(tier) is not str:
        return ()
    lacking = (False, True) if document.get("lacking") is True else (False,)
    return [
        partner_list_of(state, narrow, lacking=lack)
        for narrow in dict.fromkeys(("", tier))
        for lack in lacking
    ]


def partner_list_of(state: str, tier: str = "", *, lacking: bool = False) -> str:
    """The name of a list of partners: of a state, narrowed by a tier, or to those that lack something."""
    return f"{state}/{tier}/{'lacking' if lacking else ''}"


def _row_terms(document: Mapping[str, Any]) -> Sequence[Key]:
    """What a partner is searched by, each with its name."""
    name, reference = document.get("name"), document.get("id")
    if type(name) is not str or type(reference) is not str:
        return ()
    of_reference = reference.partition("-")[2].casefold()
    own = IN_LIST + name.casefold()
    return [term + own for term in (of_reference, *_texts(_items(document.get("terms"))))]


def _due_on(document: Mapping[str, Any]) -> Any:
    due = document.get("due")
    return due.get("on") if type(due) is dict else None


def _kept_keys(document: Mapping[str, Any]) -> Sequence[Key]:
    """What its companies are found by, of submissions that count: partners, and customers somebody has."""
    counts = document.get("kind") != "deal" or document.get("state") in _HAS_ITS_CUSTOMER
    return _texts(_items(document.get("keys"))) if counts and not document.get("trapped") else ()


def _terms(document: Mapping[str, Any]) -> Sequence[Key]:
    """What people search by, each with the time, so that of equal ones the newest comes first."""
    received, reference = document.get("received_at"), document.get("id")
    if type(received) is not str or type(reference) is not str:
        return ()
    latest_first = IN_LIST + received.translate(_BACKWARDS)
    of_reference = reference.partition("-")[2].casefold()
    return [term + latest_first for term in (of_reference, *_texts(_items(document.get("terms"))))]


def _by_urgency(document: Mapping[str, Any]) -> Sequence[Key]:
    """In each list: by urgency."""
    order = urgency(document)
    return [name + IN_LIST + order for name in _lists_of(document)] if order else ()


def urgency(document: Mapping[str, Any]) -> str:
    """Sorts the nearest deadline first, then what has none by its age, then what is closed, newest first."""
    received, due = document.get("received_at"), document.get("decide_by")
    if type(received) is not str:
        return ""
    if document.get("state") not in _OPEN:
        return CLOSED + received.translate(_BACKWARDS)
    return DUE + due if type(due) is str else NOT_DUE + received


def _by_arrival(document: Mapping[str, Any]) -> Sequence[Key]:
    """In each list: the oldest first."""
    received = document.get("received_at")
    return [name + IN_LIST + received for name in _lists_of(document)] if type(received) is str else ()


def _by_end(document: Mapping[str, Any]) -> Sequence[Key]:
    """When it was decided, withdrawn, won or lost, the last time.

    For what the honeypot caught, which is never decided: when it was received.
    """
    kind, received = document.get("kind"), document.get("received_at")
    if type(kind) is not str or type(received) is not str:
        return ()
    if document.get("trapped"):
        return ((trapped(kind), received),)
    if document.get("state") in _OPEN:
        return ()
    last = next((entry for entry in reversed(_items(document.get("history"))) if _ends(entry)), None)
    return ((kind, last["at"]),) if last and type(last.get("at")) is str else ()


def _by_doer(document: Mapping[str, Any]) -> Sequence[Key]:
    """What staff did, in the list of each and in that of everybody: the oldest first."""
    who, at = document.get("who"), document.get("at")
    if type(who) is not str or type(at) is not str:
        return ()
    return ((EVERYBODY, at), (who.casefold(), at))


def _ends(entry: Any) -> bool:
    return type(entry) is dict and entry.get("what") in _ENDS


def _lists_of(document: Mapping[str, Any]) -> Sequence[str]:
    facts = (document.get("kind"), document.get("state"), _said(document).get("tier"), document.get("owner"))
    if not all(type(fact) is str or fact is None for fact in facts):
        return ()
    kind, state, tier, owner = (fact or "" for fact in facts)
    return _lists(trapped(kind) if document.get("trapped") else kind, state, tier, owner or NOBODY)


@lru_cache(maxsize=4096)
def _lists(kind: str, state: str, tier: str, owner: str) -> Sequence[str]:
    """Every list it stands in. Kept, so that records of a kind share their texts."""
    tiers = dict.fromkeys(("", tier))
    return tuple(list_of(kind, state, narrow, who) for narrow in tiers for who in ("", owner))


def list_of(kind: str, state: str, tier: str = "", owner: str = "") -> str:
    """The name of a list in the indexes `urgent` and `arrived`, as the first part of a key.

    One for each kind (for what the honeypot caught: `trapped(kind)`) and state, narrowed by a tier, an owner
    (or NOBODY), or both.
    """
    return f"{kind}/{state}/{tier}/{owner}"


def trapped(kind: str) -> str:
    """Stands for the kind of a submission that the honeypot caught."""
    return f"trapped {kind}"


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
            "keys": _kept_keys,
        },
        sorted={
            "due": _pair("state", "decide_by"),
            "received": _pair("kind", "received_at"),
            "arrived": _by_arrival,
            "urgent": _by_urgency,
            "terms": _terms,
            "ended": _by_end,
            "of_partner": _by_partner,
        },
        unique=frozenset({"token"}),
    ),
    "mails": Table(
        indexes={"record": _text("record"), "state": _text("state")},
        sorted={"due": _pair("state", "next_attempt_at"), "made": _text("created_at")},
    ),
    "accounts": Table(indexes={"keys": lambda document: _texts(_items(document.get("keys")))}),
    "partners": Table(
        indexes={
            "application": _text("application"),
            "state": _text("state"),
            "member": _members,
            "calendar": _calendars,
            "keys": lambda document: _texts(_items(document.get("keys"))),
        },
        unique=frozenset({"application", "calendar"}),
    ),
    "partner_rows": Table(
        sorted={
            "named": _partners_by(lambda document: ""),
            "renewing": _partners_by(lambda document: document.get("renews_on")),
            "coming_due": _partners_by(_due_on),
            "terms": _row_terms,
        },
    ),
    "revenue": Table(indexes={"invoice": _invoices}, sorted={"dated": _pair("partner", "date")}),
    "revenue_years": Table(),
    "agreements": Table(),
    "programs": Table(),
    "deeds": Table(sorted={"done": _by_doer}),
    "marks": Table(sorted={"made": _text("at")}),
    "rounds": Table(),
    "people": Table(
        indexes={"address": _text("address"), "kind": _text("kind")},
        unique=frozenset({"address"}),
    ),
    "links": Table(
        indexes={"token": _text("token_hash"), "person": _text("person")},
        sorted={"made": _text("created_at")},
        unique=frozenset({"token"}),
    ),
    "asks": Table(
        indexes={"token": _text("token_hash")},
        sorted={"made": _text("created_at")},
        unique=frozenset({"token"}),
    ),
    "sessions": Table(
        indexes={"person": _text("person")},
        sorted={"begun": _text("created_at")},
    ),
}
