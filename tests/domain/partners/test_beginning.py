"""A partner's record begins as its application."""

import json

from forms_service.domain.partners.people import contacts, member, members, sponsor
from tests.factories.partners import CONTACT, SPONSOR, onboarded


def named(**said):
    partner = onboarded(**said)
    return {person["id"]: (person["name"], person["email"]) for person in partner["people"]}


def test_it_holds_what_the_application_said_and_is_json():
    partner = onboarded()
    assert json.loads(json.dumps(partner)) == partner
    assert (partner["application"], partner["applied_for"], partner["state"]) == (
        "APP-2222-2222",
        "silver",
        "onboarding",
    )
    assert partner["company"]["models"] == ["resell"]
    assert (partner["terms"], partner["active_since"]) == ([], None)


def test_contacts_and_sponsor_may_sign_in_and_others_may_not():
    partner = onboarded(technical_people=[{"name": "Osoba Techniczna", "email": "tech@partner.example"}])
    assert [person["email"] for person in members(partner)] == [CONTACT, SPONSOR]
    assert [person["email"] for person in contacts(partner)] == [CONTACT]
    assert sponsor(partner)["email"] == SPONSOR
    assert member(partner, "tech@partner.example") is None


def test_somebody_named_in_several_places_is_one_person():
    """By the address; by the name, where one of the two has no address."""
    people = named(
        contacts=[
            {"name": "Osoba A", "email": "a@partner.example"},
            {"name": "Osoba B", "email": "b@partner.example"},
        ],
        sponsor={"name": "osoba a", "email": "A@PARTNER.example", "role": ""},
        sales_people=[{"name": "Osoba B", "email": ""}, {"name": "Osoba C", "email": ""}],
        technical_people=[
            {"name": "Osoba C", "email": "c@partner.example"},
            {"name": "Osoba B", "email": "other@partner.example"},
        ],
    )
    assert list(people.values()) == [
        ("Osoba A", "a@partner.example"),
        ("Osoba B", "b@partner.example"),
        ("Osoba C", "c@partner.example"),
        ("Osoba B", "other@partner.example"),
    ]


def test_the_contact_person_may_be_the_sponsor():
    partner = onboarded(sponsor={"name": "", "email": "", "role": ""}, sponsor_is_contact=True)
    assert sponsor(partner)["email"] == CONTACT
    assert len(partner["people"]) == 1


def test_each_qualification_names_its_person_once():
    partner = onboarded(
        sales_people=[{"name": "Osoba Kontaktowa", "email": ""}, {"name": "Osoba Kontaktowa", "email": ""}],
        technical_people=[{"name": "Osoba Kontaktowa", "email": CONTACT}],
    )
    held = [(each["id"], each["person"], each["kind"]) for each in partner["qualifications"]]
    assert held == [("q1", "p1", "sales"), ("q2", "p1", "technical")]
