"""The history of a partner says what each entry is about, and leads there."""

import re

import pytest
from flask.testing import FlaskClient

from tests.factories.desk import ADMIN, OWN, DeskApp, text_of
from tests.factories.partner_records import CONTACT, MEETING, Company, active, signed_in


@pytest.fixture
def company(desk_app: DeskApp) -> Company:
    """With a goal, an activity, a meeting, targets and amounts."""
    company, staff = active(desk_app), desk_app.browser(ADMIN)
    day = desk_app.clock().date().isoformat()
    target = {"plan": "1", "amount": "5000", "currency": "PLN", "model": "", "area": ""}
    for section, action, typed in (
        ("planning", "set_goal", {"kind": "marketing", "text": "Two webinars", "year": "1"}),
        ("activities", "plan_activity", {"title": "Fair in May", "planned_for": "2027-05-03"}),
        ("planning", "plan_meeting", MEETING),
        ("revenue", "set_targets", target),
    ):
        answer = company.post(staff, section, action, desk=True, **typed)
        assert answer.status_code == 303, (action, text_of(answer.text)[-600:])
    row = {"date": day, "amount": "1 000,50", "currency": "PLN", "model": "resell", "invoiced_to": "partner"}
    address = f"/desk/partners/{company.reference}/amounts"
    assert staff.post(address, data=row, headers=OWN).status_code == 303
    return company


def entries(browser: FlaskClient, base: str) -> dict[str, tuple[str, str]]:
    """What happened -> what it is about, and where that leads."""
    html = browser.get(f"{base}/company").text
    found = {}
    for entry in re.findall(r"<li><p>(.*?)</p>", html[html.index('class="history"') :], re.S):
        link = re.search(r'href="([^"]+)"', entry)
        what, _, about = text_of(entry).partition(" : ")
        what, about = (what, about) if about else text_of(entry).partition(": ")[::2]
        found.setdefault(what.partition(" (")[0], (about, link[1] if link else ""))
    return found


SAID = {
    "goal set": ("Two webinars", "/plan?year=1"),
    "activity planned": ("Fair in May", "/plan#activities"),
    "planning meeting called": ("15 December 2027", "/plan"),
    "revenue targets set": ("year 1, 1 target", "/deals?year=1#revenue"),
    "invoiced amounts recorded": ("PLN, 1 row", "/deals#revenue"),
    "profile changed": ("address", "/company"),
}


@pytest.mark.parametrize("side", ["desk", "partner"])
def test_each_entry_says_what_it_is_about(desk_app: DeskApp, company: Company, side: str) -> None:
    browser = desk_app.browser(ADMIN) if side == "desk" else signed_in(desk_app, CONTACT)
    base = f"/desk/partners/{company.reference}" if side == "desk" else f"/partner/{company.reference}"
    found = entries(browser, base)
    for what, (about, address) in SAID.items():
        assert about in found[what][0], what
        assert found[what][1] == f"{base}{address}", what
        assert browser.get(found[what][1]).status_code == 200
    assert "1,000.50" in found["invoiced amounts recorded"][0]


def test_a_reminder_says_of_what(desk_app: DeskApp, company: Company) -> None:
    record = company.record
    entry = {"at": record["history"][-1]["at"], "who": "system", "side": "system", "what": "remind"}
    entry |= {"state": "active", "about": ["renewal", "onboarding"]}
    with desk_app.service.store.batch() as batch:
        batch.replace("partners", record | {"history": [*record["history"], entry]}, record["version"])
    found = entries(desk_app.browser(ADMIN), f"/desk/partners/{company.reference}")
    assert found["reminder sent"] == ("Renewal, Onboarding", f"/desk/partners/{company.reference}#due")


def test_what_is_gone_and_what_older_data_does_not_hold_is_left_out(
    desk_app: DeskApp, company: Company
) -> None:
    record = company.record
    old = [{name: value for name, value in entry.items() if name != "sums"} for entry in record["history"]]
    with desk_app.service.store.batch() as batch:
        batch.replace("partners", record | {"history": old, "goals": []}, record["version"])
    found = entries(desk_app.browser(ADMIN), f"/desk/partners/{company.reference}")
    assert found["invoiced amounts recorded"][0] == "1 row"
    assert found["goal set"] == ("", "")
