"""Partner client: a pre-accepted company, and the signed-in browsers of its people."""

import re
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient

from tests.factories.desk import OWN, DeskApp

CONTACT, SPONSOR, STRANGER = "contact@partner.example", "sponsor@partner.example", "other@partner.example"

MEETING = {
    "planned_for": "2027-12-15",
    "time": "10:00",
    "minutes": "60",
    "link": "https://meet.example.com/plan",
    "invited-p1": "y",
}
"""What is typed to call a meeting."""


@dataclass
class Company:
    """One of them."""

    desk_app: DeskApp
    reference: str

    @property
    def record(self) -> dict[str, Any]:
        found = self.desk_app.service.store.get("partners", self.reference)
        assert found is not None
        return found

    def post(
        self, browser: FlaskClient, section: str, action: str, *, desk: bool = False, **typed: Any
    ) -> Any:
        """Send a form of a section, as it stands now unless `seen` is given."""
        base = "/desk/partners" if desk else "/partner"
        data = {"action": action, "seen": str(self.record["version"])} | typed
        return browser.post(f"{base}/{self.reference}/{section}", data=data, headers=OWN)


def pre_accepted(desk_app: DeskApp, **other: Any) -> Company:
    """A new partner in onboarding."""
    typed = {
        "sponsor_is_contact": "",
        "sponsor-name": "Sponsor",
        "sponsor-email": SPONSOR,
        "tier": "silver",
        "sales_people-0-name": "Seller",
        "sales_people-0-email": "seller@partner.example",
    }
    application = desk_app.application(**(typed | other))
    done = desk_app.do(desk_app.browser("administrator@example.com"), application, "pre_accept")
    assert done.status_code == 303, done.text
    found = desk_app.service.store.find("partners", "application", application)
    return Company(desk_app, found[0]["id"])


def active(desk_app: DeskApp, **other: Any) -> Company:
    """A partner whose first year begins today."""
    company = pre_accepted(desk_app, **other)
    staff = desk_app.browser()
    day = desk_app.clock().date().isoformat()
    agreed = {"concluded_on": day, "for_vendor": "Board member", "for_partner": "Owner"}
    changed = {"name": "Example Partner", "address": "Street 1", "website": "https://partner.example"}
    models = {f"model-{desk_app.program.models[0].id}": "y", "areas": "Cloud"}
    for section, action, typed in (
        ("profile", "record_agreement", agreed),
        ("profile", "change_company", changed | models),
    ):
        answer = company.post(staff, section, action, desk=True, **typed)
        assert answer.status_code == 303, answer.text
    page = staff.get(f"/desk/partners/{company.reference}").text
    for item in re.findall(r'value="confirm">.*?name="item" value="([^"]+)"', page, re.S):
        answer = company.post(staff, "overview", "confirm", desk=True, item=item)
        assert answer.status_code == 303, answer.text
    answer = company.post(staff, "overview", "activate", desk=True, tier="silver")
    assert answer.status_code == 303, answer.text
    return company


def signed_in(desk_app: DeskApp, email: str = CONTACT, lang: str = "en") -> FlaskClient:
    """A browser of one of the partner's people: a link was asked for and its button pressed."""
    browser = desk_app.app.test_client()
    browser.post("/partner/sign-in", data={"email": email, "lang": lang}, headers=OWN)
    mails = desk_app.service.store.find("mails", "state", "queued")
    mail = next(each for each in reversed(mails) if each["template"] == "sign-in" and each["to"] == email)
    link = desk_app.service.auth.sign_in.link_for(mail)
    assert link is not None
    address = link.removeprefix(desk_app.service.settings.base_url)
    assert browser.post(address, headers=OWN).status_code == 303
    browser.post("/partner/language", data={"lang": lang}, headers=OWN)
    return browser
