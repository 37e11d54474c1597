"""What a partner's people and staff read and do on a partner's pages."""

import re
from typing import Any

import pytest

from forms_service.web.partner_record.page import SECTIONS
from tests.factories.desk import ADMIN, OWN, Office, words
from tests.factories.partner_records import CONTACT, SPONSOR, active, pre_accepted, signed_in


@pytest.mark.parametrize("lang", ["pl", "en"])
def test_both_sides_read_every_section(office: Office, lang: str) -> None:
    """No page fails, none holds script or style, and looking writes nothing."""
    company = active(office)
    partner, staff = signed_in(office, lang=lang), office.browser(ADMIN, lang)
    before = office.journal.read_bytes()
    for browser, base in ((partner, "/partner"), (staff, "/desk/partners")):
        for section in SECTIONS:
            end = "" if section == "overview" else f"/{section}"
            answer = browser.get(f"{base}/{company.reference}{end}")
            assert answer.status_code == 200, section
            assert f'<html lang="{lang}">' in answer.text
            assert "style=" not in answer.text
            assert "<script" not in answer.text
    assert staff.get("/desk/partners").status_code == 200
    assert office.journal.read_bytes() == before


def test_pre_acceptance_makes_the_record_and_lets_its_people_in(office: Office) -> None:
    """Contact and sponsor may sign in, in the same batch."""
    company = pre_accepted(office)
    assert company.record["state"] == "onboarding"
    for email in (CONTACT, SPONSOR):
        assert company.reference in signed_in(office, email).get("/partner/").location


def test_the_scorecard_says_what_gold_lacks(office: Office) -> None:
    """In one sentence, with a button for each thing that leads to where it can be done."""
    company = active(office)
    browser = signed_in(office, lang="pl")
    answer = browser.get("/partner/", follow_redirects=True)
    things = "1 osoby z kwalifikacjami sprzedażowymi, 1 osoby z kwalifikacjami technicznymi, 2 aktywności"
    assert f"Do Gold brakuje: {things}" in words(answer)
    buttons = re.findall(r'<a class="button[^"]*" href="([^"]+)">Uzupełnij: ([^<]+)</a>', answer.text)
    assert [(address.rsplit("/")[-1], title.replace("\xa0", " ")) for address, title in buttons] == [
        ("people", "Kwalifikacje sprzedażowe"),
        ("people", "Kwalifikacje techniczne"),
        ("activities", "Aktywności związane z generowaniem kontaktów sprzedażowych"),
    ]
    for address, _ in buttons:
        assert f'action="/partner/{company.reference}/{address.rsplit("/")[-1]}"' in browser.get(address).text


def test_somebody_who_left_is_out_at_once(office: Office) -> None:
    """Their session ends in the batch that says so; nobody else's."""
    company = pre_accepted(office)
    sponsor, contact = signed_in(office, SPONSOR), signed_in(office)
    person = next(each["id"] for each in company.record["people"] if each["email"] == SPONSOR)
    assert company.post(contact, "people", "person_left", person=person).status_code == 303
    assert sponsor.get(f"/partner/{company.reference}").status_code == 303
    assert contact.get(f"/partner/{company.reference}").status_code == 200


def test_internal_notes_are_for_staff(office: Office) -> None:
    company = active(office)
    company.post(office.browser(), "overview", "note", desk=True, text="Between us only")
    assert "Between us only" in words(office.browser().get(f"/desk/partners/{company.reference}"))
    partner = signed_in(office)
    for end in ("", "/past"):
        assert "Between us only" not in words(partner.get(f"/partner/{company.reference}{end}"))


def test_what_staff_do_for_a_partner_is_marked(office: Office) -> None:
    company = active(office)
    company.post(office.browser(), "activities", "plan_activity", desk=True, title="A webinar")
    assert company.record["history"][-1]["on_behalf"] is True


def test_a_day_to_come_is_refused_with_a_sentence(office: Office) -> None:
    company = active(office)
    typed: dict[str, Any] = {"title": "A webinar", "done_on": "2030-01-01"}
    answer = company.post(signed_in(office), "activities", "do_activity", **typed)
    assert answer.status_code == 422
    assert "This day has not come yet" in words(answer)
    assert company.record["activities"] == []


def test_what_somebody_else_changed_is_not_overwritten(office: Office) -> None:
    company = active(office)
    answer = company.post(signed_in(office), "profile", "change_company", seen="1", name="Other name")
    assert answer.status_code == 422
    assert company.record["company"]["name"] == "Example Partner"


