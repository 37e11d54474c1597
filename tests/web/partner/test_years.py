"""A partner's years on its pages: joint plan, activities, attestation, renewal, what comes due."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from partner_program import Program
from partner_program.model import AttestationForm
from partner_program.versions import DAYS
from tests.factories.desk import OWN, DeskApp, value_of, words
from tests.factories.partner_records import CONTACT, SPONSOR, Company, active, signed_in
from tests.factories.site import make_site


@pytest.fixture
def company(desk_app: DeskApp) -> Company:
    return active(desk_app)


def page(desk_app: DeskApp, company: Company, section: str, *, desk: bool = False, lang: str = "en") -> str:
    browser = desk_app.browser(lang=lang) if desk else signed_in(desk_app, lang=lang)
    base = "/desk/partners" if desk else "/partner"
    answer = browser.get(f"{base}/{company.reference}{section}")
    assert answer.status_code == 200
    return words(answer)


# ---- Joint plan and activities ----


def test_goals_of_this_plan_and_of_the_next(desk_app: DeskApp, company: Company) -> None:
    """Either side sets them, of all three kinds; each belongs to the plan of a year."""
    partner, staff = signed_in(desk_app), desk_app.browser()
    for kind, plan in (("financial", "1"), ("marketing", "2"), ("new_opportunities", "")):
        typed = {"kind": kind, "text": f"A goal: {kind}", "plan": plan}
        desk = kind == "marketing"
        browser = staff if desk else partner
        assert company.post(browser, "planning", "set_goal", desk=desk, **typed).status_code == 303
    assert [(goal["kind"], goal["year"]) for goal in company.record["goals"]] == [
        ("financial", 1),
        ("marketing", 2),
        ("new_opportunities", 1),
    ]
    wrong = company.post(partner, "planning", "set_goal", kind="financial", text="x", plan="7", form="goal")
    assert wrong.status_code == 422
    assert value_of(wrong, "goal-text") == "x"
    done = company.post(partner, "planning", "close_goal", goal="g1", reached="y")
    assert done.status_code == 303
    corrected = company.post(partner, "planning", "close_goal", goal="g1", reached="n")
    assert corrected.status_code == 303
    assert company.record["goals"][0]["state"] == "dropped"


def test_an_activity_serves_a_goal_of_the_joint_plan(desk_app: DeskApp, company: Company) -> None:
    partner = signed_in(desk_app)
    company.post(partner, "planning", "set_goal", kind="marketing", text="Be known in Silesia")
    form = {"title": "A webinar", "goal": "g1"}
    assert company.post(partner, "activities", "plan_activity", **form).status_code == 303
    assert "Goal: marketing: Be known in Silesia" in page(desk_app, company, "/plan")
    assert "A webinar planned" in page(desk_app, company, "/plan", desk=True)
    day = desk_app.clock().date().isoformat()
    done = {"activity": "a1", "done_on": day, "evidence": "https://partner.example/w", "goal": ""}
    assert company.post(partner, "activities", "do_activity", **done).status_code == 303
    assert company.record["activities"][0]["goal"] is None
    odd = company.post(partner, "activities", "do_activity", **(done | {"goal": "g9"}))
    assert odd.status_code == 422
    shown = page(desk_app, company, "/plan")
    assert "Carried out in this partner year: 1 of 1" in shown


def test_the_first_meeting_is_due_a_cadence_after_the_beginning_and_blames_nobody(
    desk_app: DeskApp, company: Company
) -> None:
    """A meeting that nobody called is no fault of the partner's, and its page does not look as if it were."""
    shown = page(desk_app, company, "/plan")
    assert "by 23 November 2027, once in a partner year" in shown
    assert "Future Processing calls it" in shown
    desk_app.clock.forward(days=400)
    assert "overdue since" in page(desk_app, company, "/plan", desk=True)
    theirs = signed_in(desk_app).get(f"/partner/{company.reference}/plan")
    assert "overdue" not in words(theirs) and "status--late" not in theirs.text


