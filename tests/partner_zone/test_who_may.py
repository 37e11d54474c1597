"""Every address of a partner's pages, for everybody: allowed or not there, from one table."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.desk.office import ADMIN, OTHER_NIP, OWN, REVIEWER_1, WATCHER, Office

from .company import CONTACT, SPONSOR, Company, active, pre_accepted, signed_in

PARTNERS = ("contact", "sponsor", "member")
STAFF = ("reader", "reviewer", "administrator")
DECIDES = ("reviewer", "administrator")
EVERYBODY = ("visitor", *PARTNERS, "other", *STAFF)

TABLE: dict[tuple[str, str], tuple[str, ...]] = {
    ("GET", "/partner/"): (*PARTNERS, "other"),
    ("GET", "/partner/<reference>"): PARTNERS,
    ("GET", "/partner/<reference>/<section>"): PARTNERS,
    ("POST", "/partner/<reference>/<section>"): PARTNERS,
    ("GET", "/partner/<reference>/attestation/<int:number>"): PARTNERS,
    ("POST", "/partner/<reference>/calendar-link"): PARTNERS,
    ("GET", "/partner/calendar/<token>.ics"): (),
    ("GET", "/partner/ask"): EVERYBODY,
    ("POST", "/partner/ask"): EVERYBODY,
    ("GET", "/partner/ask/asked"): EVERYBODY,
    ("GET", "/partner/ask/passed-on"): EVERYBODY,
    ("GET", "/partner/ask/<token>"): (),
    ("POST", "/partner/ask/<token>"): (),
    ("GET", "/desk/partners"): STAFF,
    ("GET", "/desk/partners/<reference>"): STAFF,
    ("GET", "/desk/partners/<reference>/<section>"): STAFF,
    ("POST", "/desk/partners/<reference>/<section>"): DECIDES,
    ("GET", "/desk/partners/<reference>/attestation/<int:number>"): STAFF,
    ("POST", "/desk/partners/<reference>/amounts"): DECIDES,
    ("POST", "/desk/partners/<reference>/amounts/file"): DECIDES,
    ("POST", "/desk/partners/<reference>/amounts/<entry>"): DECIDES,
}
"""Who may use an address. A calendar and a request for access are for whoever has their link: nobody here."""

ACTIONS: dict[str, tuple[str, ...]] = {
    "add_person": ("contact", *DECIDES),
    "change_company": ("contact", *DECIDES),
    "plan_activity": (*PARTNERS, *DECIDES),
    "give_link": (*PARTNERS, *DECIDES),
    "attest": ("contact", "sponsor", *DECIDES),
    "record_agreement": DECIDES,
    "confirm": DECIDES,
    "suspend": DECIDES,
    "end": DECIDES,
    "change_tier": DECIDES,
    "note": DECIDES,
    "set_targets": DECIDES,
}
"""Who is offered what on the pages of an active partner."""


@pytest.fixture
def company(office: Office) -> Company:
    """A partner whose year is nearly over, attested, with one more person who may sign in."""
    company = active(office)
    typed = {"name": "Member", "email": "member@partner.example", "access": "y"}
    assert company.post(office.browser(), "people", "add_person", desk=True, **typed).status_code == 303
    return company


@pytest.fixture
def browsers(office: Office, company: Company) -> dict[str, FlaskClient]:
    people = [{"contacts-0-email": "contact@other.example", "sponsor-email": "sponsor@other.example"}]
    pre_accepted(office, tax_id=OTHER_NIP, company_name="Other Company", **people[0])
    return {
        "visitor": office.app.test_client(),
        "contact": signed_in(office, CONTACT),
        "sponsor": signed_in(office, SPONSOR),
        "member": signed_in(office, "member@partner.example"),
        "other": signed_in(office, "contact@other.example"),
        "reader": office.browser(WATCHER),
        "reviewer": office.browser(REVIEWER_1),
        "administrator": office.browser(ADMIN),
    }


def test_every_address_stands_in_the_table(office: Office) -> None:
    """A new one without a row fails here."""
    found = {
        (method, rule.rule)
        for rule in office.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint.startswith("partner.") or rule.rule.startswith("/desk/partners")
    }
    assert found == set(TABLE)


def test_everybody_meets_what_is_theirs_and_nothing_else(
    office: Office, company: Company, browsers: dict[str, FlaskClient]
) -> None:
    """A8: what is somebody else's answers exactly as what does not exist."""
    values = {"reference": company.reference, "section": "people", "int:number": "1", "entry": "e"}
    for (method, rule), allowed in TABLE.items():
        for who, browser in browsers.items():
            answer = _asked(browser, method, rule, values)
            if who in allowed:
                assert answer.status_code in _FOUND[method] or _is_thing(rule), (who, method, rule)
            elif who == "visitor" and "<token>" not in rule:
                assert answer.status_code == (303 if method == "GET" else 403), (method, rule)
                if method == "GET":
                    assert "/sign-in" in answer.location
            else:
                nothing = _asked(browser, method, rule, {**values, "reference": "PAR-2222-2222"})
                assert answer.status_code == 404, (who, method, rule)
                assert answer.text == nothing.text, (who, method, rule)


def test_what_is_offered_follows_from_the_role(
    office: Office, company: Company, browsers: dict[str, FlaskClient]
) -> None:
    """And what is not offered is not done when it is sent all the same."""
    for who in (*PARTNERS, *STAFF):
        base = "/desk/partners" if who in STAFF else "/partner"
        for action, allowed in ACTIONS.items():
            if who in allowed or who == "reader":
                continue
            before = company.record
            data: dict[str, Any] = {"action": action, "seen": str(before["version"]), "reason": "r"}
            answer = browsers[who].post(f"{base}/{company.reference}/overview", data=data, headers=OWN)
            assert answer.status_code == 422, (who, action)
            assert company.record == before, (who, action)
        pages = "".join(
            browsers[who].get(f"{base}/{company.reference}{end}").text
            for end in ("", "/people", "/activities", "/profile", "/revenue")
        )
        for action, allowed in ACTIONS.items():
            if action in ("confirm", "attest"):
                continue  # there is nothing to confirm or to attest in the middle of a year
            assert (f'name="action" value="{action}"' in pages) == (who in allowed), (who, action)


_FOUND = {"GET": (200, 303), "POST": (200, 303, 400, 422)}


def _is_thing(rule: str) -> bool:
    """Whether the address names a thing of the partner's that is not there."""
    return rule.endswith(("<int:number>", "<entry>"))


def _asked(browser: FlaskClient, method: str, rule: str, values: dict[str, str]) -> Any:
    address = rule.replace("<token>", "none")
    for name, value in values.items():
        address = address.replace(f"<{name}>", value)
    return browser.open(address, method=method, headers=OWN)
