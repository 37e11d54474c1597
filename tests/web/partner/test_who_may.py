"""Every address and every action of a partner's pages, for everybody: from one table (`access_table`)."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient

from forms_service.domain.partners.partner_permissions import PartnerAction
from forms_service.web.partner_record.parts import PARTS
from forms_service.web.partner_record.views import CHANGED
from tests.domain.partners.test_agreement import pdf
from tests.factories.desk import ADMIN, OTHER_NIP, OWN, REVIEWER_1, WATCHER, DeskApp, words
from tests.factories.partner_records import (
    CONTACT,
    MEETING,
    SPONSOR,
    Company,
    active,
    pre_accepted,
    signed_in,
)
from tests.web.partner import access_table as table
from tests.web.partner.access_table import (
    ACTIONS,
    ADDRESSES,
    AT_ADDRESSES,
    BY_ITSELF,
    EVERYBODY,
    PARTNERS,
    STAFF,
    VISITOR,
)
from tests.web.partner.test_from_outside import addresses

MISSING = "PAR-2222-2222"
NEVER_OFFERED = {"receive_copy", "reopen_renewal", "resume", "attest"}
"""By the pages of the partners below: there is no paper copy, no renewal, no stop, no second attestation."""

Browsers = dict[str, FlaskClient]


@pytest.fixture
def company(desk_app: DeskApp) -> Company:
    """A partner near the end of its first year, attested, with one of everything."""
    company = active(desk_app)
    desk_app.clock.forward(days=350)
    staff = desk_app.browser()
    day, past = desk_app.clock().date().isoformat(), "2027-01-15"
    file = {"file": (BytesIO(pdf()), "a.pdf"), "form": "agreement-file"}
    for section, action, typed in (
        ("people", "add_person", {"name": "Member", "email": "member@partner.example", "access": "y"}),
        ("activities", "plan_activity", {"title": "A webinar", "planned_for": day}),
        ("planning", "plan_meeting", MEETING),
        ("planning", "hold_meeting", {"held_on": past}),
        ("planning", "set_goal", {"kind": "marketing", "text": "Be seen"}),
        ("profile", "give_link", {"link": "https://partner.example/fp"}),
        ("attestation", "attest", {"person": "p1", "received_on": day}),
    ):
        answer = company.post(staff, section, action, desk=True, **typed)
        assert answer.status_code == 303, (action, words(answer))
    address = f"/desk/partners/{company.reference}/agreement-file"
    assert staff.post(address, data=file, headers=OWN).status_code == 303
    desk_app.service.access_requests.ask(
        name="New", email="new@partner.example", tax_id="", client="192.0.2.1", lang="en"
    )
    mail = next(each for each in desk_app.service.store.all("mails") if each["template"] == "access-confirm")
    desk_app.service.access_requests.confirm(
        str(desk_app.service.access_requests.link_for(mail)).rpartition("/")[2]
    )
    return company


@pytest.fixture
def beginner(desk_app: DeskApp) -> Company:
    """Another company, in onboarding, of the same people; everything is confirmed."""
    company = pre_accepted(desk_app, tax_id="PL5213017228", company_name="Beginner")
    staff = desk_app.browser()
    agreed = {"concluded_on": "2026-11-20", "for_vendor": "Board member", "for_partner": "Owner"}
    known = {"name": "Beginner", "address": "Street 1", f"model-{desk_app.program.models[0].id}": "y"}
    company.post(staff, "profile", "record_agreement", desk=True, **agreed)
    company.post(staff, "profile", "change_company", desk=True, areas="Cloud", **known)
    member = {"name": "Member", "email": "member@partner.example", "access": "y"}
    company.post(staff, "people", "add_person", desk=True, **member)
    page = staff.get(f"/desk/partners/{company.reference}").text
    for item in re.findall(r'value="confirm">.*?name="item" value="([^"]+)"', page, re.S):
        assert company.post(staff, "overview", "confirm", desk=True, item=item).status_code == 303
    return company


@pytest.fixture
def other(desk_app: DeskApp) -> Company:
    """Of other people, pre-accepted just now."""
    people = {"contacts-0-email": "contact@other.example", "sponsor-email": "sponsor@other.example"}
    return pre_accepted(desk_app, tax_id=OTHER_NIP, company_name="Other Company", **people)


@pytest.fixture
def browsers(desk_app: DeskApp, company: Company, other: Company) -> Browsers:
    return {
        table.VISITOR: desk_app.app.test_client(),
        table.CONTACT: signed_in(desk_app, CONTACT),
        table.SPONSOR: signed_in(desk_app, SPONSOR),
        table.MEMBER: signed_in(desk_app, "member@partner.example"),
        table.OTHER: signed_in(desk_app, "contact@other.example"),
        table.READER: desk_app.browser(WATCHER),
        table.REVIEWER: desk_app.browser(REVIEWER_1),
        table.ADMINISTRATOR: desk_app.browser(ADMIN),
    }


def test_every_address_stands_in_the_table(desk_app: DeskApp) -> None:
    """A new one without a line fails here."""
    found = {
        (method, rule.rule)
        for rule in desk_app.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if re.match(r"/partner(/|$)|/desk/partners", rule.rule)
    }
    assert found == set(ADDRESSES)


def test_every_action_stands_in_the_table() -> None:
    """So does a new action."""
    assert {action.value for action in PartnerAction} == {*ACTIONS, *AT_ADDRESSES, *BY_ITSELF}
    assert {who for allowed in ADDRESSES.values() for who in allowed} <= set(EVERYBODY)


def test_everybody_meets_what_is_theirs_and_nothing_else(
    desk_app: DeskApp, company: Company, browsers: Browsers
) -> None:
    """A8: what is somebody else's answers exactly as what does not exist."""
    for (method, rule), allowed in ADDRESSES.items():
        if rule.endswith("/sign-out"):
            continue  # it ends the sessions that the other lines need
        is_open = VISITOR in allowed or "<token>" in rule or rule == "/partner/language"
        for who, browser in browsers.items():
            answer = asked(browser, method, rule, company.reference)
            case = (who, method, rule, answer.status_code)
            if who in allowed:
                assert answer.status_code in FOUND[method] or "<deal>" in rule or rule.endswith("<entry>"), (
                    case
                )
            elif who == VISITOR and not is_open:
                assert answer.status_code == (303 if method == "GET" else 403), case
                assert method == "POST" or "/sign-in" in answer.location, case
            else:
                nothing = asked(browser, method, rule, MISSING)
                assert answer.status_code == 404, case
                assert answer.text == nothing.text, case


