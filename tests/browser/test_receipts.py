"""A deal's receipt and what its sender is told, as a person meets them: by keyboard focus, on paper."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor
from tests.browser.desk_steps import MODERN_PHONE
from tests.browser.steps import Tongue, deal, every_way, fill, send
from tests.browser.test_sending import STATUS
from tests.conftest import Service

SHEET = {"width": 690, "height": 980}
"""A4 between its margins."""
PRESSED = """() => [...document.querySelectorAll(
    "button, .button, input, textarea, .crumbs, .site-header, .actions")]
  .filter(each => each.checkVisibility()).map(each => each.outerHTML)"""
CUT = """() => [...document.querySelectorAll("main *")]
  .filter(each => each.checkVisibility() && each.getBoundingClientRect().right > innerWidth + 1)
  .map(each => each.outerHTML)"""
LONG = "Przedsiębiorstwo" * 4

journeys = every_way(MODERN_PHONE)


def prints_whole(page: Page) -> None:
    """One column, nothing to press, nothing cut, and it can be made a PDF."""
    screen = page.viewport_size
    assert screen
    page.set_viewport_size(SHEET)  # type: ignore[arg-type]
    page.emulate_media(media="print")
    assert page.evaluate(PRESSED) == []
    assert page.evaluate(CUT) == []
    assert page.pdf(format="A4").startswith(b"%PDF")
    page.emulate_media(media="screen")
    page.set_viewport_size(screen)


@journeys
def test_a_receipt_is_printed_and_a_correction_thanked_for(
    tongue: Tongue,
    viewport: dict[str, int],
    scripts: bool,
    visit: Callable[..., Visitor],
    service: Service,
) -> None:
    """The notice has the focus and is gone after a reload; the receipt says what was sent first."""
    visitor = visit(service.url, viewport=viewport, scripts=scripts)
    page = visitor.goes_to(f"{tongue.prefix}/register-deal/")
    name = f"{LONG} {scripts} {viewport['width']}"
    fill(page, deal(customer_name=name))
    send(page)
    expect(page).to_have_url(STATUS)
    status = page.url
    expect(page.locator("main h2").first).to_contain_text(name)
    expect(page.locator(".notice--done")).to_have_count(0)
    prints_whole(page)

    page.get_by_role("link", name=re.compile("^(Potwierdzenie do wydruku|Receipt to print)$")).click()
    expect(page).to_have_url(f"{status}/receipt")
    expect(page.locator("html")).to_have_attribute("lang", "en" if tongue.prefix else "pl")
    visitor.finds_no_barrier()
    sheet = page.locator("main").inner_text()
    assert re.search(r"DEAL-\w{4}-\w{4}", sheet) and name in sheet
    assert re.search(r"\d\d:\d\d:\d\d \(Europe/Warsaw, UTC\+0[12]:00\)", sheet)
    prints_whole(page)
    page.get_by_role("link", name=re.compile("^(Wróć|Back)$")).click()
    expect(page).to_have_url(status)

    page.get_by_role("button", name=re.compile("^(Popraw|Correct)")).or_(
        page.get_by_role("link", name=re.compile("^(Popraw|Correct)"))
    ).click()
    fill(page, {"customer_name": "Corrected"})
    send(page)
    thanks = page.locator(".notice--done")
    expect(thanks).to_contain_text(re.compile("poprawka jest zapisana|correction is saved"))
    expect(thanks).to_be_focused()
    visitor.finds_no_barrier()
    page.reload()
    expect(page.locator(".notice--done")).to_have_count(0)
    page.goto(f"{status}/receipt")
    assert page.locator("main").inner_text() == sheet
