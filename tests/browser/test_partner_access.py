"""Getting into the partner area, in a real browser: ask, be let in, sign in, hand in the agreement."""

import re
from collections.abc import Callable, Container, Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from partner_program import load_published
from tests.browser.conftest import DESKTOP, PHONE, Visitor
from tests.browser.desk_steps import ADMIN, staff, until
from tests.conftest import Service
from tests.domain.partners.test_agreement import pdf
from tests.factories.desk import DeskApp
from tests.factories.partner_records import CONTACT, pre_accepted

WORDS = {
    "pl": ("Poproś o dostęp", "Wyślij mi link", "Sprawdź pocztę", "Nadaj dostęp", "Zaloguj mnie"),
    "en": ("Ask for access", "Send me a link", "Check your email", "Give access", "Sign me in"),
}


@pytest.fixture(scope="module")
def company(site_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, str]]:
    """A service with a partner in onboarding."""
    data = tmp_path_factory.mktemp("access") / "data"
    desk_app = DeskApp(site_folder, data, load_published(site_folder / "program.json"))
    reference = pre_accepted(desk_app).reference
    desk_app.close()
    running = Service.start(site_folder, data)
    yield running, reference
    running.end()


@pytest.fixture
def person(browser: Browser, company: tuple[Service, str]) -> Iterator[Callable[..., Visitor]]:
    """Somebody with a browser that keeps the cookie of a session."""
    visitors: list[Visitor] = []

    def arrive(**options: object) -> Visitor:
        context = browser.new_context(locale="pl-PL", **options)  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        visitors.append(Visitor(context.new_page(), company[0].url))
        visitors[-1].watch()
        return visitors[-1]

    yield arrive
    assert [each.complaints for each in visitors if each.complaints] == []
    for visitor in visitors:
        visitor.page.context.close()


def mails_to(service: Service, email: str) -> dict[str, str]:
    """The texts of the mails to this address, by file."""
    found = {}
    for file in (service.data / "mail").glob("*.eml"):
        mail = message_from_bytes(file.read_bytes(), policy=policy.default)
        body = mail.get_body(("plain",))
        if mail["To"] == email and body is not None:
            found[file.name] = body.get_content()
    return found


def link_in_mail(service: Service, email: str, place: str, before: Container[str] = ()) -> str:
    """The link to this place in a mail to this address that was not there `before`."""

    def look() -> str:
        texts = [text for name, text in mails_to(service, email).items() if name not in before]
        links = (re.search(rf"https?://\S+{place}\S+", text) for text in texts)
        return next((link[0] for link in links if link), "")

    return until(look)


def signs_in(visitor: Visitor, service: Service, email: str, lang: str) -> Page:
    page = visitor.goes_to(f"/partner/sign-in?lang={lang}")
    before = mails_to(service, email)
    page.fill("#email", email)
    page.click("main form button")
    expect(page).to_have_url(re.compile("/partner/sign-in/asked"))
    page.goto(link_in_mail(service, email, "/partner/link/", before))
    page.get_by_role("button", name=WORDS[lang][4]).click()
    expect(page).to_have_url(re.compile("/partner/PAR-"))
    return page


@pytest.mark.parametrize(
    ("lang", "viewport", "scripts"),
    [("pl", PHONE, True), ("en", DESKTOP, True), ("pl", DESKTOP, False)],
    ids=["pl phone", "en", "without scripts"],
)
def test_somebody_new_asks_and_is_let_in(
    lang: str,
    viewport: dict[str, int],
    scripts: bool,
    visit: Callable[..., Visitor],
    person: Callable[..., Visitor],
    browser: Browser,
    company: tuple[Service, str],
) -> None:
    """Asking leaves no cookie; every page is without barrier; who is let in sees the company."""
    service, reference = company
    asks, send, check, grant, _ = WORDS[lang]
    email = f"new.{lang}.{viewport['width']}.{scripts}@partner.example".lower()
    visitor = visit(service.url, viewport=viewport, scripts=scripts)
    page = visitor.goes_to(f"/partner/sign-in?lang={lang}")
    page.locator('a[href*="/partner/ask"]').click()
    expect(page.locator("h1")).to_have_text(asks)
    visitor.finds_no_barrier()
    page.fill("#ask-email", email)
    page.get_by_role("button", name=send).click()
    expect(page.locator(".error-summary")).to_be_focused()
    visitor.finds_no_barrier()
    expect(page.locator("#ask-email")).to_have_value(email)
    page.locator('.error-summary a[href="#ask-name"]').click()
    expect(page.locator("#ask-name")).to_be_focused()
    page.fill("#ask-name", "Somebody New")
    page.get_by_role("button", name=send).click()
    expect(page.locator("h1")).to_have_text(check)
    visitor.finds_no_barrier()
    page.goto(link_in_mail(service, email, "/partner/ask/"))
    visitor.finds_no_barrier()
    page.get_by_role("button", name=asks).click()
    expect(page).to_have_url(re.compile("/partner/ask/passed-on"))
    visitor.finds_no_barrier()
    page.go_back()
    page.reload()
    visitor.finds_no_barrier()

    with staff(browser, service) as sign:
        desk = sign(ADMIN, lang=lang, viewport=viewport)
        people = desk.goes_to(f"/desk/partners/{reference}/team")
        desk.finds_no_barrier()
        people.locator(".notice", has_text=email).get_by_role("button", name=grant, exact=True).click()
        expect(people.locator(".notice", has_text=email)).to_have_count(0)
    inside = person(viewport=viewport, java_script_enabled=scripts)
    signs_in(inside, service, email, lang)
    inside.goes_to(f"/partner/{reference}/team")
    inside.scripts = scripts
    inside.finds_no_barrier()


@pytest.mark.parametrize(("lang", "viewport"), [("pl", PHONE), ("en", DESKTOP)], ids=["phone", "desktop"])
def test_the_signed_agreement_is_handed_in_and_saved(
    lang: str,
    viewport: dict[str, int],
    person: Callable[..., Visitor],
    company: tuple[Service, str],
    browser: Browser,
) -> None:
    """A wrong file is told beside the field; the right one comes back byte for byte, as a download."""
    service, reference = company
    visitor = person(viewport=viewport)
    page = signs_in(visitor, service, CONTACT, lang)
    page.goto(f"{service.url}/partner/{reference}/company")
    page.locator("details", has=page.locator('input[type="file"]')).locator("summary").click()
    right = pdf(b"signed " * 60_000)
    for content, status in ((b"<html>", 422), (right, 200)):
        file = {"name": "umowa.pdf", "mimeType": "application/pdf", "buffer": content}
        page.locator('input[type="file"]').set_input_files(file)  # type: ignore[arg-type]
        page.locator('form[enctype="multipart/form-data"] button').click()
        if status == 422:
            expect(page.locator("#agreement-file-file-error")).to_be_visible()
            visitor.finds_no_barrier()
    expect(page.locator('.notice[role="status"]')).to_be_visible()
    visitor.finds_no_barrier()
    with page.expect_download() as saved:
        page.locator('a[href$="/agreement-file"]').click()
    assert saved.value.suggested_filename.endswith(f"-{reference}.pdf")
    assert Path(saved.value.path()).read_bytes() == right

    with staff(browser, service) as sign:
        desk = sign(ADMIN, lang=lang, viewport=viewport)
        there = desk.goes_to(f"/desk/partners/{reference}/company")
        there.locator("details", has=there.locator('form[action$="/remove"]')).locator("summary").click()
        desk.finds_no_barrier()
        there.locator('form[action$="/remove"] button').click()
        expect(there.locator('a[href$="/agreement-file"]')).to_have_count(0)
