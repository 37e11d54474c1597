"""Contacts manage who has access; whoever loses it loses every key at once; whoever has several chooses."""

import re

import pytest

from tests.factories.desk import OTHER_NIP, OWN, DeskApp, value_of, words
from tests.factories.partner_records import CONTACT, SPONSOR, Company, active, pre_accepted, signed_in
from tests.factories.storage import break_storage

MEMBER = "member@partner.example"


@pytest.fixture
def company(desk_app: DeskApp) -> Company:
    return active(desk_app)


def person(company: Company, email: str) -> str:
    """The id of whoever has this address."""
    return next(each["id"] for each in company.record["people"] if each["email"] == email)


def second(desk_app: DeskApp) -> Company:
    """Another company of the same contact."""
    return pre_accepted(desk_app, tax_id=OTHER_NIP, company_name="Second Company")


def test_a_contact_adds_somebody_who_is_told_and_signs_in(desk_app: DeskApp, company: Company) -> None:
    contact = signed_in(desk_app)
    typed = {"name": "Member", "email": MEMBER, "access": "y", "form": "new"}
    assert company.post(contact, "people", "add_person", **typed).status_code == 303
    assert signed_in(desk_app, MEMBER).get(f"/partner/{company.reference}").status_code == 200
    told = [mail for mail in desk_app.service.store.all("mails") if mail["to"] == MEMBER]
    assert "partner-access-given" in [mail.get("facts", {}).get("news") for mail in told]


@pytest.mark.parametrize("action", ["take_access", "person_left"])
def test_session_link_and_calendar_end_at_once(desk_app: DeskApp, company: Company, action: str) -> None:
    """In the batch that says so; a sign-in link that was on its way is worthless, too."""
    sponsor, contact = signed_in(desk_app, SPONSOR), signed_in(desk_app)
    made = f"/partner/{company.reference}/calendar-link"
    answer = sponsor.post(made, headers=OWN, follow_redirects=True)
    calendar = "/partner/calendar/" + answer.text.split("/partner/calendar/")[1].split('"')[0]
    desk_app.app.test_client().post("/partner/sign-in", data={"email": SPONSOR}, headers=OWN)
    mail = desk_app.service.store.find("mails", "state", "queued")[-1]
    link = str(desk_app.service.auth.sign_in.link_for(mail))
    assert desk_app.app.test_client().get(calendar).status_code == 200
    assert company.post(contact, "people", action, person=person(company, SPONSOR)).status_code == 303
    assert sponsor.get(f"/partner/{company.reference}").status_code == 303
    assert sponsor.post(f"/partner/{company.reference}/calendar-link", headers=OWN).status_code == 403
    assert desk_app.app.test_client().get(calendar).status_code == 404
    assert desk_app.app.test_client().post(
        link.removeprefix(desk_app.service.settings.base_url), headers=OWN
    ).status_code in (404, 410)
    assert contact.get(f"/partner/{company.reference}").status_code == 200


def test_everybody_has_a_calendar_link_of_their_own(desk_app: DeskApp, company: Company) -> None:
    """A new one of one person leaves those of the others alone."""
    links = {}
    for email in (CONTACT, SPONSOR, CONTACT):
        answer = signed_in(desk_app, email).post(
            f"/partner/{company.reference}/calendar-link", headers=OWN, follow_redirects=True
        )
        links.setdefault(email, []).append(answer.text.split("/partner/calendar/")[1].split('"')[0])
    visitor = desk_app.app.test_client()
    found = {
        (email, number): visitor.get(f"/partner/calendar/{link}").status_code
        for email, made in links.items()
        for number, link in enumerate(made)
    }
    assert found == {(CONTACT, 0): 404, (CONTACT, 1): 200, (SPONSOR, 0): 200}


def test_leaving_one_company_leaves_the_other(desk_app: DeskApp, company: Company) -> None:
    """The session goes on; the company is not there any more."""
    other = second(desk_app)
    sponsor = signed_in(desk_app, SPONSOR)
    assert company.post(signed_in(desk_app), "people", "person_left", person=person(company, SPONSOR))
    assert sponsor.get(f"/partner/{company.reference}").status_code == 404
    assert sponsor.get(f"/partner/{other.reference}").status_code == 200


