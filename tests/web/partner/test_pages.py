"""What a partner's people and staff read and do on a partner's pages."""

import re
from datetime import timedelta
from typing import Any

import pytest

from forms_service.domain.partners import onboarding_checklist
from forms_service.domain.partners.partner import parse_partner
from forms_service.web.partner_record.parts import PARTS
from tests.factories.desk import ADMIN, OWN, DeskApp, words
from tests.factories.partner_records import CONTACT, SPONSOR, active, pre_accepted, signed_in
from tests.factories.storage import bytes_on_disk


@pytest.mark.parametrize("lang", ["pl", "en"])
def test_both_sides_read_every_section(desk_app: DeskApp, lang: str) -> None:
    """No page fails, none holds script or style, and looking writes nothing."""
    company = active(desk_app)
    partner, staff = signed_in(desk_app, lang=lang), desk_app.browser(ADMIN, lang)
    before = bytes_on_disk(desk_app.data)
    for browser, base in ((partner, "/partner"), (staff, "/desk/partners")):
        for section in PARTS:
            end = "" if section == "overview" else f"/{section}"
            answer = browser.get(f"{base}/{company.reference}{end}")
            assert answer.status_code == 200, section
            assert f'<html lang="{lang}">' in answer.text
            assert "style=" not in answer.text
            assert "<script" not in answer.text
    assert staff.get("/desk/partners").status_code == 200
    assert bytes_on_disk(desk_app.data) == before


def test_pre_acceptance_makes_the_record_and_lets_its_people_in(desk_app: DeskApp) -> None:
    """Contact and sponsor may sign in, in the same batch."""
    company = pre_accepted(desk_app)
    assert company.record["state"] == "onboarding"
    for email in (CONTACT, SPONSOR):
        assert company.reference in signed_in(desk_app, email).get("/partner/").location


def test_the_scorecard_says_what_gold_lacks(desk_app: DeskApp) -> None:
    """In one sentence, with a button for each thing that leads to where it can be done."""
    company = active(desk_app)
    browser = signed_in(desk_app, lang="pl")
    answer = browser.get("/partner/", follow_redirects=True)
    things = "1 osoby z kwalifikacjami sprzedażowymi, 1 osoby z kwalifikacjami technicznymi, 2 aktywności"
    assert f"Do Gold brakuje: {things}" in words(answer)
    buttons = re.findall(r'<a class="button[^"]*" href="([^"]+)">Uzupełnij: ([^<]+)</a>', answer.text)
    assert [(address.rsplit("/")[-1], title.replace("\xa0", " ")) for address, title in buttons] == [
        ("team", "Kwalifikacje sprzedażowe"),
        ("team", "Kwalifikacje techniczne"),
        ("plan#activities", "Aktywności związane z generowaniem kontaktów sprzedażowych"),
    ]
    for (address, _), section in zip(buttons, ("people", "people", "activities"), strict=True):
        assert f'action="/partner/{company.reference}/{section}"' in browser.get(address).text


def test_somebody_who_left_is_out_at_once(desk_app: DeskApp) -> None:
    """Their session ends in the batch that says so; nobody else's."""
    company = pre_accepted(desk_app)
    sponsor, contact = signed_in(desk_app, SPONSOR), signed_in(desk_app)
    person = next(each["id"] for each in company.record["people"] if each["email"] == SPONSOR)
    assert company.post(contact, "people", "person_left", person=person).status_code == 303
    assert sponsor.get(f"/partner/{company.reference}").status_code == 303
    assert contact.get(f"/partner/{company.reference}").status_code == 200


def test_internal_notes_are_for_staff(desk_app: DeskApp) -> None:
    company = active(desk_app)
    company.post(desk_app.browser(), "overview", "note", desk=True, text="Between us only")
    assert "Between us only" in words(desk_app.browser().get(f"/desk/partners/{company.reference}"))
    partner = signed_in(desk_app)
    for end in ("", "/company"):
        assert "Between us only" not in words(partner.get(f"/partner/{company.reference}{end}"))


