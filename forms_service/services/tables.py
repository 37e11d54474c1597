"""Tables: the product's tables and their index functions. Pure functions of a document.

An index function runs for each document after each start, so it is plain and quick, and it takes any
document without raising: what has no such key is not found by it.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from forms_service.domain.companies import look_alikes
from forms_service.domain.partners import duplicates
from forms_service.domain.partners.partner import parse_partner
from forms_service.domain.partners.revenue import invoice_key
from forms_service.domain.submissions.workflow import OPEN, Action, State, SubmissionKind
from forms_service.domain.table_names import (
    ACCESS_REQUESTS,
    ACCOUNTS,
    AGREEMENTS,
    AUDIT_EVENTS,
    DRAFTS,
    IDEMPOTENCY_KEYS,
    JOB_STATE,
    LINKS,
    MAILS,
    PARTNERS,
    PEOPLE,
    PROGRAMS,
    RECORDS,
    REVENUE,
    REVENUE_YEARS,
    SCHEMA,
    SESSIONS,
)
from forms_service.domain.values import tax_ids
from forms_service.mail.event_mails import QUEUED, queue_of
from forms_service.services.sign_in_events import SignInEvent
from forms_service.store.table_schema import NOWHERE, Key, Places, Table, _by, _in_list, _text

_SIGN_INS = frozenset(SignInEvent)
NOBODY = "-"
"""Stands for the owner of one that nobody has taken."""


EVERYBODY = "*"
"""Stands for whoever did something."""


LAST = "~"
"""Sorts behind every day and number."""


DUE, NOT_DUE, CLOSED = "0", "1", "2"
"""How an order by urgency begins, for what has a deadline, what waits without one, and what is closed."""


_HAS_ITS_CUSTOMER = OPEN | {State.APPROVED, State.WON}

_GOES_ON = OPEN | {State.APPROVED}
"""A deal that is still to be decided, or of which nobody has said yet what became of it."""


_ENDS = frozenset(
    {Action.APPROVE, Action.PRE_ACCEPT, Action.REJECT, Action.WITHDRAW, Action.WIN, Action.LOSE}
)
"""What in a history ends the work on a submission, or says what became of it."""


_BACKWARDS = str.maketrans("0123456789", "9876543210")
"""Turns times so that the latest one sorts first."""


def _token_hashes(document: Mapping[str, Any]) -> Sequence[Key]:
    return _texts(_items(document.get("token_hashes")))


def _addresses(document: Mapping[str, Any]) -> Sequence[Key]:
    """The e-mail addresses of everybody the form names as a contact, without regard to case and spaces."""
    said = _said(document)
    people = [person.get("email") for person in _items(said.get("contacts")) if type(person) is dict]
    return _folded((said.get("partner_email"), *people))


def deals_of(owner: str, *, closed: bool) -> Key:
    """The list of the deals of an owner that go on, or of those that are closed."""
    return f"{owner}/{'closed' if closed else 'open'}"


def _by_partner(document: Mapping[str, Any]) -> Places:
    """Whose deal it is, and when it came: by the partner's reference, else by the tax number in the form."""
    owner = document.get("partner") or _number(_said(document).get("partner_tax_id"))
    received = document.get("received_at")
    if document.get("trapped") or type(owner) is not str or not owner or type(received) is not str:
        return NOWHERE
    return (deals_of(owner, closed=document.get("state") not in _GOES_ON),), received


def _waiting_by_partner(document: Mapping[str, Any]) -> Places:
    """The same for what waits for the sender's answer."""
    return _by_partner(document) if document.get("state") == State.WAITING_FOR_ANSWER else NOWHERE


def _invoices(document: Mapping[str, Any]) -> Sequence[Key]:
    """Of which invoice an amount is, without regard to case and spaces."""
    partner, number = document.get("partner"), document.get("document")
    if type(partner) is not str or type(number) is not str or not number:
        return ()
    return (f"{partner}/{invoice_key(number)}",)


def _members(document: Mapping[str, Any]) -> Sequence[Key]:
    """Who may sign in for a partner, without regard to case and spaces."""
    people = [person for person in _items(document.get("people")) if type(person) is dict]
    return _folded(person.get("email") for person in people if person.get("access"))


def _calendars(document: Mapping[str, Any]) -> Sequence[Key]:
    """The secret links to a partner's calendar."""
    links = [link for link in _items(document.get("calendars")) if type(link) is dict]
    return _texts(link.get("token_hash") for link in links)


def _applications(document: Mapping[str, Any]) -> Sequence[Key]:
    """The applications that it was made of."""
    return _texts((document.get("application"), *_items(document.get("joined"))))


