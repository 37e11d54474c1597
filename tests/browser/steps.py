"""What a person does on the pages, in their words; every test of this room is made of these steps."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from forms_service.forms.sections import CHECK, SECTIONS, after
from tests.browser.conftest import DESKTOP

NIP = "123-456-32-18"


@dataclass(frozen=True)
class Tongue:
    """A language, as the pages speak it."""

    prefix: str
    error: str
    apply: str
    deal: str
    first_error: str
    received: str
    withdrawn: str


POLISH = Tongue(
    "",
    "Błąd: ",
    "Zgłoś firmę do Kanału Partnerskiego",
    "Zarejestruj szansę sprzedażową",
    "Podaj nazwę firmy",
    "Mamy Twoj",
    "Wycofane",
)
ENGLISH = Tongue(
    "/en",
    "Error: ",
    "Apply to the Partner Channel",
    "Register a deal",
    "Enter your company name",
    "We have your",
    "Withdrawn",
)


def every_way(phone: dict[str, int]) -> pytest.MarkDecorator:
    """Each language on each screen, each with and without scripts: every pair, in half of the runs."""
    return pytest.mark.parametrize(
        ("tongue", "viewport", "scripts"),
        [
            pytest.param(POLISH, phone, True, id="pl-phone-scripts"),
            pytest.param(POLISH, DESKTOP, False, id="pl-desktop-plain"),
            pytest.param(ENGLISH, phone, False, id="en-phone-plain"),
            pytest.param(ENGLISH, DESKTOP, True, id="en-desktop-scripts"),
        ],
    )


def fill(page: Page, said: dict[str, Any]) -> None:
    """Type, choose and tick; fields are found by the id that is also their name, also in folded sections."""
    page.evaluate("for (const each of document.querySelectorAll('form details')) each.open = true")
    for name, value in said.items():
        field = page.locator(f'[name="{name}"]')
        if value is True:
            field.check()
        elif isinstance(value, list):
            for one in value:
                page.locator(f'[name="{name}"][value="{one}"]').check()
        elif field.first.get_attribute("type") == "radio":
            page.locator(f'[name="{name}"][value="{value}"]').check()
        elif field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def goes_on(page: Page, section: str) -> None:
    """Press the button below a section of a form."""
    page.locator(f"#{section} > button[name=continue]").click()


def applies(page: Page, said: dict[str, Any]) -> None:
    """Go through all sections, from the first to the check page, and send."""
    for section in SECTIONS["application"]:
        fill(page, {name: value for name, value in said.items() if name.partition("-")[0] in section.fields})
        goes_on(page, section.id)
        onward = after("application", section.id)
        page.wait_for_url(re.compile(f"/{CHECK}$" if onward == CHECK else f"#{onward}$"))
    page.locator("[name=accept_requirements]").check()
    page.locator("main button[name=send]:visible").click()


def send(page: Page) -> None:
    """Press the form's own button."""
    page.locator("main form button[type=submit]:not([name]):visible").last.click()


def in_two_months() -> str:
    """A date the deal may close on, as a date field takes it."""
    return (datetime.now(ZoneInfo("Europe/Warsaw")) + timedelta(days=60)).date().isoformat()


def application() -> dict[str, Any]:
    """All that an application must have, and no more."""
    return {
        "company_name": "Example Integrator",
        "tax_id": NIP,
        "country": "PL",
        "tier": "gold",
        "models": ["sell-with"],
        "contacts-0-name": "Partner contact",
        "contacts-0-email": "contact@example.com",
        "sponsor_is_contact": True,
        "accept_requirements": True,
    }


def deal(**other: Any) -> dict[str, Any]:
    """All that a deal registration must have, and no more."""
    return {
        "partner_tax_id": NIP,
        "partner_email": "contact@example.com",
        "customer_name": "Example Customer",
        "customer_country": "DE",
        "model": "resell",
        "product": "Cloud migration",
        "value_amount": "25 000,50",
        "value_currency": "EUR",
        "expected_close": in_two_months(),
    } | other


def sees_errors(page: Page, tongue: Tongue, heading: str, *, focused: bool) -> None:
    """The same page says what to mend, in its title, at its top and at each field."""
    expect(page).to_have_title(re.compile(re.escape(tongue.error + heading)))
    summary = page.locator(".error-summary")
    expect(summary).to_be_visible()
    if focused:
        expect(summary).to_be_focused()
    link = summary.locator("a").first
    target = (link.get_attribute("href") or "#")[1:]
    field = page.locator(f'[id="{target}"]')
    expect(field).to_have_attribute("aria-invalid", "true")