def test_what_staff_do_for_a_partner_is_marked(desk_app: DeskApp) -> None:
    company = active(desk_app)
    company.post(desk_app.browser(), "activities", "plan_activity", desk=True, title="A webinar")
    assert company.record["history"][-1]["on_behalf"] is True


def test_a_day_to_come_is_refused_with_a_sentence(desk_app: DeskApp) -> None:
    company = active(desk_app)
    typed: dict[str, Any] = {"title": "A webinar", "done_on": "2030-01-01"}
    answer = company.post(signed_in(desk_app), "activities", "do_activity", **typed)
    assert answer.status_code == 422
    assert "This day has not come yet" in words(answer)
    assert company.record["activities"] == []


def test_what_somebody_else_changed_is_not_overwritten(desk_app: DeskApp) -> None:
    company = active(desk_app)
    answer = company.post(signed_in(desk_app), "profile", "change_company", seen="1", name="Other name")
    assert answer.status_code == 422
    assert company.record["company"]["name"] == "Example Partner"


def test_amounts_by_hand_and_from_csv_after_a_preview(desk_app: DeskApp) -> None:
    """Nothing of a file is recorded before it was seen; then its good lines are."""
    company, staff = active(desk_app), desk_app.browser()
    base = f"/desk/partners/{company.reference}/amounts"
    day, model = desk_app.clock().date().isoformat(), desk_app.program.models[0].id
    one = {"date": day, "amount": "1 000,50", "currency": "PLN", "model": model, "invoiced_to": "partner"}
    assert staff.post(base, data=one, headers=OWN).status_code == 303
    rows = [f"{day},{amount},PLN,{model},partner" for amount in ("-200.00", "x")]
    csv = "\n".join(["date,amount,currency,model,invoiced_to", *rows])
    seen = staff.post(f"{base}/file", data={"csv": csv}, headers=OWN)
    assert "Rows with errors, not recorded: 1" in words(seen)
    assert desk_app.service.store.count("revenue") == 1
    digest = seen.text.split('name="digest" value="')[1].split('"')[0]
    assert staff.post(f"{base}/file", data={"csv": csv, "digest": digest}, headers=OWN).status_code == 303
    assert "PLN 800.50" in words(signed_in(desk_app).get(f"/partner/{company.reference}/deals")).replace(
        "800.50 PLN", "PLN 800.50"
    )


def test_a_calendar_link_is_renewed(desk_app: DeskApp) -> None:
    """The new one opens without signing in, the old one does not; neither is stored. A reload makes none."""
    company, browser = active(desk_app), signed_in(desk_app)
    links = []
    for _ in range(2):
        answer = browser.post(f"/partner/{company.reference}/calendar-link", headers=OWN)
        assert answer.headers["Location"] == f"/partner/{company.reference}/company#calendar"
        shown = [browser.get(answer.headers["Location"]).text for _ in range(2)]
        assert shown[0] == shown[1]
        links.append("/partner/calendar/" + shown[0].split("/partner/calendar/")[1].split('"')[0])
    assert (
        "/partner/calendar/"
        not in signed_in(desk_app, SPONSOR).get(f"/partner/{company.reference}/company").text
    )
    visitor = desk_app.app.test_client()
    assert visitor.get(links[0]).status_code == 404
    feed = visitor.get(links[1])
    assert feed.mimetype == "text/calendar"
    assert b"BEGIN:VEVENT" in feed.data
    token = links[1].rpartition("/")[2].removesuffix(".ics")
    assert token.encode() not in bytes_on_disk(desk_app.data)


def test_the_attestation_is_given_near_the_end_of_the_year_and_printed(desk_app: DeskApp) -> None:
    company = active(desk_app)
    desk_app.clock.forward(days=350)
    browser = signed_in(desk_app)
    answer = company.post(browser, "attestation", "attest")
    assert answer.status_code == 303, words(answer)
    told = words(browser.get(answer.headers["Location"]))
    assert "The attestation for year 1 was given on" in told
    assert told.count("The next one can be given from") == 1
    assert "Saved." not in told
    printed = signed_in(desk_app).get(f"/partner/{company.reference}/attestation/1")
    assert "Signature" in words(printed)
    assert "Contact person" in words(printed)
    again = company.post(signed_in(desk_app), "attestation", "attest")
    assert again.status_code == 422