def _partner_company(document: Mapping[str, Any]) -> Sequence[Key]:
    """What the company of a partner is found by, its name among that."""
    if type(document.get("company")) is not dict:
        return ()
    return sorted(duplicates.of_partner(parse_partner(document)).index_keys())


def _kept_keys(document: Mapping[str, Any]) -> Sequence[Key]:
    """What its companies are found by, of submissions that count: partners, and customers somebody has."""
    counts = document.get("kind") != SubmissionKind.DEAL or document.get("state") in _HAS_ITS_CUSTOMER
    return _company_keys(document) if counts and not document.get("trapped") else ()


def _by_terms(document: Mapping[str, Any]) -> Places:
    """In a list for each thing that people search by: the oldest first."""
    received = document.get("received_at")
    return (_terms_of(document), received) if type(received) is str else NOWHERE


def _terms_of(document: Mapping[str, Any]) -> Sequence[str]:
    """What it is searched by, its reference among that."""
    reference = document.get("id")
    if type(reference) is not str:
        return ()
    return [reference.partition("-")[2].casefold(), *_texts(_items(document.get("terms")))]


def _by_urgency(document: Mapping[str, Any]) -> Places:
    """In each list: by urgency."""
    order = urgency(document)
    return (_lists_of(document), order) if order else NOWHERE


def urgency(document: Mapping[str, Any]) -> str:
    """Sort key: the nearest deadline first, then without one by age, then closed ones, newest first."""
    received, due = document.get("received_at"), document.get("decide_by")
    if type(received) is not str:
        return ""
    if document.get("state") not in OPEN:
        return CLOSED + received.translate(_BACKWARDS)
    return DUE + due if type(due) is str else NOT_DUE + received


def _by_arrival(document: Mapping[str, Any]) -> Places:
    """In each list: the oldest first."""
    received = document.get("received_at")
    return (_lists_of(document), received) if type(received) is str else NOWHERE


def _by_end(document: Mapping[str, Any]) -> Places:
    """When it was decided, withdrawn, won or lost, the last time.

    For what the honeypot caught, which is never decided: when it was received.
    """
    kind, received = document.get("kind"), document.get("received_at")
    if type(kind) is not str or type(received) is not str:
        return NOWHERE
    if document.get("trapped"):
        return (honeypot_list(kind),), received
    if document.get("state") in OPEN:
        return NOWHERE
    for entry in reversed(_items(document.get("history"))):
        if type(entry) is dict and entry.get("what") in _ENDS:
            at = entry.get("at")
            return ((kind,), at) if type(at) is str else NOWHERE
    return NOWHERE


def _by_doer(document: Mapping[str, Any]) -> Places:
    """What staff did, in the list of each and in that of everybody: the oldest first."""
    who, at = document.get("who"), document.get("at")
    return ((EVERYBODY, who.casefold()), at) if type(who) is str and type(at) is str else NOWHERE


def _by_sign_in(document: Mapping[str, Any]) -> Places:
    """Who signed in and what was refused, the oldest first."""
    what, at = document.get("what"), document.get("at")
    return (("",), at) if what in _SIGN_INS and type(at) is str else NOWHERE


def _lists_of(document: Mapping[str, Any]) -> Sequence[str]:
    """The lists it stands in by kind, state, tier and owner."""
    facts = (document.get("kind"), document.get("state"), _said(document).get("tier"), document.get("owner"))
    for fact in facts:
        if type(fact) is not str and fact is not None:
            return ()
    return _lists(*facts, bool(document.get("trapped")))


@lru_cache(maxsize=4096)
def _lists(
    kind: str | None, state: str | None, tier: str | None, owner: str | None, is_trapped: bool
) -> Sequence[str]:
    """Kept, for records have much in common: naming the lists takes longer than finding the names."""
    kind = honeypot_list(kind or "") if is_trapped else kind or ""
    tiers = dict.fromkeys(("", tier or ""))
    return tuple(list_of(kind, state or "", narrow, who) for narrow in tiers for who in ("", owner or NOBODY))


def list_of(kind: str, state: str, tier: str = "", owner: str = "") -> str:
    """Index key of a list in the indexes `urgent` and `arrived`.

    One for each kind (for what the honeypot caught: `trapped(kind)`) and state, narrowed by a tier, an owner
    (or NOBODY), or both.
    """
    return f"{kind}/{state}/{tier}/{owner}"


def honeypot_list(kind: str) -> str:
    """Index key for submissions of this kind that the honeypot caught."""
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