def test_whoever_has_several_companies_chooses(desk_app: DeskApp, company: Company) -> None:
    """On the first page, and from each company's pages to the others."""
    contact = signed_in(desk_app)
    assert contact.get("/partner/").location == f"/partner/{company.reference}"
    other = second(desk_app)
    page = contact.get("/partner/")
    assert "Example Partner" in words(page)
    assert "Second Company" in words(page)
    assert f'href="/partner/{other.reference}"' in contact.get(f"/partner/{company.reference}/team").text
    assert "Your other companies" in words(contact.get(f"/partner/{other.reference}"))
    assert "Your other companies" not in words(desk_app.browser().get(f"/desk/partners/{company.reference}"))


def test_the_last_contact_stays(desk_app: DeskApp, company: Company) -> None:
    """For the company's own people; with a sentence that says what to do first."""
    contact = signed_in(desk_app)
    for action in ("person_left", "take_access"):
        answer = company.post(contact, "people", action, person=person(company, CONTACT), form="x")
        assert answer.status_code == 422
        assert "Name another contact person first" in words(answer)
    change = {"name": "Contact person", "email": CONTACT, "form": "p1"}
    answer = company.post(contact, "people", "change_person", person="p1", **change)
    assert "Name another contact person first" in words(answer)
    assert '<a href="#p1-contact">' in answer.text
    assert 'id="p1-contact"' in answer.text


def test_whoever_changes_their_address_signs_in_with_the_new_one(desk_app: DeskApp, company: Company) -> None:
    """The old one opens nothing any more."""
    contact = signed_in(desk_app)
    change = {"name": "Contact person", "email": "new@partner.example", "contact": "y"}
    assert company.post(contact, "people", "change_person", person="p1", **change).status_code == 303
    assert contact.get(f"/partner/{company.reference}").status_code == 303
    assert signed_in(desk_app, "new@partner.example").get(f"/partner/{company.reference}").status_code == 200


TYPED = {
    "people": (
        "add_person",
        "new",
        {"name": "Somebody", "email": "no address", "phone": "1", "contact": "y"},
    ),
    "profile": ("change_company", "company", {"name": "", "address": "Street 7", "areas": "One\nTwo"}),
}


@pytest.mark.parametrize("section", TYPED)
def test_a_mistake_keeps_everything_that_was_typed(desk_app: DeskApp, company: Company, section: str) -> None:
    """The form is open, the field named, the summary leads to it, and nothing is lost."""
    action, form, typed = TYPED[section]
    answer = company.post(signed_in(desk_app), section, action, form=form, **typed)
    assert answer.status_code == 422
    for name, value in typed.items():
        if value != "y":
            assert value_of(answer, f"{form}-{name}") == value, name
    wrong = re.findall(r'<a href="#([^"]+)">', answer.text.split("</ul>")[0] + answer.text)
    assert any(id.startswith(f"{form}-") and f'id="{id}"' in answer.text for id in wrong)
    for id, sentence in re.findall(r'<li><a href="#([^"]+)">([^<]+)', answer.text):
        label = re.search(rf'<label for="{id}">([^<]+)', answer.text)
        assert label is not None
        assert sentence.startswith(f"{label[1].strip()}: ")
    assert 'aria-invalid="true"' in answer.text
    assert re.search(rf'<details class="act" open>.*?name="form" value="{form}"', answer.text, re.S)


ALL_WRONG: dict[tuple[str, str], dict[str, str]] = {
    ("people", "add_person"): {"name": "", "email": "nobody", "phone": "1\u202e2"},
    ("people", "add_qualification"): {"person": "p1", "skill": "magic", "since": "soon", "valid_until": "2"},
    ("activities", "do_activity"): {"title": "", "done_on": "yesterday", "evidence": "x" * 201},
    ("planning", "set_goal"): {"kind": "other", "text": " ", "plan": "x"},
    ("profile", "change_company"): {"name": "", "country": "XX", "tax_id": "1", "areas": "a" * 5001},
    ("profile", "record_agreement"): {"concluded_on": "", "for_vendor": "", "for_partner": ""},
    ("revenue", "set_targets"): {"amount": "much", "currency": "XXX", "model": "other", "plan": "1"},
    ("overview", "end"): {"reason": "", "on": "31.13.2027"},
}
"""Every form here is wrong in every field that can be wrong by itself; `plan` and `person` are right."""
RIGHT = {("profile", "change_company"): {"tax_id"}, ("revenue", "set_targets"): {"plan"}}
RIGHT[("people", "add_qualification")] = {"person"}


