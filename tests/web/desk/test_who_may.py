"""Each role at each address: open, closed, or not there; and looking changes nothing."""

import re

import pytest

from forms_service.domain.auth.roles import ADMINISTRATOR, READER, REVIEWER
from forms_service.web.auth.permissions import permission_of
from tests.factories.desk import ADMIN, OWN, REVIEWER_1, WATCHER, DeskApp, words
from tests.factories.storage import bytes_on_disk

NEEDED = {
    "show_queue": READER,
    "show_submission": READER,
    "show_receipt": READER,
    "act": REVIEWER,
    "extend": REVIEWER,
    "report_result": REVIEWER,
    "show_entering": REVIEWER,
    "enter": REVIEWER,
    "show_partners": READER,
    "export_partners": READER,
    "show_partner": READER,
    "show_partner_section": READER,
    "act_for_partner": REVIEWER,
    "print_partner_attestation": READER,
    "record_amount": REVIEWER,
    "record_file": REVIEWER,
    "void_amount": REVIEWER,
    "show_figures": READER,
    "export_submissions": READER,
    "show_mails": REVIEWER,
    "export_mails": REVIEWER,
    "resend": REVIEWER,
    "settle": REVIEWER,
    "came_back": REVIEWER,
    "resend_period": REVIEWER,
    "show_history": READER,
    "export_history": ADMINISTRATOR,
    "show_people": ADMINISTRATOR,
    "change_people": ADMINISTRATOR,
    "export_people": ADMINISTRATOR,
    "show_mine": READER,
    "change_mine": READER,
    "show_privacy": ADMINISTRATOR,
    "look_for_person": ADMINISTRATOR,
    "confirm_clock": ADMINISTRATOR,
}
"""Views around submissions and the weakest role that may use each: decided here, a second time."""

STAFF = {WATCHER: READER, REVIEWER_1: REVIEWER, ADMIN: ADMINISTRATOR}
STRENGTH = [READER, REVIEWER, ADMINISTRATOR]


def routes(desk_app: DeskApp, reference: str) -> list[tuple[str, str, str]]:
    """Name of the view, method, address: of every route but those of partners, for which see partner_zone."""
    found = []
    for rule in desk_app.app.url_map.iter_rules():
        blueprint, _, name = rule.endpoint.partition(".")
        if blueprint == "desk" and not rule.rule.startswith("/desk/partners"):
            address = rule.rule.replace("<reference>", reference).replace("<id>", "none")
            method = "POST" if "POST" in (rule.methods or set()) else "GET"
            found.append((name, method, address))
    return found


def test_every_view_says_who_may_use_it(desk_app: DeskApp) -> None:
    """A page that says nothing is nobody's; each of these says what is written here."""
    roles = {
        name.partition(".")[2]: getattr(permission_of(view), "role", None)
        for name, view in desk_app.app.view_functions.items()
        if name.startswith("desk.")
    }
    assert {name: roles.get(name) for name in NEEDED} == NEEDED
    assert None not in roles.values()


@pytest.mark.parametrize("email", STAFF)
def test_a_role_meets_its_own_pages_and_no_others(desk_app: DeskApp, email: str) -> None:
    """A8: what is for somebody else is not there, as if it had never been."""
    reference = desk_app.deal()
    browser = desk_app.browser(email)
    missing = browser.get("/desk/none").text
    for name, method, address in routes(desk_app, reference):
        answer = browser.open(address, method=method, headers=OWN)
        may = STRENGTH.index(STAFF[email]) >= STRENGTH.index(NEEDED[name])
        if may:
            assert answer.status_code in (200, 303, 400, 422) or name in ("settle", "came_back"), (
                name,
                answer.status_code,
            )
        else:
            assert (answer.status_code, answer.text) == (404, missing), name


def test_visitors_are_shown_the_way_in(desk_app: DeskApp) -> None:
    browser = desk_app.app.test_client()
    for name, method, address in routes(desk_app, desk_app.deal()):
        answer = browser.open(address, method=method, headers=OWN)
        if method == "GET":
            assert answer.status_code == 303, name
            assert answer.location.startswith("/desk/sign-in"), name
        else:
            assert answer.status_code == 403, name


def test_a_form_of_another_site_does_nothing(desk_app: DeskApp) -> None:
    """C2, C5: nothing is done for a request that does not say it comes from here."""
    reference = desk_app.deal()
    browser = desk_app.browser(ADMIN)
    before = bytes_on_disk(desk_app.data)
    for headers in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        for _, method, address in routes(desk_app, reference):
            if method == "POST":
                data = {"action": "take", "seen": "1"}
                assert browser.post(address, data=data, headers=headers).status_code == 403
    assert bytes_on_disk(desk_app.data) == before


@pytest.mark.parametrize("lang", ["pl", "en"])
def test_looking_changes_nothing(desk_app: DeskApp, lang: str) -> None:
    """C6: every page for every kind of submission, and not a byte is written."""
    references = [desk_app.deal(), desk_app.deal(product="Another product"), desk_app.application()]
    browser = desk_app.browser(ADMIN, lang)
    before = bytes_on_disk(desk_app.data)
    for reference in references:
        for name, method, address in routes(desk_app, reference):
            if method == "GET" and (name != "show_receipt" or reference.startswith("DEAL-")):
                answer = browser.get(address)
                assert answer.status_code == 200, name
                assert f'<html lang="{lang}">' in answer.text
                assert answer.headers["Cache-Control"] == "no-store"
                assert "style=" not in answer.text
                assert "<script" not in answer.text
    assert bytes_on_disk(desk_app.data) == before


def test_a_reader_is_offered_nothing_to_press(desk_app: DeskApp) -> None:
    """No form but those of the frame and the export."""
    reference = desk_app.deal()
    page = desk_app.browser(WATCHER).get(f"/desk/submissions/{reference}").text
    assert "Example Customer" in page
    assert f'action="/desk/submissions/{reference}"' not in page
    assert "/desk/enter" not in desk_app.browser(WATCHER).get("/desk/").text


def test_a_missing_submission_is_not_there(desk_app: DeskApp) -> None:
    browser = desk_app.browser()
    for address in ("/desk/submissions/DEAL-2222-2222", "/desk/submissions/%00", "/desk/submissions/x"):
        assert browser.get(address).status_code == 404


@pytest.mark.parametrize(("lang", "way"), [("pl", "Zgłoszenia"), ("en", "Submissions")])
def test_what_is_missing_leads_back_to_the_desk(desk_app: DeskApp, lang: str, way: str) -> None:
    """In the frame of the desk, at every address the same; whoever is not signed in learns of no desk."""
    browser = desk_app.browser(lang=lang)
    answers = [browser.get(f"/desk/{each}") for each in ("none", "submissions/DEAL-2222-2222", "people")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    html = answers[0].text
    assert f'<html lang="{lang}">' in html
    assert re.search(rf'<main.*<a href="/desk/">{way}</a>.*</main>', html, re.S)
    assert 'href="/desk/figures"' in html
    assert "<header" not in desk_app.app.test_client().get("/desk/none").text


def test_a_request_that_cannot_be_read_leads_back_too(desk_app: DeskApp) -> None:
    answer = desk_app.do(desk_app.browser(), desk_app.deal(), "nonsense")
    assert answer.status_code == 400
    assert "We could not read what was sent" in words(answer)
    assert re.search(r'<main.*<a href="/desk/">Submissions</a>.*</main>', answer.text, re.S)