def test_notes_are_shared_and_not_overwritten(desk_app: DeskApp, company: Company) -> None:
    """What the other side wrote meanwhile stays, and what was typed stands in the form."""
    partner, staff = signed_in(desk_app), desk_app.browser()
    seen = str(company.record["version"])
    day = desk_app.clock().date().isoformat()
    assert (
        company.post(partner, "planning", "hold_meeting", held_on=day, notes="We agreed").status_code == 303
    )
    assert "We agreed" in page(desk_app, company, "/plan", desk=True)
    notes = {"meeting": "m1", "form": "notes-m1"}
    both = company.post(staff, "planning", "write_notes", desk=True, notes="We agreed, both", **notes)
    assert both.status_code == 303
    late = company.post(partner, "planning", "write_notes", notes="Mine", seen=seen, **notes)
    assert late.status_code == 422
    assert "We agreed, both" in words(late)
    assert value_of(late, "notes-m1-notes") == "Mine"
    assert company.record["meetings"][0]["notes"] == "We agreed, both"
    assert "on_behalf" not in company.record["history"][-1]


def test_a_year_that_is_over_is_looked_up_by_its_number(desk_app: DeskApp, company: Company) -> None:
    """What is to come stands with the running year."""
    partner = signed_in(desk_app)
    day = desk_app.clock().date().isoformat()
    company.post(partner, "activities", "do_activity", title="First webinar", done_on=day)
    company.post(partner, "activities", "plan_activity", title="Some day")
    company.post(partner, "planning", "hold_meeting", held_on=day, notes="Year one")
    company.post(partner, "planning", "set_goal", kind="marketing", text="Goal of year one")
    desk_app.clock.forward(days=366)
    partner = signed_in(desk_app)
    for old in ("<h3>First webinar</h3>", "<bdi>Year one</bdi>"):
        assert old not in partner.get(f"/partner/{company.reference}/plan").text
        assert old in partner.get(f"/partner/{company.reference}/plan?year=1").text
    assert "Some day" in page(desk_app, company, "/plan")
    assert "<p><bdi>Goal of year one" not in partner.get(f"/partner/{company.reference}/plan?year=2").text
    for odd in ("0", "9", "-1", "x", "1" * 30):
        assert "partner year 2:" in page(desk_app, company, f"/plan?year={odd}")


# ---- Attestation ----


def attested(desk_app: DeskApp, company: Company, days: int = 350) -> Any:
    desk_app.clock.forward(days=days)
    return company.post(signed_in(desk_app, SPONSOR), "attestation", "attest")


def test_the_attestation_is_declared_by_whoever_is_signed_in_and_never_changes(
    desk_app: DeskApp, company: Company
) -> None:
    assert "Opens on" in page(desk_app, company, "/plan")
    desk_app.clock.forward(days=340)
    before = words(signed_in(desk_app, SPONSOR).get(f"/partner/{company.reference}/plan"))
    version = f"Version of the program: {desk_app.program.hash[:12]}"
    assert re.search(rf"Declared by Sponsor, \d+ \w+ 2027 · {version}", before)
    assert attested(desk_app, company, days=10).status_code == 303
    given = company.record["attestations"]
    assert given[0]["declared_by"]["email"] == SPONSOR
    assert company.post(signed_in(desk_app, CONTACT), "attestation", "attest").status_code == 422
    person = next(each["id"] for each in company.record["people"] if each["email"] == SPONSOR)
    company.post(desk_app.browser(), "people", "person_left", desk=True, person=person)
    assert company.record["attestations"] == given
    number = company.record["company"]["tax_id"]
    renamed = {"name": "Renamed", "country": "PL", "tax_id": number}
    company.post(desk_app.browser(), "profile", "change_company", desk=True, **renamed)
    assert company.record["company"]["name"] == "Renamed"
    shown = words(signed_in(desk_app).get(f"/partner/{company.reference}/attestation/1"))
    assert f"Company Example Partner, {number}" in shown
    assert "Signature" in shown and "Declared by Sponsor" in shown
    polish = signed_in(desk_app, lang="pl").get(f"/partner/{company.reference}/attestation/1")
    assert '<html lang="en">' in polish.text and "Signature" in words(polish)


@pytest.mark.parametrize("lang", ["pl", "en"])
def test_a_declaration_is_never_called_signed(desk_app: DeskApp, company: Company, lang: str) -> None:
    """Only the paper copy is: the page to print has a line for it."""
    attested(desk_app, company)
    for desk in (False, True):
        shown = page(desk_app, company, "/plan", desk=desk, lang=lang).casefold()
        assert not re.search(r"podpisa|signed(?! in| out)|pisemn|written", shown)


