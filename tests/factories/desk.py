"""Desk client: the whole service on real files, with a signed-in browser for each role."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from types import FrameType
from typing import Any

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from forms_service import forms
from forms_service.app import create_app, service_of
from forms_service.domain.auth.roles import ADMINISTRATOR, READER, REVIEWER, UserKind
from forms_service.services import conflict_lookup
from forms_service.settings import Settings
from forms_service.web.context import Service
from partner_program import Program
from tests.factories.clock import FakeClock
from tests.factories.submissions import typed_application, typed_deal

OWN = {"Sec-Fetch-Site": "same-origin"}
"""What a browser says about a form of this very site."""

ADMIN, REVIEWER_1, REVIEWER_2, WATCHER = (
    "administrator@example.com",
    "reviewer@example.com",
    "second.reviewer@example.com",
    "reader@example.com",
)
ROLES = {ADMIN: ADMINISTRATOR, REVIEWER_1: REVIEWER, REVIEWER_2: REVIEWER, WATCHER: READER}
NIP, OTHER_NIP = "1234563218", "5260250274"


class DeskApp:
    """The service, its people, and what a test does with them."""

    def __init__(self, site: Path, data: Path, program: Program, **settings: str) -> None:
        self.clock = FakeClock()
        self.program = program
        known = {"SITE_DIR": str(site), "DATA_DIR": str(data), "RATE_LIMIT": "off"}
        self.app = create_app(Settings.from_environment(known | settings), clock=self.clock)
        self.data = data
        for email, role in ROLES.items():
            self.service.auth.users.add(UserKind.STAFF, email, role, by="command")

    @property
    def service(self) -> Service:
        return service_of(self.app)

    def close(self) -> None:
        self.service.store.close()

    def browser(self, email: str = REVIEWER_1, lang: str = "en") -> FlaskClient:
        """A browser in which this person has signed in."""
        browser = self.app.test_client()
        link = self.service.auth.staff_admin.link(email).removeprefix(self.service.settings.base_url)
        assert browser.post(link, headers=OWN).status_code == 303
        browser.post("/desk/language", data={"lang": lang}, headers=OWN)
        return browser

    def deal(self, **other: Any) -> str:
        """A deal registration by a partner; its reference."""
        own = {"partner_tax_id": NIP, "partner_email": "contact@partner.example", "value_amount": "25000"}
        return self._submitted("deal-registration", typed_deal(self.program, **own | other))

    def application(self, **other: Any) -> str:
        """An application; its reference."""
        own = {
            "website": "www.partner.example",
            "contacts-0-name": "Contact person",
            "contacts-0-email": "contact@partner.example",
        }
        return self._submitted("application", typed_application(self.program, **own | other))

    def partner(self) -> str:
        """A known partner: an application that is pre-accepted."""
        reference = self.application()
        self.do(self.browser(ADMIN), reference, "pre_accept")
        return reference

    def record(self, reference: str) -> dict[str, Any]:
        record = self.service.store.get("records", reference)
        assert record is not None
        return record

    def do(self, browser: FlaskClient, reference: str, action: str, **fields: str) -> TestResponse:
        """Send a form of the submission's page, as it stands now unless `seen` is given."""
        seen = {"seen": str(len(self.record(reference)["history"]))}
        data = {"action": action} | seen | fields
        return browser.post(f"/desk/submissions/{reference}", data=data, headers=OWN)

    def approve(self, browser: FlaskClient, reference: str, **fields: str) -> TestResponse:
        terms = {"benefit": "commission", "percent": "10", "product": "Cloud migration"}
        return self.do(browser, reference, "approve", **(terms | fields))

    def _submitted(self, name: str, typed: dict[str, Any]) -> str:
        form = forms.build(name, self.program, "pl", formdata=MultiDict(typed))
        assert form.validate(), [*form.mistakes()]
        record = self.service.submissions.submit(name, form.said(), program=self.program, language="pl")
        reference: str = record["id"]
        return reference


@contextmanager
def conflict_lookups() -> Iterator[list[str]]:
    """An entry for each time that it is looked up who else has a customer."""
    found: list[str] = []

    def count(frame: FrameType, event: str, arg: Any) -> None:
        if event == "call" and frame.f_code is conflict_lookup.conflicts_of.__code__:
            found.append(event)

    sys.setprofile(count)
    try:
        yield found
    finally:
        sys.setprofile(None)


def words(answer: TestResponse) -> str:
    """What the page says, without its markup."""
    return text_of(answer.text)


def text_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).replace("\xa0", " ").split())


def value_of(answer: TestResponse, id: str) -> str:
    """What stands in a field, or is chosen in it."""
    html = answer.text
    if found := re.search(rf'<textarea [^>]*\bid="{id}"[^>]*>\r?\n?(.*?)</textarea>', html, re.S):
        return unescape(found[1])
    if found := re.search(rf'<select id="{id}".*?</select>', html, re.S):
        chosen = re.search(r'value="([^"]*)" selected', found[0])
        return unescape(chosen[1]) if chosen else ""
    tag = re.search(rf'<input [^>]*\bid="{id}"[^>]*>', html)
    assert tag is not None, f"there is no field {id}"
    typed = re.search(r' value="([^"]*)"', tag[0])
    return unescape(typed[1]) if typed else ""
