"""Every page of the desk as staff meet it: any language, phone and desktop."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from forms_service.cli.demo.command import fill
from forms_service.settings import Settings
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.desk_steps import ADMIN, MODERN_PHONE, READER, Sign, staff
from tests.conftest import Service
from tests.forms.filled import APPLICATION

PAGES = (
    "/desk/",
    "/desk/?state=all&sort=newest",
    "/desk/?search=nothing-like-this",
    "/desk/?since=2026-13-01",
    "/desk/figures",
    "/desk/mails",
    "/desk/mails?since=2020-01-01&until=2030-01-01&everything=y",
    "/desk/history",
    "/desk/privacy",
    "/desk/people",
    "/desk/me",
    "/desk/enter",
)
KINDS = {
    "conflict": "konflikt|conflict",
    "stranger": "sprawdź nadawcę|check the sender",
    "waiting": "Czeka na odpowiedź nadawcy|Waiting for the sender's answer",
    "application": "Zgłoszenie partnerskie|Partner application",
}
"""Submissions to look at: by a word in their row."""


@pytest.fixture(scope="module")
def desk(site_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The example desk."""
    data = tmp_path_factory.mktemp("desk") / "data"
    data.mkdir()
    fill(data, Settings.from_environment({"SITE_DIR": str(site_folder), "DATA_DIR": str(data)}))
    running = Service.start(site_folder, data)
    yield running
    running.end()


@pytest.fixture
def sign(browser: Browser, desk: Service) -> Iterator[Sign]:
    with staff(browser, desk) as signed:
        yield signed


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("lang", ["pl", "en"])
def test_no_page_has_a_barrier(lang: str, viewport: dict[str, int], sign: Sign) -> None:
    """axe is content, nothing scrolls sideways, no console message, no other host."""
    visitor = sign(ADMIN, lang=lang, viewport=viewport)
    for path in PAGES:
        page = visitor.goes_to(path)
        expect(page.locator("h1")).to_have_count(1)
        visitor.finds_no_barrier(lang)
        visitor.presses_what_is_meant()


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("lang", ["pl", "en"])
def test_no_submission_has_a_barrier(lang: str, viewport: dict[str, int], sign: Sign) -> None:
    """With everything that can be opened on it open, too; and after a mistake."""
    visitor = sign(ADMIN, lang=lang, viewport=viewport)
    for words in (*KINDS.values(), "Zgoda|Approved", "Odmowa|Rejected"):
        page = visitor.goes_to("/desk/?state=all")
        page.locator("table.queue tbody tr", has_text=re.compile(words)).first.locator("th a").click()
        expect(page.locator("h1")).to_have_count(1)
        visitor.fits_the_screen()
        page.evaluate(
            "for (const each of document.querySelectorAll('details'))"
            "{ each.removeAttribute('name'); each.open = true }"
        )
        visitor.finds_no_barrier(lang)
        visitor.presses_what_is_meant()
    page.locator('form:has([value="reopen"]) button').click()
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("#reopen-reason")).to_have_attribute("aria-invalid", "true")
    visitor.finds_no_barrier(lang)


SOLID = """[...document.querySelectorAll(".case__deciding .button")].filter(each => each.checkVisibility()
  && getComputedStyle(each).backgroundColor !== "rgb(255, 255, 255)").map(each => each.textContent.trim())"""


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_one_solid_button_while_a_form_is_open(viewport: dict[str, int], sign: Sign) -> None:
    """m29: not also that of the decision which would be made at once."""
    page = sign(ADMIN, viewport=viewport).goes_to("/desk/?kind=deal")
    page.locator("table.queue tbody tr", has_text=re.compile(KINDS["conflict"])).first.locator("th a").click()
    forms = page.locator(".acts > .act > summary")
    expect(forms.first).to_be_visible()
    for number in range(forms.count()):
        forms.nth(number).click()
        assert len(page.evaluate(SOLID)) == 1


