"""Who may come in: people, their kinds and roles. Documents in, documents out; nothing is stored here.

A person is one address of one kind. The same address may be staff and, as another person, a partner's.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from email_validator import EmailNotValidError, validate_email

from forms_service.domain.auth.errors import NotAnAddress, UnknownRole
from forms_service.domain.clock import stamp
from forms_service.domain.values.normalisation import bare_email
from partner_program.model import LANGUAGES, Language

Document = dict[str, Any]

READER, REVIEWER, ADMINISTRATOR = "reader", "reviewer", "administrator"
PERSON = "person"


class UserKind(StrEnum):
    """Whose side somebody is on."""

    STAFF = "staff"
    PARTNER = "partner"


ROLES: Mapping[UserKind, tuple[str, ...]] = {
    UserKind.STAFF: (READER, REVIEWER, ADMINISTRATOR),
    UserKind.PARTNER: (PERSON,),
}
"""The roles of each kind, weakest first: a role may do all that those before it may.

What a partner's person may do is a matter of each company they belong to, so their role says only that they
may come in.
"""


@dataclass(frozen=True)
class Principal:
    """The person behind a request."""

    id: str
    """Of the person's document in the table `people`."""
    email: str
    kind: UserKind
    role: str
    lang: Language | None
    """The language they chose; None until they do."""

    def may(self, role: str) -> bool:
        """Whether their role is this one or a stronger one of their kind."""
        roles = ROLES[self.kind]
        return role in roles and roles.index(self.role) >= roles.index(role)

    def actor(self) -> Document:
        """How a history entry names them."""
        return {"email": self.email, "kind": str(self.kind)}


LONGEST = 320
"""Characters of an address at most (RFC 5321: 64, `@`, 255), and of what is tried as one."""


def normalised(address: str) -> str:
    """The one spelling by which an address is known: ASCII, lower case.

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
    """By which a person is found in the unique index `address`."""
    return f"{kind}:{email}"


def checked_role(kind: UserKind, role: str) -> str:
    """The role itself. Raises UnknownRole if people of this kind cannot have it."""
    if role not in ROLES[kind]:
        raise UnknownRole(role, ROLES[kind])
    return role


def new_person(kind: UserKind, email: str, role: str, *, at: datetime, by: str) -> Document:
    """Somebody who may come in from now on. `by` says who decided: an address, `command`, `settings`."""
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
    """The person in another role."""
    role = checked_role(UserKind(person["kind"]), role)
    return _with_entry({**person, "role": role}, "role changed", at, by, role=role)


def removed(person: Mapping[str, Any], *, at: datetime, by: str) -> Document:
    """The person, who may not come in any more; kept, because history names them."""
    return _with_entry({**person, "state": "removed", "removed_by": by}, "removed", at, by)


def restored(person: Mapping[str, Any], role: str, *, at: datetime, by: str) -> Document:
    """A removed person who may come in again."""
    role = checked_role(UserKind(person["kind"]), role)
    back = {**person, "state": "active", "role": role, "added_by": by, "removed_by": None}
    return _with_entry(back, "added", at, by, role=role)


def is_active(person: Mapping[str, Any] | None) -> bool:
    """Whether this is somebody who may come in."""
    return person is not None and person["state"] == "active"


def principal_of(person: Mapping[str, Any]) -> Principal:
    """The active person as views meet them."""
    lang = person["lang"] if person["lang"] in LANGUAGES else None
    return Principal(person["id"], person["email"], UserKind(person["kind"]), person["role"], lang)


def _with_entry(person: Document, what: str, at: datetime, by: str, **details: str) -> Document:
    entry = {"at": stamp(at), "who": by, "what": what, **details}
    return {**person, "history": [*person["history"], entry]}


def may_decide(principal: Principal) -> bool:
    """Whether this is staff who may do more than read."""
    return principal.kind == UserKind.STAFF and principal.may(REVIEWER)