def test_the_partner_is_told_that_it_is_suspended_with_the_reason(desk_app: DeskApp) -> None:
    company = active(desk_app)
    company.post(desk_app.browser(), "overview", "suspend", desk=True, reason="No contact for a year")
    mails = desk_app.service.store.find("mails", "record", company.reference)
    assert [mail["facts"]["news"] for mail in mails] == [
        "partner-started",
        "partner-active",
        "partner-suspended",
    ]
    assert "No contact for a year" in words(signed_in(desk_app).get(f"/partner/{company.reference}"))


def test_reminders_are_owed_once(desk_app: DeskApp) -> None:
    company = active(desk_app)
    desk_app.clock.forward(days=340)
    desk_app.service.partners.remind()
    first = len(desk_app.service.store.find("mails", "record", company.reference))
    desk_app.service.partners.remind()
    assert first > 1
    assert len(desk_app.service.store.find("mails", "record", company.reference)) == first


EVIL = '<script>alert(1)</script>"onmouseover="{{7*7}}${7*7}'


def test_nothing_that_was_typed_is_markup(desk_app: DeskApp) -> None:
    """I2: names of the company and of its people, a note, on both sides."""
    typed = {
        "company_name": EVIL,
        "contacts-0-name": EVIL,
        "contacts-0-role": EVIL,
        "sponsor-name": EVIL,
        "sales_people-0-name": EVIL,
    }
    company = pre_accepted(desk_app, **typed)
    company.post(desk_app.browser(), "overview", "note", desk=True, text=EVIL)
    shown = ""
    for browser, base in ((signed_in(desk_app), "/partner"), (desk_app.browser(ADMIN), "/desk/partners")):
        for section in PARTS:
            end = "" if section == "overview" else f"/{section}"
            shown += browser.get(f"{base}/{company.reference}{end}").text
    assert "<script" not in shown
    assert '"onmouseover' not in shown
    assert "{{7*7}}${7*7}" in shown


@pytest.mark.parametrize(
    ("days", "is_taken"), [(-400, False), (-1, True), (0, True), (20, True), (31, True), (32, False)]
)
def test_a_partnership_begins_on_the_day_that_is_said(desk_app: DeskApp, days: int, is_taken: bool) -> None:
    """Years count from it, every page opens before it has come; another day is refused beside its field."""
    company = active(desk_app)
    record = company.record
    agreed = desk_app.clock().date() - timedelta(days=30)
    record |= {"state": "onboarding", "active_since": None, "terms": []}
    record["agreement"]["concluded_on"] = agreed.isoformat()
    with desk_app.service.store.batch() as batch:
        batch.replace("partners", record, record["version"])
    staff = desk_app.browser()
    for step in onboarding_checklist.checklist(
        parse_partner(company.record), desk_app.program, desk_app.clock().date()
    ):
        if step.can_be_confirmed and not step.ready:
            company.post(staff, "overview", "confirm", desk=True, item=step.item.id)
    day = desk_app.clock().date() + timedelta(days=days)
    typed = {"tier": "silver", "on": day.isoformat(), "form": "activate"}
    answer = company.post(staff, "overview", "activate", desk=True, **typed)
    assert answer.status_code == (303 if is_taken else 422), words(answer)
    if not is_taken:
        assert 'href="#activate-on"' in answer.text
        return
    assert company.record["active_since"] == company.record["terms"][0]["since"] == day.isoformat()
    for section in PARTS:
        end = "" if section == "overview" else f"/{section}"
        for browser, base in ((staff, "/desk/partners"), (signed_in(desk_app), "/partner")):
            assert browser.get(f"{base}/{company.reference}{end}").status_code == 200, section
    desk_app.service.partners.remind()
    desk_app.service.outbox.deliver_due()