def test_where_somebody_is_missing_the_page_says_so_and_offers_no_button(
    desk_app: DeskApp, company: Company
) -> None:
    held = company.record["qualifications"][0]["id"]
    company.post(signed_in(desk_app), "people", "remove_qualification", qualification=held)
    desk_app.clock.forward(days=350)
    shown = page(desk_app, company, "/plan")
    assert "too few people with qualifications are listed" in shown
    assert "I attest this" not in shown
    assert company.post(signed_in(desk_app), "attestation", "attest").status_code == 422


def test_staff_write_down_what_came_on_paper_with_its_day(desk_app: DeskApp, company: Company) -> None:
    desk_app.clock.forward(days=350)
    typed = {"person": "p1", "received_on": "", "form": "attest"}
    answer = company.post(desk_app.browser(), "attestation", "attest", desk=True, **typed)
    assert answer.status_code == 422
    assert 'href="#attest-received_on"' in answer.text
    day = desk_app.clock().date().isoformat()
    typed["received_on"] = day
    assert company.post(desk_app.browser(), "attestation", "attest", desk=True, **typed).status_code == 303
    assert company.record["signed_copies"][0]["received_on"] == day
    assert company.record["history"][-2]["on_behalf"] is True


# ---- Renewal ----


def test_the_year_stands_on_one_page_for_both_sides(desk_app: DeskApp, company: Company) -> None:
    partner = signed_in(desk_app)
    day = desk_app.clock().date().isoformat()
    company.post(partner, "activities", "do_activity", title="A webinar", done_on=day)
    company.post(partner, "planning", "hold_meeting", held_on=day, notes="n")
    company.post(partner, "planning", "set_goal", kind="financial", text="More of it")
    deal = desk_app.deal()
    desk_app.approve(desk_app.browser(), deal)
    model = desk_app.program.models[0].id
    amount = {"date": day, "amount": "100", "currency": "PLN", "model": model, "invoiced_to": "partner"}
    desk_app.browser().post(f"/desk/partners/{company.reference}/amounts", data=amount, headers=OWN)
    attested(desk_app, company)
    for desk in (False, True):
        shown = page(desk_app, company, "/plan", desk=desk)
        for fact in (
            "100.00 PLN",
            "A webinar",
            "More of it",
            "Approved: 1",
            "Sponsor, ",
            "Partner year 1: Silver",
        ):
            assert fact in shown, (desk, fact)
    assert "Decide" in page(desk_app, company, "/plan", desk=True)
    assert 'value="renew"' not in signed_in(desk_app).get(f"/partner/{company.reference}/renewal").text


def test_nothing_is_decided_by_itself_nor_too_early(desk_app: DeskApp, company: Company) -> None:
    shown = page(desk_app, company, "/plan", desk=True)
    assert "The renewal can be decided from 24 August 2027 on. Nothing is automatic" in shown
    early = company.post(desk_app.browser(), "renewal", "renew", desk=True, decision="renew")
    assert early.status_code == 422
    desk_app.clock.forward(days=800)
    desk_app.service.partners.remind()
    assert (company.record["state"], company.record["renewals"]) == ("active", [])


def test_a_decision_is_told_with_its_reason_and_can_be_reopened(desk_app: DeskApp, company: Company) -> None:
    desk_app.clock.forward(days=350)
    staff = desk_app.browser()
    typed = {"decision": "change_tier", "tier": "gold", "reason": "", "form": "renew"}
    answer = company.post(staff, "renewal", "renew", desk=True, **typed)
    assert answer.status_code == 422
    assert 'href="#renew-reason"' in answer.text and value_of(answer, "renew-tier") == "gold"
    typed["reason"] = "Two people more"
    assert company.post(staff, "renewal", "renew", desk=True, **typed).status_code == 303
    assert "renewed in another tier" in page(desk_app, company, "/plan")
    assert "Two people more" in page(desk_app, company, "/plan")
    mails = desk_app.service.store.find("mails", "record", company.reference)
    assert mails[-1]["facts"]["news"] == "partner-renewed"
    assert mails[-1]["to"] == CONTACT
    seen = str(company.record["version"] - 1)
    late = company.post(staff, "renewal", "renew", desk=True, decision="end", reason="x", seen=seen)
    assert late.status_code == 422
    again = company.post(staff, "renewal", "reopen_renewal", desk=True, reason="A mistake")
    assert again.status_code == 303
    assert company.record["renewals"] == []
    assert company.record["lifted"][0]["reason"] == "A mistake"
    assert "A mistake" in page(desk_app, company, "/plan")


