"""One company is one partner: applied for twice, decided in two windows; and what was caught wrongly."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESKTOP, Visitor
from tests.browser.desk_steps import MODERN_PHONE, REVIEWER, SECOND, Sign, command, staff
from tests.browser.steps import application, applies, fill, goes_on
from tests.conftest import Service

SAID = {
    "pl": {
        "known": "firma już u nas",
        "partner": "Ta firma jest już partnerem",
        "join": "Zaakceptuj wstępnie i dołącz",
        "asks": "2 osoby proszą o dostęp",
        "both": "Zgłoszenia:",
        "choose": "Wybierz jedno",
        "caught": "1 formularz wygląda na wysłany przez program",
        "release": "Wysłał to człowiek: przenieś do kolejki",
    },
    "en": {
        "known": "company known",
        "partner": "This company is a partner",
        "join": "Pre-accept and join",
        "asks": "2 people ask for access",
        "both": "Applications:",
        "choose": "Choose one",
        "caught": "1 submission seems to be from a machine",
        "release": "A person sent it: put it into the queue",
    },
}
ANOTHER = {
    "tax_id": "PL 1234563218",
    "contacts-0-name": "Second Contact",
    "contacts-0-email": "second@elsewhere.example",
    "sponsor_is_contact": False,
    "sponsor-name": "Second Sponsor",
    "sponsor-email": "sponsor@elsewhere.example",
}


@pytest.fixture
def offices(site_folder: Path, tmp_path: Path) -> Iterator[Service]:
    """A service with two reviewers, alone: what it knows of companies is what the test told it."""
    running = Service.start(site_folder, tmp_path)
    for email in (REVIEWER, SECOND):
        command(running, "staff", "add", email)
    yield running
    running.end()


@pytest.fixture
def sign(browser: Browser, offices: Service) -> Iterator[Sign]:
    with staff(browser, offices) as signed:
        yield signed


def applied(visitor: Visitor, lang: str, **other: object) -> str:
    """An application from the public page; its reference."""
    page = visitor.goes_to("/apply/" if lang == "pl" else "/en/apply/")
    said = {name: value for name, value in (application() | other).items() if value is not False}
    applies(page, said)
    expect(page).to_have_url(re.compile("/status/"))
    found = re.search("APP-[0-9A-Z-]{9}", page.locator("main").inner_text())
    assert found
    return found[0]


def look(page: Page, name: str) -> None:
    """A picture of the page, for people, where a folder for them is named."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.mark.parametrize(
    ("lang", "viewport", "scripts"),
    [("pl", MODERN_PHONE, True), ("en", DESKTOP, True), ("pl", DESKTOP, False), ("en", MODERN_PHONE, False)],
    ids=["pl-390", "en-1280", "pl-1280-plain", "en-390-plain"],
)
def test_a_company_that_applies_twice_is_one_partner(
    sign: Sign,
    visit: Callable[..., Visitor],
    offices: Service,
    lang: str,
    viewport: dict[str, int],
    scripts: bool,
) -> None:
    """Pointed out in the list, on the page and at the decision; of two windows one joins it, once."""
    said, name = SAID[lang], f"{lang}-{viewport['width']}-{scripts}"
    visitor = visit(offices.url, viewport=viewport, scripts=scripts)
    first = applied(visitor, lang)
    desk = sign(lang=lang, viewport=viewport)
    page = desk.goes_to(f"/desk/submissions/{first}")
    page.locator('form:has([value="pre_accept"]) > button').click()
    expect(page.locator(".decided")).to_be_visible()
    second = applied(visitor, lang, **ANOTHER)
    expect(desk.goes_to("/desk/").locator(".queue__note")).to_contain_text(said["known"])
    desk.finds_no_barrier()
    look(page, f"queue-{name}")
    desk.goes_to(f"/desk/submissions/{second}")
    expect(page.locator(".notice--warning")).to_contain_text(said["partner"])
    desk.finds_no_barrier()
    look(page, f"application-{name}")
    colleague = sign(SECOND, lang=lang, viewport=viewport)
    late = colleague.goes_to(f"/desk/submissions/{second}")
    page.get_by_role("button", name=said["join"]).click()
    expect(page).to_have_url(re.compile("done=pre_accept"))
    page.reload()
    look(page, f"joined-{name}")
    late.get_by_role("button", name=said["join"]).click()
    expect(late.locator(".error-summary, .notice--warning, .changed").first).to_be_visible()
    page.locator('.decided a[href^="/desk/partners/"]').click()
    expect(page.locator("main")).to_contain_text(said["both"])
    expect(page.locator("main")).to_contain_text(said["asks"])
    for reference in (first, second):
        expect(page.locator(f'a[href="/desk/submissions/{reference}"]').first).to_be_visible()
    desk.finds_no_barrier()
    look(page, f"partner-{name}")
    desk.goes_to("/desk/partners")
    assert page.locator('main a[href^="/desk/partners/PAR-"]').count() == 1