def _by_due(document: Mapping[str, Any]) -> Places:
    """In the list of its state, of those that wait in that of their priority: by when it is due."""
    state, due, priority = (document.get(name) for name in ("state", "next_attempt_at", "priority"))
    if type(state) is not str or type(due) is not str:
        return NOWHERE
    return (queue_of(priority) if state == QUEUED and type(priority) is int else state,), due


def _number(value: Any) -> str | None:
    return tax_ids.normalised(value) if type(value) is str else None


def _company_keys(document: Mapping[str, Any]) -> Sequence[Key]:
    """The keys that were stored with it, and by what they look like: also those of before that was asked."""
    keys = _texts(_items(document.get("keys")))
    if any(key.startswith(look_alikes.SEEN) for key in keys):
        return keys
    return [*dict.fromkeys((*keys, *(like for key in keys for like in look_alikes.keys_of(key))))]


def _fields(texts: str, **others: type) -> Mapping[str, type]:
    """The fields of a whole document: those that are texts, and others with their types."""
    return dict.fromkeys(texts.split(), str) | others


TABLES: Mapping[str, Table] = {
    RECORDS: Table(
        indexes={
            "token": _token_hashes,
            "replaced_token": lambda document: _texts(_items(document.get("replaced_hashes"))),
            "fingerprint": _text("fingerprint"),
            "state": _text("state"),
            "email": _addresses,
            "draft": _text("draft_hash"),
            "keys": _kept_keys,
        },
        sorted={
            "due": _in_list("state", "decide_by"),
            "received": _in_list("kind", "received_at"),
            "arrived": _by_arrival,
            "urgent": _by_urgency,
            "terms": _by_terms,
            "ended": _by_end,
            "of_partner": _by_partner,
            "waiting": _waiting_by_partner,
        },
        unique=frozenset({"token"}),
        required=_fields(
            "kind state received_at lang program fingerprint",
            said=dict,
            history=list,
            keys=list,
            token_hashes=list,
            trapped=bool,
            decide_by=object,
        ),
    ),
    MAILS: Table(
        indexes={"record": _text("record"), "state": _text("state")},
        sorted={"due": _by_due, "made": _by("created_at")},
        required=_fields("template record about to lang state created_at next_attempt_at", attempts=int),
    ),
    ACCOUNTS: Table(indexes={"keys": _company_keys}, required=_fields("name tax_id domain", keys=list)),
    PARTNERS: Table(
        indexes={
            "application": _applications,
            "state": _text("state"),
            "company": _partner_company,
            "member": _members,
            "calendar": _calendars,
            "keys": lambda document: _texts(_items(document.get("keys"))),
        },
        unique=frozenset({"application", "calendar"}),
        required=_fields("application state lang", company=dict, agreement=dict, people=list, history=list),
    ),
    REVENUE: Table(
        indexes={"invoice": _invoices},
        sorted={"dated": _in_list("partner", "date")},
        required=_fields("partner date amount currency document"),
    ),
    REVENUE_YEARS: Table(required=_fields("partner", year=int, parts=list)),
    AGREEMENTS: Table(required=_fields("sha256 content")),
    PROGRAMS: Table(required=_fields("program")),
    AUDIT_EVENTS: Table(sorted={"done": _by_doer, "signed": _by_sign_in}, required=_fields("who what at")),
    IDEMPOTENCY_KEYS: Table(sorted={"made": _by("at")}, required=_fields("at")),
    JOB_STATE: Table(),
    PEOPLE: Table(
        indexes={"address": _text("address"), "kind": _text("kind")},
        unique=frozenset({"address"}),
        required=_fields("address email kind role state", history=list),
    ),
    LINKS: Table(
        indexes={"token": _text("token_hash"), "person": _text("person")},
        sorted={"made": _by("created_at")},
        unique=frozenset({"token"}),
        required=_fields("kind purpose state token_hash created_at"),
    ),
    ACCESS_REQUESTS: Table(
        indexes={"token": _text("token_hash")},
        sorted={"made": _by("created_at")},
        unique=frozenset({"token"}),
        required=_fields("name email lang state token_hash created_at", passed_on=list),
    ),
    DRAFTS: Table(
        indexes={"token": _text("token_hash")},
        sorted={"saved": _by("saved_at")},
        unique=frozenset({"token"}),
        required=_fields("form lang program token_hash section page begun_at saved_at", typed=dict),
    ),
    SCHEMA: Table(required=_fields("", number=int)),
    SESSIONS: Table(
        indexes={"person": _text("person")},
        sorted={"begun": _by("created_at")},
        required=_fields("kind person created_at"),
    ),
}