def test_for_partners_there_is_no_desk(desk_app: DeskApp, company: Company, browsers: Browsers) -> None:
    """A8: every address of the vendor's, and the export of everything, answers as what does not exist."""
    submission = desk_app.deal()
    desk = [
        (method, address)
        for method, address in addresses(desk_app, company.reference, submission)
        if address.startswith("/desk") and not re.match(r"/desk(?:/(?:sign-|link/|language).*)?$", address)
    ]
    assert len(desk) >= 30
    for who in (*PARTNERS, table.OTHER):
        for method, address in desk:
            missing = browsers[who].open("/desk/none", method=method, headers=OWN)
            answer = browsers[who].open(address, method=method, headers=OWN)
            assert (answer.status_code, answer.text) == (404, missing.text), (who, method, address)


def test_everybody_can_sign_out(browsers: Browsers) -> None:
    for browser in browsers.values():
        assert browser.post("/partner/sign-out", headers=OWN).status_code == 303


def test_what_is_not_allowed_is_not_done_when_it_is_sent_all_the_same(
    desk_app: DeskApp, company: Company, beginner: Company, browsers: Browsers
) -> None:
    """Each action, for each partner role and the vendor's; the record stays as it was. And the other way
    round: whoever may is never told that the page has changed."""
    for action, allowed in ACTIONS.items():
        if action == "resume":
            assert company.post(browsers["reviewer"], "overview", "suspend", desk=True, reason="x")
        at = beginner if action == "activate" else company
        for who in (*PARTNERS, *STAFF):
            before = at.record
            answer = at.post(browsers[who], "overview", action, desk=who in STAFF, **TYPED.get(action, {}))
            if who in allowed:
                assert answer.status_code in (303, 400, 422), (who, action)
                assert CHANGED not in words(answer), (who, action)
            else:
                assert answer.status_code == (404 if who == table.READER else 422), (who, action)
                assert answer.status_code == 404 or CHANGED in words(answer), (who, action)
                assert at.record == before, (who, action)


def test_actions_with_an_address_of_their_own(company: Company, browsers: Browsers) -> None:
    for action, (end, allowed) in AT_ADDRESSES.items():
        for who in (*PARTNERS, *STAFF):
            base = "/desk/partners" if who in STAFF else "/partner"
            before = company.record
            data = {"file": (BytesIO(pdf(who.encode())), "a.pdf")} if action == "keep_document" else {}
            address = f"{base}/{company.reference}{end}".replace("<entry>", "e")
            answer = browsers[who].post(address, data=data, headers=OWN)
            if who not in allowed:
                assert answer.status_code in (400, 404, 422), (who, action)
                assert company.record == before, (who, action)
            elif action != "void_revenue":
                assert answer.status_code in (200, 303, 422), (who, action)


def test_what_is_offered_follows_from_the_role(
    company: Company, beginner: Company, other: Company, browsers: Browsers
) -> None:
    """No page offers what its reader may not do; what one role of a side is offered, each that may is."""
    own, every = (company, beginner), (company, beginner, other)
    offered = {who: pages(browsers[who], who, every if who in STAFF else own) for who in (*PARTNERS, *STAFF)}
    for action, allowed in ACTIONS.items():
        have = [who for who, actions in offered.items() if action in actions]
        assert set(have) <= set(allowed), action
        for side in (PARTNERS, STAFF):
            expected = [who for who in side if who in allowed]
            assert [who for who in side if who in have] in ([], expected), action
    seen = set().union(*offered.values())
    assert seen == set(ACTIONS) - NEVER_OFFERED


def pages(browser: FlaskClient, who: str, companies: tuple[Company, ...]) -> set[str]:
    """The actions that the pages of these partners offer."""
    base = "/desk/partners" if who in STAFF else "/partner"
    found: set[str] = set()
    for company in companies:
        for section in PARTS:
            end = "" if section == "overview" else f"/{section}"
            page = browser.get(f"{base}/{company.reference}{end}")
            assert page.status_code == 200
            found |= set(re.findall(r'name="action" value="([a-z_]+)"', page.text))
    return found


FOUND = {"GET": (200, 301, 303), "POST": (200, 303, 400, 422)}
TYPED: dict[str, dict[str, str]] = {
    "end": {"on": "x"},  # a day that is none, so that nothing ends before the others were tried
    "suspend": {"reason": ""},
    "renew": {"decision": ""},
}
VALUES: dict[str, Callable[[str], str]] = {
    "<reference>": lambda reference: reference,
    "<section>": lambda _: "people",
    "<int:number>": lambda _: "1",
    "<entry>": lambda _: "e",
    "<token>": lambda _: "none",
}


def asked(browser: FlaskClient, method: str, rule: str, reference: str) -> Any:
    address = rule
    for name, value in VALUES.items():
        address = address.replace(name, value(reference))
    data = {"lang": "en"} if method == "POST" else None
    return browser.open(address, method=method, data=data, headers=OWN)