@pytest.mark.parametrize(
    ("lang", "viewport", "scripts"),
    [("pl", MODERN_PHONE, False), ("en", DESKTOP, True)],
    ids=["pl-390-plain", "en-1280"],
)
def test_a_sponsor_is_said_once(
    offices: Service, visit: Callable[..., Visitor], lang: str, viewport: dict[str, int], scripts: bool
) -> None:
    """The contact person or another: the error stands at the tick, and everything typed is kept."""
    visitor = visit(offices.url, viewport=viewport, scripts=scripts)
    page = visitor.goes_to("/apply/" if lang == "pl" else "/en/apply/")
    said = {name: value for name, value in application().items() if name != "accept_requirements"}
    fill(page, said | {"sponsor-name": "Other Sponsor", "sponsor-email": "other@example.com"})
    goes_on(page, "company")
    page.wait_for_url("**#partnership")
    fill(page, {})
    goes_on(page, "people")
    expect(page.locator(".error-summary")).to_contain_text(SAID[lang]["choose"])
    expect(page.locator('[name="sponsor_is_contact"]')).to_be_checked()
    expect(page.locator('[name="sponsor-name"]')).to_have_value("Other Sponsor")
    visitor.finds_no_barrier()
    look(page, f"sponsor-{lang}")
    page.locator('[name="sponsor_is_contact"]').uncheck()
    goes_on(page, "people")
    expect(page).to_have_url(re.compile("#plans$"))


@pytest.mark.parametrize(
    ("lang", "viewport"), [("pl", MODERN_PHONE), ("en", DESKTOP)], ids=["pl-390", "en-1280"]
)
def test_what_was_caught_wrongly_is_put_into_the_queue(
    sign: Sign, visit: Callable[..., Visitor], offices: Service, lang: str, viewport: dict[str, int]
) -> None:
    """From the list, with one press; reloading the page afterwards sends nothing again."""
    said = SAID[lang]
    visitor = visit(offices.url, viewport=viewport)
    page = visitor.goes_to("/apply/" if lang == "pl" else "/en/apply/")
    page.locator('[name="subject"]').evaluate("field => { field.value = 'Ms' }")
    applies(page, application())
    expect(page).to_have_url(re.compile("/status/"))
    visitor.finds_no_barrier()
    look(page, f"status-{lang}")
    desk = sign(lang=lang, viewport=viewport)
    desk.goes_to("/desk/")
    look(desk.page, f"caught-queue-{lang}")
    desk.page.get_by_role("link", name=said["caught"]).click()
    desk.page.locator(".queue__what a").click()
    desk.finds_no_barrier()
    look(desk.page, f"caught-{lang}")
    desk.page.get_by_role("button", name=said["release"]).click()
    expect(desk.page).to_have_url(re.compile("done=release"))
    desk.page.reload()
    desk.goes_to("/desk/")
    expect(desk.page.locator(".queue__what a")).to_have_count(1)
    expect(desk.page.get_by_role("link", name=said["caught"])).to_have_count(0)