def test_an_end_keeps_what_was_and_the_partner_reads_why(desk_app: DeskApp, company: Company) -> None:
    typed = {"reason": "By agreement", "on": "2026-12-31"}
    assert company.post(desk_app.browser(), "overview", "end", desk=True, **typed).status_code == 303
    assert "By agreement Last day: 31 December 2026" in page(desk_app, company, "")
    desk_app.clock.forward(days=60)
    desk_app.service.partners.remind()
    assert company.record["state"] == "ended"
    assert "By agreement" in page(desk_app, company, "")


# ---- What comes due ----


def test_what_comes_due_is_told_by_how_near_it_is(desk_app: DeskApp, company: Company) -> None:
    """Not yet near, near (90 days ahead), overdue; each with where something can be done about it."""
    assert "Later" in page(desk_app, company, "")
    assert "Coming up" not in page(desk_app, company, "")
    desk_app.clock.forward(days=300)
    near = page(desk_app, company, "")
    assert "Coming up" in near and "Yearly attestation" in near and "in 64 days" in near
    desk_app.clock.forward(days=100)
    late = page(desk_app, company, "")
    assert "Overdue" in late
    for desk in (False, True):
        browser = desk_app.browser() if desk else signed_in(desk_app)
        base = "/desk/partners" if desk else "/partner"
        answer = browser.get(f"{base}/{company.reference}")
        for address in re.findall(rf'<a href="({base}/{company.reference}[^"]*)">Go there', answer.text):
            assert browser.get(address).status_code == 200


def test_history_comes_in_pages(desk_app: DeskApp, company: Company) -> None:
    partner = signed_in(desk_app)
    for number in range(101):
        company.post(partner, "activities", "plan_activity", title=f"Activity {number}")
    first, last = (page(desk_app, company, f"/company?page={number}") for number in (1, 2))
    assert first.count("activity planned") == 100
    assert "became an active partner" in last and "became an active partner" not in first


@contextmanager
def office_of(
    content: dict[str, Any], folder: Path, days: Mapping[str, str] | None = None
) -> Iterator[DeskApp]:
    """An desk_app with another program; `days` are those of the recorded versions, by hash."""
    changed = Program.model_validate_json(json.dumps(content))
    site = make_site(folder / "site" / "built", changed, mark="other")
    if days:
        (site / DAYS).write_text(json.dumps(days))
    desk_app = DeskApp(site, folder / "data", changed)
    try:
        yield desk_app
    finally:
        desk_app.close()


@pytest.fixture
def writing(program: Program, tmp_path: Path) -> Iterator[DeskApp]:
    """An desk_app whose program asks for the attestation on paper besides."""
    content = program.model_dump(mode="json")
    content["attestation"]["form"] = AttestationForm.WRITTEN.value
    with office_of(content, tmp_path) as desk_app:
        yield desk_app


@pytest.mark.parametrize(
    ("recorded", "version"), [(True, "of 25 November 2026 ({})"), (False, "{}")], ids=["recorded", "not yet"]
)
def test_an_attestation_names_the_program_and_the_day_of_its_version(
    recorded: bool, version: str, program: Program, tmp_path: Path
) -> None:
    """A hash alone tells nobody what was signed; a version that was not recorded has no day."""
    days = {program.hash: "2026-11-25"} if recorded else {}
    with office_of(program.model_dump(mode="json"), tmp_path, days) as desk_app:
        company = active(desk_app)
        said = version.format(desk_app.program.hash[:12])
        desk_app.clock.forward(days=340)
        before = page(desk_app, company, "/plan")
        assert f"Version of the program: {said}" in before
        attested(desk_app, company, days=10)
        sheet = page(desk_app, company, "/attestation/1")
        assert f"Version of the program {said}" in sheet
        assert f"{program.name['en']} Yearly attestation Company" in sheet


