"""The partner's own side in a real browser: what its people read, press and print, on a desk and a phone."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from forms_service.web.partner_record.parts import PARTS
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.partner_area import MEMBER, Area
from tests.browser.steps import fill
from tests.factories.partner_records import CONTACT, SPONSOR

PHONE_390 = {"width": 390, "height": 844}
VIEWPORTS = pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])


@pytest.fixture(scope="module")
def area(site_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Area]:
    opened = Area(site_folder, tmp_path_factory.mktemp("area") / "data")
    yield opened
    opened.place.close()


@VIEWPORTS
@pytest.mark.parametrize("lang", ["pl", "en"])
def test_no_page_has_a_barrier(lang: str, viewport: dict[str, int], area: Area, browser: Browser) -> None:
    """axe is content, also with every form unfolded; nothing scrolls sideways; nothing complains."""
    base = f"/partner/{area.active}"
    sections = [base if name == "overview" else f"{base}/{name}" for name in PARTS]
    with area.visited(browser, SPONSOR, lang, viewport) as sponsor:
        sponsor.unfolds(lang)
        sponsor.goes_to(f"/partner/{area.beginner}")
        sponsor.unfolds(lang)
    with area.visited(browser, CONTACT, lang, viewport) as contact:
        for address in (*sections, f"{base}/register-deal", f"{base}/deals/{area.deal}"):
            contact.goes_to(address)
            contact.presses_what_is_meant()
            contact.unfolds(lang)


def test_the_parts_are_one_press_away_on_a_phone(area: Area, browser: Browser) -> None:
    """By keyboard: the button opens them, Escape closes them, the current one is marked."""
    with area.visited(browser, viewport=PHONE) as visitor:
        page = visitor.goes_to(f"/partner/{area.active}/team")
        parts = page.locator("nav.tabs")
        expect(parts).to_be_hidden()
        opening = page.locator(".tabs__open")
        expect(opening).to_contain_text("Zespół")
        opening.press("Enter")
        expect(parts).to_be_visible()
        expect(parts.locator("[aria-current]")).to_have_text("Zespół")
        visitor.finds_no_barrier()
        page.keyboard.press("Escape")
        expect(parts).to_be_hidden()
        expect(opening).to_be_focused()
        opening.press("Enter")
        parts.get_by_role("link", name="Plan i aktywności").press("Enter")
        expect(page).to_have_url(re.compile("/plan$"))


def test_an_activity_by_keyboard_alone(area: Area, browser: Browser) -> None:
    """A mistake is told at once and where it is; nothing typed is lost; then it counts."""
    with area.visited(browser, lang="en") as visitor:
        page = visitor.goes_to(f"/partner/{area.active}/plan")
        expect(page.locator("main")).to_contain_text("Carried out in this partner year: 1 of 1")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()
        press_tab_until(page, page.locator("summary", has_text="Report an activity"))
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.type("Breakfast with customers")
        page.keyboard.press("Enter")
        expect(page.locator(".error-summary")).to_be_focused()
        expect(page).to_have_title(re.compile("^Error: "))
        visitor.finds_no_barrier()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        day = page.locator("details[open] input[name=done_on]")
        expect(day).to_be_focused()
        expect(page.locator("details[open] input[name=title]")).to_have_value("Breakfast with customers")
        day.fill(area.place.clock().date().isoformat())
        page.keyboard.press("Enter")
        expect(page.locator("[role=status]")).to_have_text("Saved.")
        expect(page.locator("main")).to_contain_text("Carried out in this partner year: 2 of 1")


def press_tab_until(page: Page, wanted: Locator) -> None:
    """From here on, by keyboard only."""
    for _ in range(90):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError("it cannot be reached by keyboard")


def test_the_attestation_is_given_and_printed_on_one_page(area: Area, browser: Browser) -> None:
    """By the sponsor on a phone; what is printed has a line to sign on and nothing to press."""
    with area.visited(browser, SPONSOR, viewport=PHONE) as visitor:
        page = visitor.goes_to(f"/partner/{area.active}/plan")
        page.get_by_role("button", name="Poświadczam").click()
        expect(page.locator("#attestation article")).to_contain_text("Sponsor")
        page.locator("#attestation article a").click()
        expect(page.locator("main")).to_contain_text("Podpis")
        visitor.finds_no_barrier()
        page.emulate_media(media="print")
        expect(page.locator("header")).to_be_hidden()
        expect(page.locator("main")).to_contain_text("Osoba Techniczna")
        printed = page.pdf(format="A4")
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1


@VIEWPORTS
@pytest.mark.parametrize("scripts", [True, False])
def test_the_calendar_link_is_shown_where_it_was_made_and_opens_without_signing_in(
    viewport: dict[str, int], scripts: bool, area: Area, browser: Browser
) -> None:
    """To copy and to open; a reload shows the same one, which goes on working."""
    with area.visited(browser, lang="pl", viewport=viewport, scripts=scripts) as visitor:
        page = visitor.goes_to(f"/partner/{area.active}")
        page.get_by_role("link", name="Wszystkie terminy jako kalendarz").click()
        page.get_by_role("button", name=re.compile("link do kalendarza")).click()
        field = page.get_by_label("Link do kalendarza")
        expect(field).to_be_in_viewport()
        link = field.input_value()
        page.reload()
        expect(field).to_have_value(link)
        opens = page.get_by_role("link", name="Otwórz w kalendarzu")
        expect(opens).to_have_attribute("href", f"webcal:{link.partition(':')[2]}")
        copies = page.get_by_role("button", name="Kopiuj")
        expect(copies).to_have_count(1 if scripts else 0)
        if scripts:
            copies.click()
            expect(page.locator("main")).to_contain_text("Skopiowano")
            visitor.finds_no_barrier()
        with urlopen(link) as feed:
            assert feed.headers.get_content_type() == "text/calendar"
            assert b"BEGIN:VEVENT" in feed.read()
        expect(page.locator("main")).to_contain_text("poprzedni link przestanie działać")


@VIEWPORTS
def test_what_is_opened_stays_in_its_place(viewport: dict[str, int], area: Area, browser: Browser) -> None:
    """The mouse rests on what was pressed, and the form opens below it."""
    with area.visited(browser, lang="pl", viewport=viewport) as visitor:
        page = visitor.goes_to(f"/partner/{area.active}/plan")
        for name in ("Zwołaj spotkanie", "Zgłoś spotkanie, które się odbyło"):
            button = page.locator("summary", has_text=name)
            button.hover()
            before = button.bounding_box()
            button.click()
            form = page.locator("details[open] form").first
            expect(form).to_be_visible()
            after, below = button.bounding_box(), form.bounding_box()
            assert before and after and below
            assert (before["x"], before["y"]) == (after["x"], after["y"])
            assert below["y"] >= after["y"] + after["height"]
            visitor.finds_no_barrier()
            button.click()


@VIEWPORTS
def test_a_deal_is_registered_with_what_is_known_filled_in(
    viewport: dict[str, int], area: Area, browser: Browser
) -> None:
    """What is missing is told and nothing is lost; then it stands in the list."""
    customer = f"Nowy Klient {viewport['width']}"
    with area.visited(browser, viewport=viewport) as visitor:
        page = visitor.goes_to(f"/partner/{area.active}")
        page.get_by_role("link", name="Zarejestruj szansę sprzedażową").click()
        expect(page.locator("#partner_email")).to_have_value(CONTACT)
        expect(page.locator("[name=partner_tax_id]")).to_have_count(0)
        said = {
            "customer_name": customer,
            "customer_country": "PL",
            "model": "resell",
            "product": "Audyt chmury",
        }
        fill(page, said | {"value_amount": "25.000", "expected_close": "2027-12-31"})
        page.get_by_role("button", name="Zarejestruj szansę").click()
        expect(page.locator(".error-summary")).to_contain_text("25.000")
        visitor.finds_no_barrier()
        expect(page.locator("[name=customer_name]")).to_have_value(customer)
        page.locator("[name=value_amount]").fill("25 000")
        page.get_by_role("button", name="Zarejestruj szansę").click()
        notice = page.locator("[role=status]")
        expect(notice).to_contain_text("Zarejestrowane. Decyzja najpóźniej:")
        expect(notice).to_be_focused()
        expect(page.locator("main")).not_to_contain_text("jedyny klucz")
        visitor.finds_no_barrier()
        page.get_by_role("link", name="Zarejestruj kolejną szansę").click()
        expect(page.locator("#partner_email")).to_have_value(CONTACT)
        visitor.goes_to(f"/partner/{area.active}/deals")
        row = page.locator("tbody tr", has_text=customer)
        expect(row).to_contain_text("Otrzymane")
        expect(row).to_contain_text("25 000,00 PLN")


WORDS = {
    "pl": ("Wyślij odpowiedź", "Twoją odpowiedź", "Popraw dane", "Zapisz poprawkę", "Wycofaj"),
    "en": ("Send the answer", "your answer", "Correct what you sent", "Save the correction", "Withdraw"),
}


@pytest.mark.parametrize(("lang", "viewport"), [("pl", PHONE_390), ("en", DESKTOP)], ids=["pl", "en"])
def test_a_deal_is_answered_corrected_and_withdrawn_without_leaving_the_area(
    lang: str, viewport: dict[str, int], area: Area, browser: Browser
) -> None:
    """From the overview; Back and reload ask nobody to send a form again; each end is told and in focus."""
    send, thanks, correct, save, withdraw = WORDS[lang]
    asked, new = area.asked_deal(f"Klient z pytaniem {lang}"), area.new_deal(f"Nowy klient {lang}")
    with area.visited(browser, lang=lang, viewport=viewport) as visitor:
        page = visitor.goes_to(f"/partner/{area.active}")
        page.locator(".waiting", has_text=f"Klient z pytaniem {lang}").get_by_role("link").click()
        expect(page.locator("blockquote").first).to_have_text("Kto tam decyduje?")
        visitor.finds_no_barrier()
        page.get_by_role("button", name=send).click()
        expect(page.locator(".error-summary")).to_be_focused()
        visitor.finds_no_barrier()
        page.locator("#text").fill("Zarząd")
        page.get_by_role("button", name=send).click()
        expect(page.locator("[role=status]")).to_contain_text(thanks)
        expect(page.locator("[role=status]")).to_be_focused()
        assert urlsplit(page.url).path.endswith(f"/deals/{asked}")
        visitor.finds_no_barrier()
        visitor.goes_to(f"/partner/{area.active}/deals/{new}")
        page.get_by_role("link", name=correct).click()
        page.locator("#product").fill("Poprawiony produkt")
        visitor.finds_no_barrier()
        page.get_by_role("button", name=save).click()
        expect(page.locator("[role=status]")).to_be_focused()
        page.go_back()
        page.reload()
        expect(page.locator("#product")).to_have_value("Poprawiony produkt")
        visitor.goes_to(f"/partner/{area.active}/deals/{new}")
        page.get_by_role("link", name=withdraw, exact=True).click()
        visitor.finds_no_barrier()
        page.locator("main form button").click()
        expect(page.locator("[role=status]")).to_be_focused()
        expect(page.get_by_role("link", name=withdraw, exact=True)).to_have_count(0)
        visitor.finds_no_barrier()


def test_two_windows_and_an_ended_session_lose_no_answer(area: Area, browser: Browser) -> None:
    """The second window's text stands on the page as it is now; a session that ended keeps it for later."""
    deal = area.asked_deal("Klient w dwóch oknach")
    address = f"/partner/{area.active}/deals/{deal}"
    with area.visited(browser) as visitor:
        first = visitor.goes_to(address)
        second = first.context.new_page()
        second.goto(area.url + address)
        first.locator("#text").fill("Pierwsza")
        second.locator("#text").fill("Druga odpowiedź")
        first.locator("main form button").click()
        expect(first.locator("[role=status]")).to_be_visible()
        second.locator("main form button").click()
        expect(second.locator(".error-summary")).to_be_focused()
        expect(second.locator("main")).to_contain_text("Druga odpowiedź")
        expect(second.locator("main")).to_contain_text("Pierwsza")
        visitor.complaints = [each for each in visitor.complaints if "422" not in each]
        other = area.asked_deal("Klient bez sesji")
        second.goto(f"{area.url}/partner/{area.active}/deals/{other}")
        second.locator("#text").fill("Po wylogowaniu")
        first.context.clear_cookies()
        second.locator("main form button").click()
        expect(second.locator("main form [name=text]")).to_have_value("Po wylogowaniu")


def test_a_contact_takes_access_away_and_it_ends_at_once(area: Area, browser: Browser) -> None:
    """The other person's next press leads to the way in."""
    people = f"/partner/{area.active}/team"
    with (
        area.visited(browser, MEMBER, viewport=PHONE) as member,
        area.visited(browser, viewport=PHONE) as contact,
    ):
        expect(member.goes_to(people).get_by_text("Dodaj osobę")).to_have_count(0)
        page = contact.goes_to(people)
        row = page.locator("tbody tr", has_text=MEMBER)
        row.locator("summary", has_text="Zmień").press("Enter")
        row.get_by_role("button", name="Odbierz dostęp").click()
        expect(page.locator("[role=status]")).to_be_visible()
        expect(page.locator("tbody tr", has_text=MEMBER)).not_to_contain_text("może się logować")
        member.goes_to(people)
        expect(member.page).to_have_url(re.compile("/partner/sign-in"))
