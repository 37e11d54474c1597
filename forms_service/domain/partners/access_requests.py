"""Access requests: a new colleague asks for an account; a contact or staff answer. Pure.

A request is kept with the person's name only as long as it waits: once it is answered, or too old, its bare
facts stay. Whoever is let in is among the people then.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from forms_service.domain.clock import moment
from forms_service.domain.partners.company_profile import is_known_address
from forms_service.domain.partners.partner import AccessRequest, Partner, Person, applications, found, next_id
from forms_service.domain.partners.partner_permissions import PartnerActing, PartnerAction
from forms_service.domain.partners.people import member, present
from forms_service.domain.partners.people_actions import with_person
from forms_service.domain.partners.refusals import PartnerActionRefused, PartnerRefusal
from forms_service.domain.partners.size_limits import LIST_ROWS

MOST_WAITING = 20
"""Places for addresses of the company: further ones are not taken while so many wait."""
MOST_WAITING_OUTSIDE = 3
"""Places for other addresses, which found the company by its tax number alone; that is public. So strangers
take no place from the company's own people, and no more than this is mailed about them."""
ANSWERED_WITHIN = timedelta(days=7)
"""Whoever has not been let in by then is told so, whatever became of the request."""
WAITS = timedelta(days=30)
"""A request that nobody has answered for so long is over."""


def waiting(partner: Partner) -> tuple[AccessRequest, ...]:
    """Unanswered requests, the oldest first; without those of erased people."""
    return tuple(each for each in partner["access_requests"] if each["granted"] is None and each["email"])


def ask_access(
    partner: Partner, act: PartnerActing, *, name: str, email: str
) -> Partner | PartnerActionRefused:
    """Add a request; `email` is the confirmed address.

    Whoever may sign in already, or has asked and not been answered, changes nothing by asking.
    """
    if member(partner, email):
        return PartnerActionRefused(PartnerRefusal.NOTHING_CHANGES)
    if refused := act.refused(partner, PartnerAction.ASK_ACCESS):
        return refused
    if not name.strip():
        return PartnerActionRefused(PartnerRefusal.MISSING, "name")
    open_ones = waiting(partner)
    if any(each["email"].casefold() == email.casefold() for each in open_ones):
        return PartnerActionRefused(PartnerRefusal.NOTHING_CHANGES)
    if _is_flooded(partner, email):
        return PartnerActionRefused(PartnerRefusal.NOT_NOW)
    after = _with_request(partner, act, name, email)
    return act.written(after, PartnerAction.ASK_ACCESS, request=after["access_requests"][-1]["id"])


def join(
    partner: Partner, act: PartnerActing, application: str, people: Iterable[Mapping[str, Any]]
) -> Partner | PartnerActionRefused:
    """Add another application of the company, and an access request for each of `people` it names.

    An application proves nobody's address: nobody may sign in by it before a contact or staff let them in.
    """
    if refused := act.refused(partner, PartnerAction.JOIN):
        return refused
    if application in applications(partner):
        return PartnerActionRefused(PartnerRefusal.NOTHING_CHANGES)
    after = partner.copy()
    after["joined"] = [*partner.get("joined", ()), application]
    requests = []
    for person in people:
        name, email = person.get("name") or "", person.get("email") or ""
        if email and not _is_known(after, email) and not _is_flooded(after, email):
            after = _with_request(after, act, name or email, email)
            requests.append(after["access_requests"][-1]["id"])
    return act.written(after, PartnerAction.JOIN, application=application, requests=requests)


def _is_known(partner: Partner, email: str) -> bool:
    """Whether somebody with this address may sign in, or asks to."""
    asks = {each["email"].casefold() for each in waiting(partner)}
    return member(partner, email) is not None or email.casefold() in asks


def _with_request(partner: Partner, act: PartnerActing, name: str, email: str) -> Partner:
    request: AccessRequest = {
        "id": next_id("r", partner["access_requests"]),
        "name": name.strip(),
        "email": email.strip(),
        "at": act.stamp,
        "granted": None,
    }
    after = partner.copy()
    after["access_requests"] = [*_with_room(partner["access_requests"]), request]
    return after


def _is_flooded(partner: Partner, email: str) -> bool:
    """Whether all places for addresses of this kind are taken."""
    is_own = is_known_address(partner, email)
    most = MOST_WAITING if is_own else MOST_WAITING_OUTSIDE
    alike = [each for each in waiting(partner) if is_known_address(partner, each["email"]) is is_own]
    return len(alike) >= most


def _with_room(requests: list[AccessRequest]) -> list[AccessRequest]:
    """The requests, without the oldest answered one where the list is full: the history tells of it."""
    if len(requests) < LIST_ROWS:
        return requests
    oldest = next((each["id"] for each in requests if each["granted"] is not None), None)
    return [each for each in requests if each["id"] != oldest]


def answer_access(
    partner: Partner, act: PartnerActing, request: str, *, granted: bool
) -> Partner | PartnerActionRefused:
    """Grant a request, to a known or a new person, or refuse it."""
    if refused := act.refused(partner, PartnerAction.ANSWER_ACCESS):
        return refused
    asked: AccessRequest | None = found(partner["access_requests"], request)
    if asked is None:
        return PartnerActionRefused(PartnerRefusal.NOT_THERE, "request")
    if asked["granted"] is not None or not asked["email"]:
        return PartnerActionRefused(PartnerRefusal.NOTHING_CHANGES)
    if not granted:
        return act.written(
            _answered(partner, request, False), PartnerAction.ANSWER_ACCESS, request=request, granted=False
        )
    person: Person = {**_asking(partner, asked), "access": True}
    after = _answered(with_person(partner, person), request, True)
    return act.written(after, PartnerAction.ANSWER_ACCESS, request=request, granted=True, person=person["id"])


def lapse(partner: Partner, act: PartnerActing) -> Partner | PartnerActionRefused:
    """Expire requests that have waited too long, as if refused."""
    if refused := act.refused(partner, PartnerAction.LAPSE_ACCESS):
        return refused
    old = [each["id"] for each in waiting(partner) if act.at - moment(each["at"]) > WAITS]
    if not old:
        return PartnerActionRefused(PartnerRefusal.NOTHING_CHANGES)
    after = partner
    for request in old:
        after = _answered(after, request, False)
    return act.written(after, PartnerAction.LAPSE_ACCESS, requests=old)


def _answered(partner: Partner, request: str, granted: bool) -> Partner:
    """The record with the request answered, without whose it was."""
    after = partner.copy()
    after["access_requests"] = [
        {**each, "name": "", "email": "", "granted": granted} if each["id"] == request else each
        for each in partner["access_requests"]
    ]
    return after


def _asking(partner: Partner, asked: AccessRequest) -> Person:
    """Whom the request is about."""
    for person in present(partner):
        if person["email"].casefold() == asked["email"].casefold():
            return person
    return {
        "id": next_id("p", partner["people"]),
        "name": asked["name"],
        "email": asked["email"],
        "phone": "",
        "position": "",
        "contact": False,
        "sponsor": False,
        "access": False,
        "left_on": None,
    }
