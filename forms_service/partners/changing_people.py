"""Who is named at a partner and who may sign in: what contacts, and staff on their behalf, do about it."""

from datetime import date

from forms_service.partners.acting import Act, Action, Side
from forms_service.partners.people import contacts, member, present
from forms_service.partners.record import AccessRequest, Partner, Person, found, next_id
from forms_service.partners.refusals import Refusal, Refused


def add(
    partner: Partner,
    act: Act,
    *,
    name: str,
    email: str = "",
    phone: str = "",
    position: str = "",
    contact: bool = False,
    sponsor: bool = False,
    access: bool = False,
) -> Partner | Refused:
    """One more person. A new sponsor takes the place of the one before; contacts and sponsor may sign in."""
    refused = act.refused(partner, Action.ADD_PERSON) or _unfit(partner, None, name, email, contact, access)
    if refused:
        return refused
    person: Person = {
        "id": next_id("p", partner["people"]),
        "name": name.strip(),
        "email": email.strip(),
        "phone": phone.strip(),
        "position": position.strip(),
        "contact": contact,
        "sponsor": sponsor,
        "access": bool(email.strip()) and (access or contact or sponsor),
        "left_on": None,
    }
    return act.written(_with(partner, person), Action.ADD_PERSON, person=person["id"])


def change(
    partner: Partner,
    act: Act,
    person: str,
    *,
    name: str,
    email: str = "",
    phone: str = "",
    position: str = "",
    contact: bool = False,
    sponsor: bool = False,
) -> Partner | Refused:
    """What is known about somebody, whole. Somebody whose address changes keeps their access."""
    if refused := act.refused(partner, Action.CHANGE_PERSON):
        return refused
    before = _there(partner, person)
    if before is None:
        return Refused(Refusal.NOT_THERE, "person")
    if refused := _unfit(partner, person, name, email, contact, before["access"]):
        return refused
    after: Person = {
        **before,
        "name": name.strip(),
        "email": email.strip(),
        "phone": phone.strip(),
        "position": position.strip(),
        "contact": contact,
        "sponsor": sponsor,
        "access": bool(email.strip()) and (before["access"] or contact or sponsor),
    }
    if after == before:
        return Refused(Refusal.NOTHING_CHANGES)
    if before["contact"] and not contact and _is_last_contact(partner, before):
        return Refused(Refusal.LAST_CONTACT, "contact")
    return act.written(_with(partner, after), Action.CHANGE_PERSON, person=person)


def left(partner: Partner, act: Act, person: str, *, on: date) -> Partner | Refused:
    """Somebody is not there any more: they count for nothing from this day on and may not sign in at once.

    The last contact cannot be taken off by the partner's own side; the vendor's people can, because somebody
    who left must not keep a key.
    """
    if refused := act.refused(partner, Action.PERSON_LEFT):
        return refused
    before = _there(partner, person)
    if before is None:
        return Refused(Refusal.NOT_THERE, "person")
    if on > act.today:
        return Refused(Refusal.IN_THE_FUTURE, "on")
    if act.actor.side is Side.PARTNER and _is_last_contact(partner, before):
        return Refused(Refusal.LAST_CONTACT, "person")
    gone: Person = {**before, "left_on": on.isoformat(), "access": False}
    return act.written(_with(partner, gone), Action.PERSON_LEFT, person=person)


def give_access(partner: Partner, act: Act, person: str) -> Partner | Refused:
    """Somebody may sign in from now on."""
    return _access(partner, act, person, Action.GIVE_ACCESS, True)


def take_access(partner: Partner, act: Act, person: str) -> Partner | Refused:
    """Somebody may not sign in any more, at once. One contact with access has to remain."""
    return _access(partner, act, person, Action.TAKE_ACCESS, False)


def _access(partner: Partner, act: Act, person: str, action: Action, access: bool) -> Partner | Refused:
    if refused := act.refused(partner, action):
        return refused
    before = _there(partner, person)
    if before is None:
        return Refused(Refusal.NOT_THERE, "person")
    if before["access"] is access:
        return Refused(Refusal.NOTHING_CHANGES)
    if access and not before["email"]:
        return Refused(Refusal.MISSING, "email")
    if not access and _is_last_contact(partner, before):
        return Refused(Refusal.LAST_CONTACT, "person")
    return act.written(_with(partner, {**before, "access": access}), action, person=person)


def ask_access(partner: Partner, act: Act, *, name: str, email: str) -> Partner | Refused:
    """Somebody new asks to be let in; `email` is the address they have shown to be theirs.

    Whoever may sign in already, or has asked and not been answered, changes nothing by asking.
    """
    if member(partner, email):
        return Refused(Refusal.NOTHING_CHANGES)
    if refused := act.refused(partner, Action.ASK_ACCESS):
        return refused
    if not name.strip():
        return Refused(Refusal.MISSING, "name")
    waiting = [each for each in partner["access_requests"] if each["granted"] is None]
    if any(each["email"].casefold() == email.casefold() for each in waiting):
        return Refused(Refusal.NOTHING_CHANGES)
    request: AccessRequest = {
        "id": next_id("r", partner["access_requests"]),
        "name": name.strip(),
        "email": email.strip(),
        "at": act.stamp,
        "granted": None,
    }
    after = partner.copy()
    after["access_requests"] = [*partner["access_requests"], request]
    return act.written(after, Action.ASK_ACCESS, request=request["id"])


def answer_access(partner: Partner, act: Act, request: str, *, granted: bool) -> Partner | Refused:
    """Let somebody in who asked, as the person with this address or as a new one, or do not."""
    if refused := act.refused(partner, Action.ANSWER_ACCESS):
        return refused
    asked: AccessRequest | None = found(partner["access_requests"], request)
    if asked is None:
        return Refused(Refusal.NOT_THERE, "request")
    if asked["granted"] is not None:
        return Refused(Refusal.NOTHING_CHANGES)
    answered: AccessRequest = {**asked, "granted": granted}
    after = partner.copy()
    if granted:
        after = _with(partner, {**_asking(partner, asked), "access": True})
    after["access_requests"] = [
        answered if each["id"] == request else each for each in partner["access_requests"]
    ]
    return act.written(after, Action.ANSWER_ACCESS, request=request, granted=granted)


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


def _there(partner: Partner, person: str) -> Person | None:
    return next((each for each in present(partner) if each["id"] == person), None)


def _is_last_contact(partner: Partner, person: Person) -> bool:
    """Whether no other contact could sign in without this person."""
    others = [each for each in contacts(partner) if each["access"] and each["id"] != person["id"]]
    return person["contact"] and person["access"] and not others


def _unfit(
    partner: Partner, person: str | None, name: str, email: str, contact: bool, access: bool
) -> Refused | None:
    if not name.strip():
        return Refused(Refusal.MISSING, "name")
    if (contact or access) and not email.strip():
        return Refused(Refusal.MISSING, "email")
    wanted = email.strip().casefold()
    for each in present(partner):
        if wanted and each["id"] != person and each["email"].casefold() == wanted:
            return Refused(Refusal.ALREADY_THERE, "email")
    return None


def _with(partner: Partner, person: Person) -> Partner:
    """The record with this person as they are now, new or known; there is one sponsor."""
    people: list[Person] = [
        {**each, "sponsor": False} if person["sponsor"] and each["sponsor"] else each
        for each in partner["people"]
    ]
    known = any(each["id"] == person["id"] for each in people)
    after = partner.copy()
    after["people"] = [person if each["id"] == person["id"] else each for each in people]
    if not known:
        after["people"].append(person)
    return after
