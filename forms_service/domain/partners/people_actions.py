"""Actions on the people of a partner: add, change, remove, grant and revoke access."""

from datetime import date

from forms_service.domain.partners.partner import Partner, Person, next_id
from forms_service.domain.partners.partner_permissions import PartnerActing, PartnerAction, Side
from forms_service.domain.partners.people import contacts, members, present
from forms_service.domain.partners.refusals import PartnerActionRefused, PartnerRefusal


def add(
    partner: Partner,
    act: PartnerActing,
    *,
    name: str,
    email: str = "",
    phone: str = "",
    position: str = "",
    contact: bool = False,
    sponsor: bool = False,
    access: bool = False,
) -> Partner | PartnerActionRefused:
    """Add a person. A new sponsor replaces the old one; contacts and sponsor may sign in."""
    refused = act.refused(partner, PartnerAction.ADD_PERSON) or _unfit(
        partner, None, name, email, contact, access
    )
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
    return act.written(with_person(partner, person), PartnerAction.ADD_PERSON, person=person["id"])


def change(
    partner: Partner,
    act: PartnerActing,
    person: str,
    *,
    name: str,
    email: str = "",
    phone: str = "",
    position: str = "",
    contact: bool = False,
    sponsor: bool = False,
) -> Partner | PartnerActionRefused:
    """Replace a person's data. They keep their access when the address changes."""
    if refused := act.refused(partner, PartnerAction.CHANGE_PERSON):
        return refused
    before = _there(partner, person)
    if before is None:
        return PartnerActionRefused(PartnerRefusal.NOT_THERE, "person")
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
        return PartnerActionRefused(PartnerRefusal.NOTHING_CHANGES)
    if before["contact"] and not contact and _is_last_contact(partner, before):
        return PartnerActionRefused(PartnerRefusal.LAST_CONTACT, "contact")
    return act.written(with_person(partner, after), PartnerAction.CHANGE_PERSON, person=person)


def left(partner: Partner, act: PartnerActing, person: str, *, on: date) -> Partner | PartnerActionRefused:
    """Mark a person as gone from this day on; access ends at once.

    The last contact cannot be taken off by the partner's own side; the vendor's people can, because somebody
    who left must not keep a key.
    """
    if refused := act.refused(partner, PartnerAction.PERSON_LEFT):
        return refused
    before = _there(partner, person)
    if before is None:
        return PartnerActionRefused(PartnerRefusal.NOT_THERE, "person")
    if on > act.today:
        return PartnerActionRefused(PartnerRefusal.IN_THE_FUTURE, "on")
    if act.actor.side is Side.PARTNER and _is_last_contact(partner, before):
        return PartnerActionRefused(PartnerRefusal.LAST_CONTACT, "person")
    gone: Person = {**before, "left_on": on.isoformat(), "access": False}
    return act.written(with_person(partner, gone), PartnerAction.PERSON_LEFT, person=person)


def give_access(partner: Partner, act: PartnerActing, person: str) -> Partner | PartnerActionRefused:
    """Grant access: the person may sign in."""
    return _access(partner, act, person, PartnerAction.GIVE_ACCESS, True)


def take_access(partner: Partner, act: PartnerActing, person: str) -> Partner | PartnerActionRefused:
    """Revoke access, at once. One contact with access has to remain."""
    return _access(partner, act, person, PartnerAction.TAKE_ACCESS, False)


def _access(
    partner: Partner, act: PartnerActing, person: str, action: PartnerAction, access: bool
) -> Partner | PartnerActionRefused:
    if refused := act.refused(partner, action):
        return refused
    before = _there(partner, person)
    if before is None:
        return PartnerActionRefused(PartnerRefusal.NOT_THERE, "person")
    if before["access"] is access:
        return PartnerActionRefused(PartnerRefusal.NOTHING_CHANGES)
    if access and not before["email"]:
        return PartnerActionRefused(PartnerRefusal.MISSING, "email")
    if not access and _is_last_contact(partner, before):
        return PartnerActionRefused(PartnerRefusal.LAST_CONTACT, "person")
    return act.written(with_person(partner, {**before, "access": access}), action, person=person)


def _there(partner: Partner, person: str) -> Person | None:
    return next((each for each in present(partner) if each["id"] == person), None)


def _is_last_contact(partner: Partner, person: Person) -> bool:
    """Whether no other contact could sign in without this person."""
    others = [each for each in contacts(partner) if each["access"] and each["id"] != person["id"]]
    return person["contact"] and person["access"] and not others


def _unfit(
    partner: Partner, person: str | None, name: str, email: str, contact: bool, access: bool
) -> PartnerActionRefused | None:
    if not name.strip():
        return PartnerActionRefused(PartnerRefusal.MISSING, "name")
    if (contact or access) and not email.strip():
        return PartnerActionRefused(PartnerRefusal.MISSING, "email")
    wanted = email.strip().casefold()
    for each in present(partner):
        if wanted and each["id"] != person and each["email"].casefold() == wanted:
            return PartnerActionRefused(PartnerRefusal.ALREADY_THERE, "email")
    return None


def with_person(partner: Partner, person: Person) -> Partner:
    """The record with this person added or replaced, without a history entry.

    There is one sponsor. A secret link to the calendar ends with the access of whoever has it.
    """
    people: list[Person] = [
        {**each, "sponsor": False} if person["sponsor"] and each["sponsor"] else each
        for each in partner["people"]
    ]
    known = any(each["id"] == person["id"] for each in people)
    after = partner.copy()
    after["people"] = [person if each["id"] == person["id"] else each for each in people]
    if not known:
        after["people"].append(person)
    inside = {each["id"] for each in members(after)}
    after["calendars"] = [link for link in partner["calendars"] if link["person"] in inside]
    return after
