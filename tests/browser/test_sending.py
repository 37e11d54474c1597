"""Applying, registering a deal, following and withdrawing: the whole way, as a person goes it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.browser.conftest import PHONE, Visitor
from tests.browser.steps import (
    Tongue,
    application,
    applies,
    deal,
    every_way,
    fill,
    goes_on,
    sees_errors,
    send,
)
from tests.conftest import Service

STATUS = re.compile(r"/status/[A-Za-z0-9_-]{20,}$")

everybody = every_way(PHONE)


@everybody
def test_applying_with_errors_then_without(
    tongue: Tongue,
    viewport: dict[str, int],
    scripts: bool,
    visit: Callable[..., Visitor],
    service: Service,
) -> None:
    """An empty form says what to type and keeps what was typed; a full one leads to its status page."""
    visitor = visit(service.url, viewport=viewport, scripts=scripts)
    page = visitor.goes_to(f"{tongue.prefix}/apply/")
    fill(page, {"website": "example.com"})
    goes_on(page, "company")
    sees_errors(page, tongue, tongue.apply, focused=scripts)
    expect(page.locator(".error-summary")).to_contain_text(tongue.first_error)
    expect(page.locator("[name=website]")).to_have_value("example.com")
    visitor.finds_no_barrier()
    applies(page, application())
    sees_status(page, visitor, tongue, "APP-")
    expect(page.locator("main")).to_contain_text("Gold")
    withdraws(page, visitor, tongue)


@everybody
def test_registering_a_deal(
    tongue: Tongue,
    viewport: dict[str, int],
    scripts: bool,
    visit: Callable[..., Visitor],
    service: Service,
) -> None:
    """A wrong amount is asked about; the right one is registered, with a date to decide by."""
    visitor = visit(service.url, viewport=viewport, scripts=scripts)
    page = visitor.goes_to(f"{tongue.prefix}/register-deal/")
    fill(page, deal(value_amount="25.000", customer_name=f"Customer {scripts} {viewport['width']}"))
    send(page)
    sees_errors(page, tongue, tongue.deal, focused=scripts)
    expect(page.locator("[name=value_amount]")).to_have_value("25.000")
    visitor.finds_no_barrier()
    fill(page, {"value_amount": "25 000,50"})
    send(page)
    sees_status(page, visitor, tongue, "DEAL-")
    expect(page.locator("main")).to_contain_text(re.compile(r"Decyzja\snajpóźniej|Decision by"))
    page.get_by_role("button", name=re.compile("kolejną|another", re.I)).click()
    expect(page.locator("[name=partner_email]")).to_have_value("contact@example.com")
    expect(page.locator("[name=customer_name]")).to_have_value("")
    page.go_back()
    withdraws(page, visitor, tongue)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_adding_and_removing_people(scripts: bool, visit: Callable[..., Visitor], service: Service) -> None:
    """Rows come and go with nothing typed lost, also without a script."""
    page = visit(service.url, scripts=scripts).goes_to("/apply/")
    fill(page, {"company_name": "Example Integrator", "contacts-0-name": "First contact"})
    page.locator("button[name=add-contacts]").click()
    expect(page.locator("[name=contacts-1-name]")).to_be_visible()
    fill(page, {"contacts-1-name": "Second contact"})
    page.locator("button[name=remove-contacts-0]").click()
    expect(page.locator("[name=contacts-1-name]")).to_have_count(0)
    expect(page.locator("[name=contacts-0-name]")).to_have_value("Second contact")
    expect(page.locator("[name=company_name]")).to_have_value("Example Integrator")


def test_enter_sends_the_form(visit: Callable[..., Visitor], service: Service) -> None:
    """Enter presses the first submit button, which is the real one, never one that adds or removes a row."""
    page = visit(service.url, scripts=False).goes_to("/apply/")
    page.locator("[name=company_name]").press("Enter")
    expect(page.locator(".error-summary")).to_be_visible()


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_leaving_with_text_typed_is_asked_about(
    prefix: str, visit: Callable[..., Visitor], service: Service
) -> None:
    """Reload, other language and any link; not before something is typed, nor where the form is sent."""
    asked: list[str] = []

    def stays(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page = visit(service.url).goes_to(f"{prefix}/register-deal/")
    page.on("dialog", stays)
    page.locator(".languages a").first.click()
    page.wait_for_url("**/register-deal/")
    page.goto(f"{service.url}{prefix}/register-deal/")
    assert asked == []
    page.locator("[name=customer_name]").press_sequentially("Typed")
    page.locator(".languages a").first.click(no_wait_after=True)
    expect(page.locator("[name=customer_name]")).to_have_value("Typed")
    assert asked == ["beforeunload"]
    fill(page, deal(customer_name=f"Asked before leaving {prefix}"))
    send(page)
    expect(page).to_have_url(STATUS)
    assert asked == ["beforeunload"]


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_back_to_a_form_with_mistakes_loses_nothing(
    prefix: str, visit: Callable[..., Visitor], service: Service
) -> None:
    """No page asks to send a form once more: a form with mistakes is answered where it stands."""
    page = visit(service.url, viewport=PHONE).goes_to(f"{prefix}/register-deal/")
    page.on("dialog", lambda dialog: dialog.accept())
    fill(page, deal(value_amount="25.000", customer_name="Kept by Back"))
    send(page)
    expect(page.locator(".error-summary")).to_be_focused()
    page.locator("footer a").first.click()
    page.wait_for_url(re.compile(r"^(?!.*register-deal).*$"))
    page.go_back()
    for _ in range(2):
        expect(page.locator("[name=customer_name]")).to_have_value("Kept by Back")
        expect(page.locator("[name=value_currency]")).to_have_value("EUR")
        page.reload()
    fill(page, {"value_amount": "25 000,50"})
    send(page)
    expect(page).to_have_url(STATUS)
    page.go_back()
    expect(page.locator("[name=customer_name]")).to_have_value("")


def test_sent_twice_is_one_registration(visit: Callable[..., Visitor], service: Service) -> None:
    """The same form again leads to the same status page."""
    visitor = visit(service.url)
    addresses = set()
    for _ in range(2):
        page = visitor.goes_to("/register-deal/")
        fill(page, deal(customer_name="Twice the same"))
        send(page)
        expect(page).to_have_url(STATUS)
        addresses.add(page.url)
    assert len(addresses) == 1


@pytest.mark.parametrize("scripts", [True, False])
def test_the_other_language_shows_the_same_status(
    scripts: bool, visit: Callable[..., Visitor], service: Service
) -> None:
    """There and back again, the token stays as it is."""
    page = visit(service.url, scripts=scripts).goes_to("/register-deal/")
    fill(page, deal())
    send(page)
    expect(page).to_have_url(STATUS)
    first = page.url
    for prefix, language in (("/en", "en"), ("", "pl")):
        page.locator(f".languages a[hreflang={language}]:visible").first.click()
        expect(page).to_have_url(first.replace("/status/", f"{prefix}/status/"))
        expect(page.locator("main")).to_contain_text("DEAL-")


def test_a_wrong_token_is_a_plain_404(visit: Callable[..., Visitor], service: Service) -> None:
    """It says nothing about what exists."""
    visitor = visit(service.url)
    answer = visitor.page.goto(f"{service.url}/status/{'x' * 43}")
    assert answer is not None
    assert answer.status == 404
    visitor.finds_no_barrier()


def sees_status(page: Page, visitor: Visitor, tongue: Tongue, reference: str) -> None:
    """The status page of what was just sent."""
    expect(page).to_have_url(STATUS)
    assert page.url.startswith(f"{visitor.url}{tongue.prefix}/status/")
    expect(page.locator("main")).to_contain_text(tongue.received)
    expect(page.locator("main")).to_contain_text(re.compile(rf"{reference}[2-9A-Z]{{4}}-[2-9A-Z]{{4}}"))
    visitor.finds_no_barrier()


def withdraws(page: Page, visitor: Visitor, tongue: Tongue) -> None:
    """Asked first, then done, and seen on the same page."""
    name = re.compile("^(Wycofaj|Wycofuję|Withdraw|Yes, withdraw)")
    page.get_by_role("link", name=name).click()
    expect(page.locator("main")).to_contain_text(re.compile("nie można cofnąć|cannot be undone"))
    # An address of its own: reloading and going back ask nobody to send a form again.
    page.reload()
    page.go_back()
    page.get_by_role("link", name=re.compile("^(Popraw dane|Correct what)")).click()
    expect(page.locator("main form")).to_have_attribute("action", re.compile("/correct$"))
    page.reload()
    page.go_back()
    page.get_by_role("link", name=name).click()
    visitor.finds_no_barrier()
    page.get_by_role("button", name=name).click()
    expect(page.locator("main")).to_contain_text(tongue.withdrawn)
    visitor.finds_no_barrier()