def test_a_phone_shows_what_waits_on_its_first_screen(sign: Sign) -> None:
    """Search, views and the most urgent one, for somebody who has nothing else to see to."""
    page = sign(READER, viewport=MODERN_PHONE).goes_to("/desk/")
    first = page.locator("table.queue tbody tr").first
    box, sender = first.bounding_box(), first.locator(".queue__from").bounding_box()
    assert box is not None and sender is not None
    assert sender["width"] > box["width"] * 0.8, "who it is from has the whole line of the card"
    assert box["y"] + box["height"] <= MODERN_PHONE["height"]


def test_the_menu_of_a_phone_needs_no_script_and_no_mouse(sign: Sign) -> None:
    """Reached and opened by keys, closed by Escape; and it is in nobody's way before."""
    visitor = sign(viewport=PHONE)
    page = visitor.goes_to("/desk/")
    entry = page.locator('a[href="/desk/figures"]', has_text="Statystyki").first
    expect(entry).to_be_hidden()
    page.locator(".top__home").focus()
    page.keyboard.press("Tab")
    expect(page.locator(".top__open")).to_be_focused()
    page.keyboard.press("Enter")
    expect(entry).to_be_visible()
    visitor.finds_no_barrier()
    page.keyboard.press("Escape")
    expect(entry).to_be_hidden()
    page.keyboard.press("Enter")
    entry.click()
    expect(page).to_have_url(f"{visitor.url}/desk/figures")


@pytest.mark.parametrize("lang", ["pl", "en"])
@pytest.mark.parametrize("viewport", [MODERN_PHONE, DESKTOP], ids=["phone", "desktop"])
def test_what_is_seldom_used_is_folded_into_the_menu(viewport: dict[str, int], lang: str, sign: Sign) -> None:
    """By keys, without a script; the page that is open is named on the fold and marked in it."""
    visitor = sign(ADMIN, lang=lang, viewport=viewport)
    page = visitor.goes_to("/desk/")
    fold, entry = page.locator(".top__group summary"), page.locator(".top__group a[href='/desk/history']")
    if viewport is MODERN_PHONE:
        page.locator(".top__open").click()
    expect(fold).to_have_text({"pl": "Administracja", "en": "Administration"}[lang])
    expect(fold).not_to_have_attribute("aria-current", "true")
    expect(entry).to_be_hidden()
    fold.focus()
    page.keyboard.press("Enter")
    expect(entry).to_be_visible()
    visitor.finds_no_barrier(lang)
    tab_to(page, "document.activeElement.getAttribute('href') === '/desk/history'")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{visitor.url}/desk/history")
    if viewport is MODERN_PHONE:
        page.locator(".top__open").click()
    expect(fold).to_have_text({"pl": "Administracja: Historia", "en": "Administration: History"}[lang])
    expect(fold).to_have_attribute("aria-current", "true")
    expect(entry).to_be_hidden()
    fold.press("Space")
    expect(entry).to_have_attribute("aria-current", "page")


def test_notes_and_history_stand_below_the_decision(sign: Sign) -> None:
    """Beside what was sent where there is room; on a phone behind it."""
    places = (".case__deciding", "#notes", ".history", ".summary-list")
    for viewport, is_wide in ((DESKTOP, True), (MODERN_PHONE, False)):
        page = sign(viewport=viewport).goes_to("/desk/?kind=deal")
        page.locator("table.queue tbody th a").first.click()
        deciding, notes, history, said = (page.locator(each).first.bounding_box() for each in places)
        assert deciding and notes and history and said
        assert deciding["y"] + deciding["height"] <= notes["y"] < history["y"]
        assert (notes["x"] >= said["x"] + said["width"]) is is_wide
        assert (history["y"] > said["y"] + said["height"]) is not is_wide


def test_a_chart_unfolds_its_table(sign: Sign) -> None:
    """One that says the same in numbers, out of the way until somebody wants it."""
    page = sign(lang="en").goes_to("/desk/figures")
    figure = page.locator(".figure").first
    expect(figure.locator("svg")).to_be_visible()
    expect(figure.locator("table")).to_be_hidden()
    figure.get_by_text("Show as a table").click()
    expect(figure.locator("table")).to_be_visible()


STOPS = """window.stops =
  [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
  .filter(each => each.checkVisibility())
  .filter((each, at, all) => each.type !== "radio" || each.checked
    || !all.some((other, place) => other.name === each.name && other.form === each.form
      && (other.checked || place < at)))"""
