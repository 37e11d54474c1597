"""The yearly attestation: when it opens, what it says, and that it never changes."""

from copy import deepcopy
from datetime import date

from forms_service.domain.partners import people_actions, qualifications, renewal
from forms_service.domain.partners.attestation import (
    attest,
    is_given,
    opens_on,
    overdue_year,
    receive_copy,
    year_to_attest,
)
from forms_service.domain.partners.partner import RenewalDecision
from forms_service.domain.partners.partner_years import year
from forms_service.domain.partners.refusals import PartnerActionRefused, PartnerRefusal
from forms_service.domain.partners.scorecard import Fulfilment, scorecard
from tests.factories.partners import CONTACT, SPONSOR, START, active, by, changed, done, id_of, staff
from tests.factories.program import published

OPENS, LAST = date(2027, 9, 24), date(2027, 11, 23)
WRITTEN = changed(attestation__form="written")


def given(day: date = OPENS, used=None):
    return done(attest(active(), by(CONTACT, day), used or published(), language="pl"))


def test_it_opens_so_many_days_before_the_partner_year_ends():
    assert opens_on(published(), year(START, 1)) == OPENS
    early = attest(active(), by(CONTACT, date(2027, 9, 23)), published(), language="pl")
    assert early == PartnerActionRefused(PartnerRefusal.TOO_EARLY)
    assert is_given(given(OPENS), 1)
    assert is_given(given(LAST), 1)


def test_it_never_opens_before_the_year_begins():
    assert opens_on(changed(attestation__opens_days_before=365), year(START, 2)) == date(2027, 11, 24)


def test_it_says_who_declared_what_under_which_program():
    """What was true, on one page."""
    (attestation,) = given()["attestations"]
    assert attestation["declared_by"] == {"name": "Osoba Kontaktowa", "email": CONTACT, "position": "handel"}
    assert (attestation["year"], attestation["tier"], attestation["form"]) == (1, "silver", "document")
    assert attestation["program"] == published().hash
    assert attestation["company"] == "Zgrabka sp. z o.o., PL1234563218"
    assert attestation["statement"] == "Poświadczam, że moja firma spełnia powyższe kryteria."
    assert attestation["criteria"] == [
        {
            "item": "sales-qualifications",
            "title": "Kwalifikacje sprzedażowe",
            "asked": "1 osoba",
            "people": ["Osoba Kontaktowa"],
        },
        {
            "item": "technical-qualifications",
            "title": "Kwalifikacje techniczne",
            "asked": "nieobowiązkowe",
            "people": [],
        },
    ]


def test_it_never_changes():
    """Not by a second declaration, not by what happens to the people in it."""
    partner = given()
    kept = deepcopy(partner["attestations"])
    again = attest(partner, by(SPONSOR, LAST), published(), language="en")
    assert again == PartnerActionRefused(PartnerRefusal.ALREADY_GIVEN)
    contact = id_of(partner, CONTACT)
    partner = done(
        people_actions.change(partner, staff(LAST), contact, name="Inaczej", email=CONTACT, contact=True)
    )
    partner = done(people_actions.left(partner, staff(LAST), contact, on=LAST))
    assert partner["attestations"] == kept


def test_nobody_declares_what_is_not_so():
    partner = done(qualifications.remove(active(), staff(), "q1"))
    refused = attest(partner, by(CONTACT, OPENS), published(), language="pl")
    assert refused == PartnerActionRefused(PartnerRefusal.CRITERIA_NOT_MET)


def test_the_written_form_is_given_when_the_signed_copy_has_arrived():
    partner = given(used=WRITTEN)
    assert not is_given(partner, 1)
    assert scorecard(partner, WRITTEN, OPENS).row("attestation").standing is Fulfilment.DUE
    partner = done(receive_copy(partner, staff(LAST), 1, received_on=LAST))
    assert is_given(partner, 1)
    assert scorecard(partner, WRITTEN, LAST).row("attestation").standing is Fulfilment.MET
    assert receive_copy(partner, staff(LAST), 1, received_on=LAST) == PartnerActionRefused(
        PartnerRefusal.NOTHING_CHANGES
    )


def test_staff_cannot_declare_but_write_down_what_was_declared_on_paper():
    partner = active()
    sponsor = id_of(partner, SPONSOR)
    alone = attest(partner, staff(OPENS), published(), language="pl", person=sponsor)
    assert alone == PartnerActionRefused(PartnerRefusal.MISSING, "received_on")
    nobody = attest(partner, staff(OPENS), published(), language="pl", copy_received_on=OPENS)
    assert nobody == PartnerActionRefused(PartnerRefusal.NOT_THERE, "person")
    partner = done(
        attest(partner, staff(OPENS), published(), language="pl", person=sponsor, copy_received_on=OPENS)
    )
    assert partner["attestations"][0]["declared_by"]["email"] == SPONSOR
    assert [entry["what"] for entry in partner["history"][-2:]] == ["attest", "receive_copy"]
    assert partner["history"][-2]["on_behalf"]


def test_a_year_without_its_attestation_stays_open_until_its_renewal_is_decided():
    partner, late = active(), date(2027, 12, 10)
    assert overdue_year(partner, LAST) is None
    assert overdue_year(partner, late).number == 1
    assert scorecard(partner, published(), late).row("attestation").standing is Fulfilment.MISSING
    assert year_to_attest(partner, published(), late).number == 1
    after = done(attest(partner, by(CONTACT, late), published(), language="pl"))
    assert scorecard(after, published(), late).row("attestation").standing is Fulfilment.DUE
    decided = done(renewal.decide(partner, staff(late), published(), RenewalDecision.RENEW))
    assert overdue_year(decided, late) is None
    assert year_to_attest(decided, published(), late) is None


def test_without_words_of_the_vendor_there_are_ours():
    plain = changed(attestation__statement=None)
    (attestation,) = given(used=plain)["attestations"]
    assert attestation["statement"] == "Poświadczam, że firma spełnia powyższe kryteria."