def test_a_requirement_that_nothing_decides_is_confirmed_at_the_desk(
    program: Program, tmp_path: Path
) -> None:
    """Added to the program, and no code: it comes due, the partner has nothing to fill in."""
    content = program.model_dump(mode="json")
    added = deepcopy(content["sections"][0]["requirements"][1])
    added |= {"id": "audit", "fact": None, "when": "yearly", "title": {"pl": "Audyt", "en": "Audit"}}
    content["sections"][0]["requirements"].append(added)
    with office_of(content, tmp_path) as desk_app:
        company, staff = active(desk_app), desk_app.browser()
        address, audit = f"/desk/partners/{company.reference}", {"item": "audit", "form": "confirm-audit"}
        assert staff.get(address).text.count('name="item" value="audit"') == 1
        theirs = signed_in(desk_app).get(f"/partner/{company.reference}").text
        assert 'value="audit"' not in theirs and ": Audit, Silver" not in theirs
        early = company.post(staff, "overview", "confirm", desk=True, on="2099-01-01", **audit)
        assert early.status_code == 422
        assert value_of(early, "confirm-audit-on") == "2099-01-01"
        assert company.post(staff, "overview", "confirm", desk=True, **audit).status_code == 303
        assert "Audit met" in page(desk_app, company, "")
        shown = staff.get(address).text
        assert "Undo the confirmation" in shown and 'name="form" value="confirm-audit"' not in shown
        assert company.post(staff, "overview", "take_back", desk=True, item="audit").status_code == 303
        assert "Audit met" not in page(desk_app, company, "")


def test_what_is_missing_leads_to_its_page_whatever_its_id_is(program: Program, tmp_path: Path) -> None:
    """The id of a requirement is the vendor's to choose."""
    content = program.model_dump(mode="json")
    content["benefits"] = []  # they name requirements by their ids
    for requirement in content["sections"][0]["requirements"]:
        requirement["id"] = f"named-{requirement['id']}"
    with office_of(content, tmp_path) as desk_app:
        company, staff = active(desk_app), desk_app.browser()
        for person in company.record["people"][:2]:
            company.post(staff, "people", "person_left", desk=True, person=person["id"])
        shown = staff.get(f"/desk/partners/{company.reference}").text
        for title in ("Named contact person", "Executive sponsor"):
            link = re.search(rf'href="([^"]+)">Fill in<span class="visually-hidden">: {title}, Silver', shown)
            assert link and link[1].endswith("/team"), title


def test_where_paper_is_asked_for_it_is_given_when_staff_tick_that_it_came(writing: DeskApp) -> None:
    """Declared is not yet given; the copy is waited for, and what was declared stays as it was."""
    company = active(writing)
    assert attested(writing, company).status_code == 303
    declared = company.record["attestations"]
    assert "the signed copy is still to come" in page(writing, company, "/plan")
    assert "Signed copy of the yearly attestation" in page(writing, company, "")
    day = writing.clock().date().isoformat()
    copy = {"year": "1", "received_on": day}
    assert company.post(signed_in(writing), "attestation", "receive_copy", **copy).status_code == 422
    late = company.post(writing.browser(), "attestation", "receive_copy", desk=True, year="1", received_on="")
    assert late.status_code == 422
    done = company.post(writing.browser(), "attestation", "receive_copy", desk=True, **copy)
    assert done.status_code == 303
    assert "the signed copy is still to come" not in page(writing, company, "/plan")
    assert company.record["attestations"] == declared


def test_an_attestation_that_does_not_come_is_brought_before_staff(
    desk_app: DeskApp, company: Company
) -> None:
    """The contact is reminded as it comes near and when it is late, then the vendor, too; each once."""
    told = []
    for days in (310, 30, 30):
        desk_app.clock.forward(days=days)
        desk_app.service.partners.remind()
        desk_app.service.partners.remind()
        mails = desk_app.service.store.find("mails", "record", company.reference)
        told.append(
            [
                mail["to"]
                for mail in mails
                if any(due["kind"] == "attestation" for due in mail["facts"].get("dues", ()))
            ]
        )
    assert told[0] == [CONTACT]
    assert told[1] == [CONTACT, CONTACT]
    assert told[2] == [CONTACT, CONTACT, CONTACT, desk_app.program.contact.email]


def test_both_sides_read_first_what_the_tier_gives(program: Program, tmp_path: Path) -> None:
    """Before the scorecard, with the values of the partner's own tier."""
    with office_of(program.model_dump(mode="json"), tmp_path) as desk_app:
        company = active(desk_app)
        theirs = signed_in(desk_app).get(f"/partner/{company.reference}").text
        for shown in (theirs, desk_app.browser().get(f"/desk/partners/{company.reference}").text):
            given, rest = shown.split('<h3 id="benefits">', 1)[1].split("</section>", 1)
            assert "<b>Yearly</b>" in given and "Quarterly" not in given
            assert "Scorecard" in rest
