"""A status page used in the wrong order: two windows, spoiled links. Nothing typed is lost."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor
from tests.browser.steps import Tongue, deal, every_way, fill, send
from tests.conftest import Service

PHONE = {"width": 390, "height": 844}
STATUS = re.compile(r"/status/[A-Za-z0-9_-]{20,}$")
WITHDRAW = re.compile("^(Wycofaj|Wycofuję|Tak, wycof|Withdraw|Yes, withdraw)")


@every_way(PHONE)
def test_the_status_page_in_the_wrong_order(
    tongue: Tongue,
    viewport: dict[str, int],
    scripts: bool,
    visit: Callable[..., Visitor],
    service: Service,
) -> None:
    """Spoiled links, a mistake first, and a form that another window overtook."""
    visitor = visit(service.url, viewport=viewport, scripts=scripts)
    page = visitor.goes_to(f"{tongue.prefix}/register-deal/")
    fill(page, deal(customer_name=f"Wrong order {tongue.prefix} {scripts} {viewport['width']}"))
    send(page)
    expect(page).to_have_url(STATUS)
    link = page.url
    _opens_spoiled_links(page, visitor, link)
    _corrects_with_a_mistake_first(page, link)
    _corrects_what_another_window_withdrew(page, visitor, link)


def _opens_spoiled_links(page: Page, visitor: Visitor, link: str) -> None:
    """What was pasted with a link goes; a cut one, or in capitals, offers new links."""
    for spoiled in (f"{link}.", f"{link}%20%20", f"{link[:-9]}%20{link[-9:]}"):
        page.goto(spoiled)
        expect(page).to_have_url(link)
    start, token = link.rsplit("/", 1)
    for wrong in (token[:-3], token.swapcase()):
        answer = page.goto(f"{start}/{wrong}")
        assert answer is not None and answer.status == 404
        expect(page.locator("main form [type=email]")).to_be_visible()
    visitor.finds_no_barrier()


def _corrects_with_a_mistake_first(page: Page, link: str) -> None:
    """A mistake keeps the text; the mended form leads to the status page."""
    page.goto(f"{link}/correct")
    fill(page, {"customer_name": "Corrected once", "value_amount": "much"})
    send(page)
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.locator("[name=customer_name]")).to_have_value("Corrected once")
    fill(page, {"value_amount": "26 000"})
    send(page)
    expect(page).to_have_url(link)
    expect(page.locator("main")).to_contain_text("Corrected once")


def _corrects_what_another_window_withdrew(page: Page, visitor: Visitor, link: str) -> None:
    """It is told, with everything that was typed."""
    page.goto(f"{link}/correct")
    fill(page, {"customer_name": "Typed too late"})
    other = page.context.new_page()
    other.goto(link)
    other.get_by_role("link", name=WITHDRAW).click()
    other.get_by_role("button", name=WITHDRAW).click()
    expect(other).to_have_url(link)
    other.close()
    send(page)
    expect(page.locator("main")).to_contain_text(re.compile("Nic się nie zmieniło|Nothing was changed"))
    expect(page.locator("main")).to_contain_text("Typed too late")
    visitor.finds_no_barrier()
