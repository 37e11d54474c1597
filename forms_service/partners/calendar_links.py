"""Each person's own secret link to the calendar of what comes due; it ends with their access. Pure."""

from forms_service.partners.acting import Act, Action
from forms_service.partners.people import member, members
from forms_service.partners.record import Partner, Person
from forms_service.partners.refusals import Refusal, Refused


def renew(partner: Partner, act: Act, *, token_hash: str) -> Partner | Refused:
    """Whoever is signed in has a new link; the one they had leads nowhere from now on."""
    if refused := act.refused(partner, Action.RENEW_CALENDAR_LINK):
        return refused
    person = member(partner, act.actor.email)
    if person is None:
        return Refused(Refusal.NOT_YOURS)
    others = [link for link in partner["calendars"] if link["person"] != person["id"]]
    after = partner.copy()
    after["calendars"] = [*others, {"person": person["id"], "token_hash": token_hash}]
    return act.written(after, Action.RENEW_CALENDAR_LINK, person=person["id"])


def holder(partner: Partner, token_hash: str) -> Person | None:
    """Whose link it is; None where it is nobody's who may sign in."""
    link = next((each for each in partner["calendars"] if each["token_hash"] == token_hash), None)
    return next((each for each in members(partner) if link and each["id"] == link["person"]), None)


def has_link(partner: Partner, email: str) -> bool:
    """Whether this person has a link."""
    person = member(partner, email)
    return person is not None and any(link["person"] == person["id"] for link in partner["calendars"])