@pytest.mark.parametrize(("section", "action"), ALL_WRONG)
def test_all_that_is_wrong_in_a_form_is_told_at_once(
    desk_app: DeskApp, company: Company, section: str, action: str
) -> None:
    """In the summary and beside its field; what was typed stands there."""
    typed, before = ALL_WRONG[(section, action)], company.record
    answer = company.post(desk_app.browser(), section, action, desk=True, form="new", **typed)
    assert answer.status_code == 422
    told = re.findall(r'<li><a href="#new-([^"]+)">', answer.text)
    assert set(told) == set(typed) - RIGHT.get((section, action), set())
    assert len(told) == len(set(told))
    assert company.record == before


@pytest.mark.parametrize("desk", [False, True])
def test_what_cannot_be_stored_stands_in_the_answer(desk_app: DeskApp, company: Company, desk: bool) -> None:
    """Nothing was saved, and it says so; the next try works."""
    browser = desk_app.browser() if desk else signed_in(desk_app)
    typed = {"name": "Somebody", "email": MEMBER, "form": "new"}
    before = company.record
    with break_storage(desk_app.data):
        answer = company.post(browser, "people", "add_person", desk=desk, **typed)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "NOT saved" in words(answer)
    assert value_of(answer, "new-name") == "Somebody"
    assert company.record == before
    assert company.post(browser, "people", "add_person", desk=desk, **typed).status_code == 303


def test_only_the_vendor_changes_a_tax_number(desk_app: DeskApp, company: Company) -> None:
    """It is what deals and requests find the company by."""
    known = {"name": "Example Partner", "address": "Street 1", "form": "company"}
    typed = known | {"country": "PL", "tax_id": "526-025-02-74"}
    before = company.record["company"]["tax_id"]
    company.post(signed_in(desk_app), "profile", "change_company", **typed)
    assert company.record["company"]["tax_id"] == before
    wrong = company.post(
        desk_app.browser(), "profile", "change_company", desk=True, **typed | {"tax_id": "123"}
    )
    assert "Check the tax number" in words(wrong)
    assert value_of(wrong, "company-tax_id") == "123"
    right = company.post(desk_app.browser(), "profile", "change_company", desk=True, **typed)
    assert right.status_code == 303
    assert company.record["company"]["tax_id"] == "PL5260250274"
    assert "tax:PL5260250274" in company.record["keys"]


def test_all_that_can_be_done_about_somebody_is_in_one_fold(desk_app: DeskApp, company: Company) -> None:
    """It opens with a mistake in any of its forms; who may only see to qualifications finds these there."""
    contact, address = signed_in(desk_app), f"/partner/{company.reference}/team"
    company.post(contact, "people", "add_person", name="Member", email=MEMBER, access="y", form="new")
    member = person(company, MEMBER)
    for skill in ("sales", "technical"):
        typed = {"person": member, "skill": skill, "form": "qualification"}
        assert company.post(contact, "people", "add_qualification", **typed).status_code == 303

    def row(html: str) -> str:
        return next(each for each in html.split("<tr>") if MEMBER in each and '<th scope="row"' in each)

    shown = row(contact.get(address).text)
    assert shown.count("<details") == 1 and shown.count("<form") == 7
    theirs = row(signed_in(desk_app, MEMBER).get(address).text)
    assert theirs.count("<details") == 1
    assert theirs.count("extend_qualification") == theirs.count("remove_qualification") == 2
    assert "change_person" not in theirs and "take_access" not in theirs
    held = company.record["qualifications"][-1]["id"]
    refused = {
        member: ("change_person", {"person": member, "name": ""}),
        held: ("extend_qualification", {"qualification": held, "valid_until": "never"}),
        f"left-{member}": ("person_left", {"person": member, "on": "never"}),
    }
    for form, (action, typed) in refused.items():
        answer = company.post(contact, "people", action, form=form, **typed)
        assert answer.status_code == 422
        assert "<details open" in row(answer.text)
