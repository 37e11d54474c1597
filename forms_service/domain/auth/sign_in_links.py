"""Sign-in links: one-time login tokens, their state and expiry. Pure.

A link works once, from when it was made until just before the end of its lifetime, and only while no newer
one was asked for in the same browser and none of the same person was redeemed. A link that was asked for in a
browser works there at once; anywhere else it also needs the code which that browser shows. A forwarded or
intercepted mail alone opens nothing.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from forms_service.domain.auth.policy import AuthPolicy
from forms_service.domain.auth.roles import UserKind
from forms_service.domain.auth.tokens import Keys, browser_code, code_hash, hashed, random_token
from forms_service.domain.clock import moment, stamp
from partner_program.model import Language

Document = dict[str, Any]


class Purpose(StrEnum):
    """Purpose of a link."""

    SIGN_IN = "sign-in"
    FIRST_ADMINISTRATOR = "first-administrator"
    """Whoever redeems it says their address and becomes an administrator."""
    NOBODY = "nobody"
    """Made for an address that may not come in, so that asking does the same work for every address."""


class LinkState(StrEnum):
    """State of a link: whether it works, or why not."""

    GOOD = "good"
    USED = "used"
    REPLACED = "replaced"
    """A newer one was asked for in the same browser, or another one was redeemed, or its code was guessed at
    too often, or the person was removed."""
    EXPIRED = "expired"
    UNKNOWN = "unknown"


def new_link(
    keys: Keys,
    kind: UserKind,
    *,
    at: datetime,
    lang: Language,
    person: str,
    browser: str | None = None,
    next: str | None = None,
) -> Document:
    """New link document for this user.

    `browser` is the secret of the browser that asked for it, `next` where to go afterwards. The document
    holds no token: `keys` derives it from the document's id.
    """
    id = secrets.token_hex(16)
    link = _document(id, keys.link_token(id), kind, Purpose.SIGN_IN, at, lang, browser)
    return {**link, "person": person, "next": next}


def for_first_administrator(keys: Keys, *, at: datetime, lang: Language) -> Document:
    """New link for the operator, before any user exists."""
    id = secrets.token_hex(16)
    return _document(id, keys.link_token(id), UserKind.STAFF, Purpose.FIRST_ADMINISTRATOR, at, lang, None)


def for_nobody(kind: UserKind, *, at: datetime, lang: Language, browser: str | None) -> Document:
    """Dummy link for an unknown address: the same work, and nobody ever holds it."""
    id = secrets.token_hex(16)
    return replaced(_document(id, random_token(), kind, Purpose.NOBODY, at, lang, browser))


def _document(
    id: str, token: str, kind: UserKind, purpose: Purpose, at: datetime, lang: Language, browser: str | None
) -> Document:
    return {
        "id": id,
        "token_hash": hashed(token),
        "kind": str(kind),
        "purpose": str(purpose),
        "person": None,
        "state": "open",
        "created_at": stamp(at),
        "used_at": None,
        "browser": None if browser is None else hashed(browser),
        "code_hash": None if browser is None else code_hash(token, browser_code(browser)),
        "code_tries": 0,
        "lang": lang,
        "next": None,
    }


def state_of(link: Mapping[str, Any] | None, now: datetime, rules: AuthPolicy) -> LinkState:
    """State of this link now.

    A clock that was set back makes a link look younger than it is, at most by its lifetime: one that seems
    to come from further ahead counts as expired.
    """
    if link is None:
        return LinkState.UNKNOWN
    if link["state"] == "used":
        return LinkState.USED
    if link["state"] != "open":
        return LinkState.REPLACED
    age = now - moment(link["created_at"])
    return LinkState.GOOD if -rules.link_lifetime < age < rules.link_lifetime else LinkState.EXPIRED


def is_open(link: Mapping[str, Any]) -> bool:
    """Whether it is neither used nor replaced; it may be expired."""
    return bool(link["state"] == "open")


def asks_for_code(link: Mapping[str, Any], browser: str | None) -> bool:
    """Whether it is opened in another browser than it was requested in, which asks for a code."""
    return link["browser"] is not None and (browser is None or hashed(browser) != link["browser"])


def is_code(link: Mapping[str, Any], token: str, code: str) -> bool:
    """Compare the code from the requesting browser, with or without spaces."""
    digits = "".join(code.split())[:20]
    return secrets.compare_digest(code_hash(token, digits), str(link["code_hash"]))


def used(link: Mapping[str, Any], at: datetime) -> Document:
    """The link, marked as used."""
    return {**link, "state": "used", "used_at": stamp(at)}


def replaced(link: Mapping[str, Any]) -> Document:
    """The link, invalidated."""
    return {**link, "state": "replaced"}


def after_wrong_code(link: Mapping[str, Any], rules: AuthPolicy) -> Document:
    """The link after a wrong code; the last allowed one invalidates it."""
    tried = {**link, "code_tries": link["code_tries"] + 1}
    return replaced(tried) if tried["code_tries"] >= rules.code_tries else tried


def token_of(link: Mapping[str, Any], keys: Keys) -> str | None:
    """The token of a stored link; None if none of these keys made it."""
    return next(
        (token for token in keys.link_tokens(link["id"]) if hashed(token) == link["token_hash"]), None
    )


def outdated_before(now: datetime, rules: AuthPolicy) -> datetime:
    """Links made before this time are deleted."""
    return now - max(rules.link_kept, rules.link_lifetime + timedelta(minutes=1))
