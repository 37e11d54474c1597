"""A partner near the end of its first year, with one of everything, and its people in a real browser."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

from forms_service.app import service_of
from forms_service.domain.auth.roles import REVIEWER, Principal, UserKind
from forms_service.domain.submissions.action_results import Done
from forms_service.domain.submissions.workflow import Action
from partner_program import load_published
from tests.browser.clocked import Place
from tests.browser.conftest import DESKTOP, Visitor
from tests.factories.desk import OTHER_NIP, OWN, DeskApp
from tests.factories.partner_records import CONTACT, MEETING, SPONSOR, Company, active, pre_accepted
from tests.factories.submissions import deal_answers

MEMBER = "osoba.techniczna.z.dlugim.adresem@partner.example"
NAME = "Przykładowe Zakłady Usług Informatycznych i Doradztwa sp. z o.o. sp. k."
QUESTION = "Kto tam decyduje?"
STAFF = Principal("staff", "reviewer@example.com", UserKind.STAFF, REVIEWER, None)
DAYS = 340
"""Since the first partner year began: the attestation is open, the renewal near."""


class Area:
    """The service with two companies: one in its first year, one in onboarding that shares the sponsor."""

    def __init__(self, site_folder: Path, data: Path) -> None:
        desk_app = DeskApp(site_folder, data, load_published(site_folder / "program.json"))
        self.active, self.beginner, self.deal = filled(desk_app)
        now = desk_app.clock.now
        desk_app.close()
        self.place = Place(site_folder, data)
        self.place.clock.now = now
        self._data = data

    @property
    def url(self) -> str:
        return self.place.url

    def new_deal(self, customer: str) -> str:
        """A deal of the active company that nobody has taken; its reference."""
        service = service_of(self.place.app)
        program = service.site.current().program
        close = (self.place.clock().date() + timedelta(days=60)).isoformat()
        said = deal_answers(customer, partner_email=CONTACT, expected_close=close)
        record = service.submissions.submit("deal-registration", said, program=program, language="pl")
        return str(record["id"])

    def asked_deal(self, customer: str) -> str:
        """One that waits for an answer."""
        reference, decisions = self.new_deal(customer), service_of(self.place.app).decisions
        for seen, (action, details) in enumerate(((Action.TAKE, {}), (Action.ASK, {"text": QUESTION})), 1):
            done = decisions.act(reference, action, STAFF, seen=seen, details=details)
            assert isinstance(done, Done), done
        return reference

    def link_for(self, email: str) -> str:
        """The link in the newest mail to this address."""
        service_of(self.place.app).outbox.deliver_due()
        found = sorted((self._data / "mail").glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
        for file in reversed(found):
            mail = message_from_bytes(file.read_bytes(), policy=policy.default)
            body = mail.get_body(("plain",))
            link = re.search(r"http\S+/partner/link/\S+", body.get_content() if body else "")
            if mail["To"] == email and link:
                return link[0]
        raise AssertionError(f"no link for {email}")

    def signs_in(self, page: Page, email: str = CONTACT, lang: str = "pl") -> None:
        """By the form, the mail and the button."""
        page.goto(f"{self.url}/partner/sign-in?lang={lang}")
        page.locator("#email").fill(email)
        page.locator("main form button").click()
        expect(page).to_have_url(re.compile("/sign-in/asked"))
        page.goto(self.link_for(email))
        page.locator("main form button").click()
        expect(page).to_have_url(re.compile(r"/partner/(PAR-\S+)?$"))
        speak(page, lang)
        expect(page.locator("html")).to_have_attribute("lang", lang)

    @contextmanager
    def visited(
        self,
        browser: Browser,
        email: str = CONTACT,
        lang: str = "pl",
        viewport: dict[str, int] = DESKTOP,
        scripts: bool = True,
    ) -> Iterator[Visitor]:
        """One of the people, signed in; at the end no page may have complained."""
        context = browser.new_context(locale="pl-PL", viewport=viewport, java_script_enabled=scripts)  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        visitor = Visitor(context.new_page(), self.url, scripts)
        visitor.watch()
        try:
            self.signs_in(visitor.page, email, lang)
            yield visitor
            assert visitor.complaints == []
        finally:
            context.close()


def speak(page: Page, lang: str) -> None:
    """Choose the language at the top of the page, where it is another one."""
    switch = page.locator(f'button[name="lang"][value="{lang}"]')
    if switch.count():
        if not switch.is_visible():
            page.locator(".top__open").click()
        switch.click()


def filled(desk_app: DeskApp) -> tuple[str, str, str]:
    """References of both companies, and of a deal that is approved."""
    company = active(desk_app)
    desk_app.clock.forward(days=DAYS)
    today = desk_app.clock().date()
    staff = desk_app.browser()

    def do(section: str, action: str, **typed: Any) -> None:
        answer = company.post(staff, section, action, desk=True, **typed)
        assert answer.status_code == 303, f"{action}: {answer.text}"

    def ago(days: int) -> str:
        return (today - timedelta(days=days)).isoformat()

    models = {f"model-{model.id}": "y" for model in desk_app.program.models}
    areas = "Polska\nNiemcy, Austria i Szwajcaria"
    company_typed = {"name": NAME, "address": "ul. Przykładowa 12/34\n00-001 Miasto", "areas": areas}
    do("profile", "change_company", website="https://www.partner.example", **company_typed, **models)
    do("people", "add_person", name="Osoba Techniczna", email=MEMBER, position="Architekt", access="y")
    soon = (today + timedelta(days=20)).isoformat()
    do("people", "add_qualification", person="p4", skill="technical", since=ago(300), valid_until=soon)
    do(
        "planning",
        "set_goal",
        kind="marketing",
        text="Dwa wspólne webinary i artykuł w prasie branżowej",
        plan="1",
    )
    do("planning", "set_goal", kind="financial", text="Trzy nowe umowy utrzymania", plan="1")
    do(
        "planning",
        "hold_meeting",
        held_on=ago(200),
        notes="Ustalenia:\n1. webinar w marcu\n2. targi jesienią",
    )
    meeting = MEETING | {"planned_for": (today + timedelta(days=14)).isoformat()}
    do("planning", "plan_meeting", place="Biuro partnera", agenda="Cele\nWebinary", **meeting)
    webinar = {"title": "Webinar o migracji do chmury dla sektora ubezpieczeń", "done_on": ago(120)}
    do("activities", "do_activity", evidence="https://www.partner.example/webinar", **webinar)
    do("activities", "plan_activity", title="Targi branżowe", planned_for=ago(-10), goal="g1")
    do("profile", "give_link", link="https://www.partner.example/partnerzy/future-processing")
    do("profile", "confirm_link", confirmed="y")
    do("revenue", "set_targets", amount="150 000", currency="PLN", model="resell", area="Polska", plan="1")
    invoices = (
        (60, "1 234 567,89", "PLN", "FV/2027/10/000123"),
        (50, "-34 567,89", "PLN", "FK/7"),
        (40, "8 000", "EUR", ""),
    )
    for days, amount, currency, document in invoices:
        invoice = {"date": ago(days), "amount": amount, "currency": currency, "document": document}
        invoice |= {"model": "resell", "invoiced_to": "partner", "area": "Polska"}
        answer = staff.post(f"/desk/partners/{company.reference}/amounts", data=invoice, headers=OWN)
        assert answer.status_code == 303, answer.text
    close = {"expected_close": (today + timedelta(days=60)).isoformat()}
    deal = desk_app.deal(customer_name="Zakłady Przykładowe S.A.", value_amount="1250000", **close)
    assert desk_app.approve(staff, deal).status_code == 303
    rejected = desk_app.deal(customer_name="Inna sp. j.", product="Aplikacja mobilna", **close)
    assert desk_app.do(staff, rejected, "reject", reason="outside-offer").status_code == 303
    desk_app.deal(customer_name="Trzeci Klient GmbH", customer_country="DE", **close)
    people = {"contacts-0-name": "Sponsor", "contacts-0-email": SPONSOR, "sponsor_is_contact": "y"}
    people |= {"sponsor-name": "", "sponsor-email": ""}
    beginner: Company = pre_accepted(
        desk_app, tax_id=OTHER_NIP, company_name="Druga Firma sp. z o.o.", **people
    )
    return company.reference, beginner.reference, deal