"""What Tab has to stop at, in order; of radios that go together the chosen one, or the first."""
HERE = """[stops.indexOf(document.activeElement), document.activeElement.getBoundingClientRect().width > 0
  && (getComputedStyle(document.activeElement).outlineStyle !== "none"
    || ["date", "time"].includes(document.activeElement.type))]"""
"""Which of them has the focus, and whether people see that; a day marks the part that keys would change."""


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_all_that_can_be_pressed_is_reached_by_keys_and_seen(viewport: dict[str, int], sign: Sign) -> None:
    """Tab reaches everything, in the order of the page, and shows where it is."""
    visitor = sign(ADMIN, viewport=viewport)
    visitor.goes_to("/desk/").locator("table.queue tbody th a").first.click()
    expect(visitor.page.locator(".case")).to_be_visible()
    for path in ("/desk/?kind=deal", visitor.page.url.removeprefix(visitor.url), "/desk/people"):
        page = visitor.goes_to(path)
        page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        count, last = page.evaluate(f"({STOPS}).length"), -1
        for _ in range(6 * count):
            page.keyboard.press("Tab")
            here, is_seen = page.evaluate(HERE)
            told = page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
            assert here in (last, last + 1), f"{path}: {told}"  # a day has a stop for each of its parts
            assert is_seen, f"{path}: {told}"
            last = here
            if last == count - 1:
                break
        assert last == count - 1, f"{path}: Tab leads no further than {told}"


def test_a_deal_is_rejected_without_a_mouse(sign: Sign) -> None:
    """From the list to the decision with Tab, Enter and the space bar alone."""
    page = sign().goes_to("/desk/?kind=deal&owner=-")
    tab_to(page, "document.activeElement.closest('th.queue__what')")
    page.keyboard.press("Enter")
    expect(page.locator(".case")).to_be_visible()
    tab_to(page, "/^(Odmowa|Inny powód odmowy)$/.test(document.activeElement.textContent.trim())")
    page.keyboard.press("Enter")
    tab_to(page, "document.activeElement.name === 'reason'")
    page.keyboard.press("Space")
    tab_to(page, "document.activeElement.tagName === 'BUTTON'")
    page.keyboard.press("Enter")
    expect(page.locator("[role=status]")).to_contain_text("Odmowa zapisana")


def tab_to(page: Page, is_there: str) -> None:
    """Press Tab until this is true of what has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate(f"Boolean({is_there})"):
            return
    raise AssertionError(f"Tab does not lead to {is_there}")


def test_a_view_is_found_by_its_filters_and_shared_by_its_address(sign: Sign) -> None:
    """What is chosen stands in the address, as something to take away, and on a colleague's screen."""
    page = sign().goes_to("/desk/")
    page.get_by_text("Filtry i kolejność").click()
    page.locator("#kind").select_option("application")
    page.locator("#state").select_option("all")
    page.locator(".filters button").click()
    expect(page.locator(".chip")).to_have_count(2)
    colleague = sign(ADMIN, lang="en").page
    colleague.goto(page.url)
    expect(colleague.locator("table.queue tbody tr")).to_have_count(
        page.locator("table.queue tbody tr").count()
    )
    expect(colleague.locator(".chip").first).to_contain_text("Partner application")


def test_a_long_address_widens_no_page(sign: Sign) -> None:
    """60 letters on each side of the sign: the page of the application does not scroll sideways."""
    visitor = sign(ADMIN, lang="en", viewport=DESKTOP)
    page = visitor.goes_to("/desk/")
    company = "Company with a Long Address"
    address = f"{'a' * 60}@{'b' * 56}.example"
    typed = APPLICATION | {"company_name": company, "contacts-0-email": address}
    sent = page.request.post(page.url.replace("/desk/", "/apply/"), form=typed)
    assert sent.ok
    visitor.goes_to("/desk/?state=all")
    page.locator("table.queue tbody tr", has_text=company).first.locator("th a").click()
    expect(page.get_by_text(address).first).to_be_visible()
    visitor.fits_the_screen()
