"""The look of every kind of page: any width, long words, touch, paper, forced colours."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from forms_service.web.partner_record.parts import PARTS
from partner_program import load_published
from tests import ROOT
from tests.browser.partner_area import Area
from tests.factories.submissions import typed_application, typed_deal

WIDTHS = (320, 390, 768, 820, 960, 1024, 1280, 1920)
LONG = "Przedsiębiorstwo" * 4
PUBLIC = (
    "/",
    "/tiers/",
    "/tiers/?sales_people=1",
    "/requirements/",
    "/apply/",
    "/register-deal/",
    "/faq/",
    "/changes/",
    "/privacy/",
    "/status/",
    "/nowhere/",
    "/desk/sign-in",
    "/partner/sign-in",
)
STAFF = (
    "/desk/",
    "/desk/?state=all",
    "/desk/partners",
    "/desk/figures",
    "/desk/mails",
    "/desk/history",
    "/desk/enter",
    "/desk/me",
)


@pytest.fixture(scope="module")
def area(site_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Area]:
    """Partners, deals and an application, some of them in words of 60 letters."""
    opened = Area(site_folder, tmp_path_factory.mktemp("area") / "data")
    client = opened.place.app.test_client()
    program = load_published(site_folder / "program.json")
    close = (opened.place.clock.now.date() + timedelta(days=60)).isoformat()
    for deal in (
        {"customer_name": LONG, "product": LONG, "value_amount": "9999999,99"},
        {"customer_name": LONG, "product": LONG, "partner_email": f"{LONG[:60]}@example.com".lower()},
    ):
        ascii_only = {
            name: value.replace("ę", "e") if "email" in name else value for name, value in deal.items()
        }
        typed = typed_deal(program, expected_close=close, partner_tax_id="1234563218", **ascii_only)
        assert client.post("/register-deal/", data=typed).status_code == 303
    answer = client.post("/apply/", data=typed_application(program, company_name=LONG, tax_id="7740001454"))
    assert answer.status_code == 303
    opened.status = answer.headers["Location"]
    yield opened
    opened.place.close()


@pytest.fixture(scope="module")
def staff(area: Area, browser: Browser) -> Iterator[Page]:
    with _page(browser) as context:
        page = context.new_page()
        area.place.signs_in(page)
        yield page


@pytest.fixture(scope="module")
def partner(area: Area, browser: Browser) -> Iterator[Page]:
    with _page(browser) as context:
        page = context.new_page()
        area.signs_in(page)
        yield page


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Page]:
    with _page(browser) as context:
        yield context.new_page()


def _page(browser: Browser, **how: object) -> BrowserContext:
    context = browser.new_context(locale="pl-PL", viewport={"width": 1280, "height": 800}, **how)  # type: ignore[arg-type]
    context.set_default_timeout(10_000)
    return context


def addresses(area: Area, staff: Page) -> dict[str, tuple[str, ...]]:
    """Every kind of page, by who sees it."""
    base, desk = f"/partner/{area.active}", f"/desk/partners/{area.active}"
    sections = [name for name in PARTS if name != "overview"]
    staff.goto(f"{area.url}/desk/?state=all")
    rows = staff.locator("table.queue tbody th a")
    found = tuple({str(row.get_attribute("href")) for row in rows.all()})
    return {
        "public": (*PUBLIC, area.status),
        "staff": (*STAFF, *found, desk, *(f"{desk}/{name}" for name in sections)),
        "partner": (base, *(f"{base}/{name}" for name in sections), f"{base}/deals/{area.deal}"),
    }


@pytest.mark.parametrize("who", ["public", "staff", "partner"])
def test_nothing_scrolls_sideways(who: str, area: Area, staff: Page, partner: Page, visitor: Page) -> None:
    """Also with words of 60 letters, with everything open, at any width of window."""
    page = {"public": visitor, "staff": staff, "partner": partner}[who]
    wide = []
    for address in addresses(area, staff)[who]:
        page.goto(area.url + address)
        page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            needed = page.evaluate("document.documentElement.scrollWidth")
            if needed > width:
                wide.append(f"{address} is {needed} px wide at {width} px")
    page.set_viewport_size({"width": 1280, "height": 800})
    assert wide == []


BROKEN = """() => {
  const found = []
  for (const cell of document.querySelectorAll("main :is(th, td, .number)")) {
    const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT)
    while (texts.nextNode()) for (const word of texts.currentNode.data.matchAll(/[\\p{L}\\d,]{2,22}/gu)) {
      const {data, parentElement} = texts.currentNode
      if (!parentElement.checkVisibility() || data.match(/@|\\p{L}{23,}/u)) continue
      const range = document.createRange()
      range.setStart(texts.currentNode, word.index)
      range.setEnd(texts.currentNode, word.index + word[0].length)
      if (new Set([...range.getClientRects()].map(box => box.top)).size > 1) found.push(word[0])
    }
  }
  return found
}"""
"""Words of tables that stand on two lines, but for those too long for any column."""


@pytest.mark.parametrize("who", ["public", "staff", "partner"])
def test_no_word_of_a_table_is_broken(
    who: str, area: Area, staff: Page, partner: Page, visitor: Page
) -> None:
    """Headings, amounts and what stands in the columns of a list."""
    page = {"public": visitor, "staff": staff, "partner": partner}[who]
    broken = {}
    for address in addresses(area, staff)[who]:
        page.goto(area.url + address)
        if found := page.evaluate(BROKEN):
            broken[address] = found
    assert broken == {}


@pytest.mark.parametrize("has_hover", [True, False], ids=["mouse", "touch"])
def test_a_pressed_part_never_turns_blank(has_hover: bool, area: Area, browser: Browser) -> None:
    """The selector of parts keeps letters that differ from what is behind them."""
    how = {} if has_hover else {"has_touch": True, "is_mobile": True}
    with _page(browser, **how) as context:
        page = context.new_page()
        page.set_viewport_size({"width": 390, "height": 760})
        area.signs_in(page)
        page.goto(f"{area.url}/partner/{area.active}")
        part = page.locator(".tabs__open")
        if has_hover:
            part.hover()
        else:
            part.tap()
            page.keyboard.press("Escape")
        colours = part.evaluate(
            "each => [getComputedStyle(each).color, getComputedStyle(each).backgroundColor]"
        )
        assert colours[1] == "rgb(255, 255, 255)"
        assert colours[0] != colours[1]


def test_hover_is_for_what_can_hover() -> None:
    """A tap leaves it behind, so it stands in one place, for mice."""
    for path in (ROOT / "forms_service/static/app.css", ROOT / "theme/assets/site.css"):
        text = path.read_text()
        rest = re.sub(r"@media \(hover: hover\) \{.*?\n\}\n", "", text, flags=re.DOTALL)
        assert ":hover" in text
        assert ":hover" not in rest, path


def test_a_field_gone_to_shows_its_label(area: Area, visitor: Page) -> None:
    """The header that stays at the top does not cover it."""
    visitor.goto(f"{area.url}/apply/")
    visitor.evaluate("for (const each of document.querySelectorAll('form details')) each.open = true")
    visitor.evaluate("document.getElementById('sponsor-email').scrollIntoView({block: 'start'})")
    label = visitor.locator("label[for=sponsor-email]").bounding_box()
    header = visitor.locator(".site-header").bounding_box()
    assert label and header
    assert label["y"] >= header["y"] + header["height"]


def test_a_fold_shows_that_it_can_be_opened(area: Area, visitor: Page) -> None:
    """By a sign that changes with it."""
    visitor.goto(f"{area.url}/register-deal/")
    fold = visitor.locator("main details:not([class])").first
    sign = """each => {
      const drawn = getComputedStyle(each.querySelector("summary"), "::before")
      return drawn.display === "none" ? "" : drawn.content
    }"""
    closed = fold.evaluate(sign)
    fold.locator("summary").click()
    assert closed.strip('"')
    assert fold.evaluate(sign) not in ("", closed)


def test_figures_and_the_current_page_are_told_in_forced_colours(area: Area, staff: Page) -> None:
    staff.emulate_media(forced_colors="active")
    staff.goto(f"{area.url}/desk/figures")
    canvas = staff.evaluate("getComputedStyle(document.body).backgroundColor")
    for label in staff.locator(".chart-label").all():
        assert label.evaluate("each => getComputedStyle(each).fill") not in (canvas, "rgb(22, 38, 43)")
    under = "each => getComputedStyle(each).borderBottomColor"
    others = staff.locator(".top__nav a:not([aria-current])").first.evaluate(under)
    assert others == canvas
    assert staff.locator(".top__nav [aria-current]").evaluate(under) != canvas
    staff.emulate_media(forced_colors="none")


PRESSED = """() => [...document.querySelectorAll(
    "button, .button, details:not([open], .form-step, .form-step details), .skip, .top, nav.tabs, "
    + ".site-header")]
  .filter(each => each.checkVisibility()).map(each => each.textContent.trim())"""


@pytest.mark.parametrize("who", ["public", "staff", "partner"])
def test_paper_has_one_column_and_nothing_to_press(
    who: str, area: Area, staff: Page, partner: Page, visitor: Page
) -> None:
    """As wide as a sheet of A4 between its margins; a form prints to be filled in by hand."""
    page = {"public": visitor, "staff": staff, "partner": partner}[who]
    page.set_viewport_size({"width": 690, "height": 980})
    page.emulate_media(media="print")
    for address in addresses(area, staff)[who]:
        page.goto(area.url + address)
        assert page.evaluate(PRESSED) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= 690, address
        if address == "/apply/":
            for field in ("#company_name", "#contacts-0-name", "#sponsor-name", "#message"):
                expect(page.locator(field)).to_be_visible()
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1280, "height": 800})
