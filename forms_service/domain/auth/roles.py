"""Roles: the kinds of users, the roles of each, and who may decide on a submission. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from partner_program.model import Language

READER, REVIEWER, ADMINISTRATOR = "reader", "reviewer", "administrator"
PERSON = "person"


class UserKind(StrEnum):
    """Kind of user: staff or a partner's."""

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
    """Principal: the authenticated user of a request."""

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

    def actor(self) -> dict[str, str]:
        """How a history entry names them."""
        return {"email": self.email, "kind": str(self.kind)}


def may_decide(principal: Principal) -> bool:
    """Whether a user may decide on submissions: a reviewer or administrator of staff."""
    return principal.kind == UserKind.STAFF and principal.may(REVIEWER)
