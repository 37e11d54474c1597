"""How a partner's record begins: as the application that was pre-accepted."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from forms_service.moments import stamp
from forms_service.partners import finding
from forms_service.partners.record import Company, Partner, Person, Qualification, Skill, State, next_id


def new_partner(application: Mapping[str, Any], reference: str, *, at: datetime, by: str) -> Partner:
    """The partner that a pre-accepted application becomes. `by` is who pre-accepted it.

    Somebody named in several places is one person: by the address, or by the name where one of the two has no
    address. Contacts and the sponsor may sign in.
    """
    said = application["said"]
    people = list(_people(said))
    company: Company = {
        "name": said["company_name"],
        "tax_id": said["tax_id"],
        "country": said["country"],
        "address": "",
        "website": said.get("website") or "",
        "models": list(said.get("models") or ()),
        "areas": [],
    }
    return {
        "id": reference,
        "state": State.ONBOARDING.value,
        "lang": application["lang"],
        "application": application["id"],
        "applied_for": said["tier"],
        "active_since": None,
        "terms": [],
        "company": company,
        "people": people,
        "access_requests": [],
        "qualifications": list(_qualifications(said, people)),
        "activities": [],
        "meetings": [],
        "goals": [],
        "targets": [],
        "agreement": {"concluded_on": None, "for_partner": "", "for_vendor": "", "document": None},
        "promotion": {"link": "", "given_at": None, "confirmed_at": None},
        "confirmations": [],
        "attestations": [],
        "signed_copies": [],
        "renewals": [],
        "suspended": None,
        "ended": None,
        "ends_on": None,
        "lifted": [],
        "calendars": [],
        "reminded": [],
        "notes": [],
        "history": [
            {"at": stamp(at), "who": by, "side": "staff", "what": "start", "state": State.ONBOARDING.value}
        ],
        "keys": finding.keys(company, people),
    }


def _people(said: Mapping[str, Any]) -> Iterator[Person]:
    found: list[Person] = []
    for row in said.get("contacts") or ():
        _person(found, row)["contact"] = True
    sponsor = said.get("sponsor") or {}
    if said.get("sponsor_is_contact") and found:
        found[0]["sponsor"] = True
    elif sponsor.get("name") or sponsor.get("email"):
        _person(found, sponsor)["sponsor"] = True
    for row in (*(said.get("sales_people") or ()), *(said.get("technical_people") or ())):
        _person(found, row)
    for person in found:
        person["access"] = bool(person["email"]) and (person["contact"] or person["sponsor"])
    yield from found


def _person(people: list[Person], row: Mapping[str, Any]) -> Person:
    """The person of this row: somebody already there, or one more."""
    known = _known(people, row)
    if known is None:
        known = {
            "id": next_id("p", people),
            "name": row.get("name") or "",
            "email": "",
            "phone": "",
            "position": "",
            "contact": False,
            "sponsor": False,
            "access": False,
            "left_on": None,
        }
        people.append(known)
    known["email"] = known["email"] or row.get("email") or ""
    known["phone"] = known["phone"] or row.get("phone") or ""
    known["position"] = known["position"] or row.get("role") or ""
    return known


def _known(people: Sequence[Person], row: Mapping[str, Any]) -> Person | None:
    name, email = (row.get("name") or "").casefold(), (row.get("email") or "").casefold()
    for person in people:
        if email and person["email"].casefold() == email:
            return person
    for person in people:
        if name and person["name"].casefold() == name and not (email and person["email"]):
            return person
    return None


def _qualifications(said: Mapping[str, Any], people: list[Person]) -> Iterator[Qualification]:
    number, seen = 0, set()
    for skill, rows in ((Skill.SALES, "sales_people"), (Skill.TECHNICAL, "technical_people")):
        for row in said.get(rows) or ():
            person = _known(people, row)
            if person is None or (person["id"], skill) in seen:
                continue
            seen.add((person["id"], skill))
            number += 1
            yield {
                "id": f"q{number}",
                "person": person["id"],
                "kind": skill.value,
                "since": None,
                "valid_until": None,
                "evidence": "",
                "removed_on": None,
            }