def test_amounts_by_hand_and_from_csv_after_a_preview(office: Office) -> None:
    """Nothing of a file is recorded before it was seen; then its good lines are."""
    company, staff = active(office), office.browser()
    base = f"/desk/partners/{company.reference}/amounts"
    day, model = office.clock().date().isoformat(), office.program.models[0].id
    one = {"date": day, "amount": "1 000,50", "currency": "PLN", "model": model, "invoiced_to": "partner"}
    assert staff.post(base, data=one, headers=OWN).status_code == 303
    rows = [f"{day},{amount},PLN,{model},partner" for amount in ("-200.00", "x")]
    csv = "\n".join(["date,amount,currency,model,invoiced_to", *rows])
    seen = staff.post(f"{base}/file", data={"csv": csv}, headers=OWN)
    assert "Bad lines, not recorded: 1" in words(seen)
    assert office.service.store.count("revenue") == 1
    digest = seen.text.split('name="digest" value="')[1].split('"')[0]
    assert staff.post(f"{base}/file", data={"csv": csv, "digest": digest}, headers=OWN).status_code == 303
    assert "PLN 800.50" in words(signed_in(office).get(f"/partner/{company.reference}/revenue")).replace(
        "800.50 PLN", "PLN 800.50"
    )


def test_a_calendar_link_is_renewed(office: Office) -> None:
    """The new one opens without signing in, the old one leads nowhere, neither is stored."""
    company, browser = active(office), signed_in(office)
    links = []
    for _ in range(2):
        answer = browser.post(f"/partner/{company.reference}/calendar-link", headers=OWN)
        links.append("/partner/calendar/" + answer.text.split("/partner/calendar/")[1].split("<")[0])
    visitor = office.app.test_client()
    assert visitor.get(links[0]).status_code == 404
    feed = visitor.get(links[1])
    assert feed.mimetype == "text/calendar"
    assert b"BEGIN:VEVENT" in feed.data
    token = links[1].rpartition("/")[2].removesuffix(".ics")
    assert token.encode() not in office.journal.read_bytes()


def test_the_attestation_is_given_near_the_end_of_the_year_and_printed(office: Office) -> None:
    company = active(office)
    office.clock.forward(days=350)
    answer = company.post(signed_in(office), "attestation", "attest")
    assert answer.status_code == 303, words(answer)
    printed = signed_in(office).get(f"/partner/{company.reference}/attestation/1")
    assert "Signature" in words(printed)
    assert "Contact person" in words(printed)
    again = company.post(signed_in(office), "attestation", "attest")
    assert again.status_code == 422


def test_the_partner_is_told_that_it_is_suspended_with_the_reason(office: Office) -> None:
    company = active(office)
    company.post(office.browser(), "overview", "suspend", desk=True, reason="No contact for a year")
    mails = office.service.store.find("mails", "record", company.reference)
    assert [mail["facts"]["news"] for mail in mails] == [
        "partner-started",
        "partner-active",
        "partner-suspended",
    ]
    assert "No contact for a year" in words(signed_in(office).get(f"/partner/{company.reference}"))


def test_reminders_are_owed_once(office: Office) -> None:
    company = active(office)
    office.clock.forward(days=340)
    office.service.partners.remind()
    first = len(office.service.store.find("mails", "record", company.reference))
    office.service.partners.remind()
    assert first > 1
    assert len(office.service.store.find("mails", "record", company.reference)) == first


EVIL = '<script>alert(1)</script>"onmouseover="{{7*7}}${7*7}'


def test_nothing_that_was_typed_is_markup(office: Office) -> None:
    """I2: names of the company and of its people, a note, on both sides."""
    typed = {
        "company_name": EVIL,
        "contacts-0-name": EVIL,
        "contacts-0-role": EVIL,
        "sponsor-name": EVIL,
        "sales_people-0-name": EVIL,
    }
    company = pre_accepted(office, **typed)
    company.post(office.browser(), "overview", "note", desk=True, text=EVIL)
    shown = ""
    for browser, base in ((signed_in(office), "/partner"), (office.browser(ADMIN), "/desk/partners")):
        for section in SECTIONS:
            end = "" if section == "overview" else f"/{section}"
            shown += browser.get(f"{base}/{company.reference}{end}").text
    assert "<script" not in shown
    assert '"onmouseover' not in shown
    assert "{{7*7}}${7*7}" in shown
