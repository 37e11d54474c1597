"""What comes of knocking at the door: values that the entrance gives and the pages show."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from forms_service.access.links import Standing
from forms_service.access.people import Principal
from partner_program.model import Language


class Refusal(StrEnum):
    """Why a link that works did not let somebody in yet."""

    CODE_NEEDED = "code-needed"
    """Opened in another browser than the one that asked: the code shown there is needed."""
    CODE_WRONG = "code-wrong"
    ADDRESS_NEEDED = "address-needed"
    """The first administrator has to say their address."""
    ADDRESS_WRONG = "address-wrong"


@dataclass(frozen=True)
class Entered:
    """Somebody is in."""

    cookie: str
    """The value for the browser to keep."""
    lasts: timedelta
    device: str
    """The device cookie for the browser to keep."""
    lang: Language
    next: str | None
    """Where they wanted to go when they asked; checked before it was stored."""


@dataclass(frozen=True)
class Opened:
    """What a link would do now, for the page that shows its button."""

    standing: Standing
    needs: Refusal | None
    lang: Language | None


@dataclass(frozen=True)
class OwnSessions:
    """The sessions of somebody who is signed in, as they may see them; moments as they are stored."""

    since: str | None
    """When the session they are in began."""
    before: str | None
    """When they had signed in the last time before; None: never."""
    others: int
    """Sessions in other browsers that have not ended for certain."""


@dataclass(frozen=True)
class Visit:
    """A request of somebody who is signed in."""

    principal: Principal
    session: str
    """The id of the session's document."""
    cookie: str
    """The cookie to answer with: the session was used just now."""
    lasts: timedelta
