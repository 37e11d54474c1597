"""Users: the documents of the table `people`. Pure.

A person is one address of one kind. The same address may be staff and, as another person, a partner's.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from email_validator import EmailNotValidError, validate_email

from forms_service.domain.auth.errors import NotAnAddress, UnknownRole
from forms_service.domain.auth.roles import ROLES, Principal, UserKind
from forms_service.domain.clock import stamp
from forms_service.domain.values.normalisation import bare_email
from partner_program.model import LANGUAGES

Document = dict[str, Any]


LONGEST = 320
"""Characters of an address at most (RFC 5321: 64, `@`, 255), and of what is tried as one."""


def normalised(address: str) -> str:
    """Normalise an e-mail address to the key of a user: ASCII, lower case.

    Raises:
        NotAnAddress: mail cannot be sent to it.
    """
    if len(address) > LONGEST:
        raise NotAnAddress(address[:LONGEST])
    bare = bare_email(address.strip())
    try:
        valid = validate_email(
            bare,
            check_deliverability=False,
            allow_smtputf8=False,
            test_environment=True,
        )
    except (EmailNotValidError, ValueError) as error:
        raise NotAnAddress(address) from error
    # What looks like an encoded word may become a header of its own in a mail.
    if valid.ascii_email is None or "=?" in valid.ascii_email:
        raise NotAnAddress(address)
    return valid.ascii_email.lower()


def address_key(kind: UserKind, email: str) -> str:
    """Key of the unique index `address`."""
    return f"{kind}:{email}"


def checked_role(kind: UserKind, role: str) -> str:
    """Validate a role for this kind of user. Raises UnknownRole."""
    if role not in ROLES[kind]:
        raise UnknownRole(role, ROLES[kind])
    return role


def new_person(kind: UserKind, email: str, role: str, *, at: datetime, by: str) -> Document:
    """New user document. `by` says who decided: an address, `command`, `settings`."""
    person: Document = {
        "id": secrets.token_hex(16),
        "kind": str(kind),
        "email": email,
        "address": address_key(kind, email),
        "role": checked_role(kind, role),
        "state": "active",
        "lang": None,
        "added_by": by,
        "removed_by": None,
        "signed_in_at": None,
        "signed_in_before": None,
        "history": [],
    }
    return _with_entry(person, "added", at, by, role=role)


def with_role(person: Mapping[str, Any], role: str, *, at: datetime, by: str) -> Document:
    """The user with another role."""
    role = checked_role(UserKind(person["kind"]), role)
    return _with_entry({**person, "role": role}, "role changed", at, by, role=role)


def removed(person: Mapping[str, Any], *, at: datetime, by: str) -> Document:
    """The user, deactivated; kept, because history names them."""
    return _with_entry({**person, "state": "removed", "removed_by": by}, "removed", at, by)


def restored(person: Mapping[str, Any], role: str, *, at: datetime, by: str) -> Document:
    """A removed user, active again."""
    role = checked_role(UserKind(person["kind"]), role)
    back = {**person, "state": "active", "role": role, "added_by": by, "removed_by": None}
    return _with_entry(back, "added", at, by, role=role)


def is_active(person: Mapping[str, Any] | None) -> bool:
    """Whether the user is active."""
    return person is not None and person["state"] == "active"


def principal_of(person: Mapping[str, Any]) -> Principal:
    """Principal of an active user."""
    lang = person["lang"] if person["lang"] in LANGUAGES else None
    return Principal(person["id"], person["email"], UserKind(person["kind"]), person["role"], lang)


def _with_entry(person: Document, what: str, at: datetime, by: str, **details: str) -> Document:
    entry = {"at": stamp(at), "who": by, "what": what, **details}
    return {**person, "history": [*person["history"], entry]}
