"""The draft of an application, as a person meets it: both languages, with and without scripts, on a phone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Visitor
from tests.browser.steps import ENGLISH, POLISH, Tongue, application, applies, every_way, fill, goes_on
from tests.conftest import Service

COMPANY = {"company_name": "Draft Integrator", "country": "PL", "tax_id": "123-456-32-18"}

everybody = every_way(PHONE)


def begins(visitor: Visitor, tongue: Tongue) -> str:
    """Fill in the first section; the address of the draft."""
    page = visitor.goes_to(f"{tongue.prefix}/apply/")
    fill(page, COMPANY)
    goes_on(page, "company")
    page.wait_for_url("**#partnership")
    return page.url.partition("#")[0].removeprefix(visitor.url)


@everybody
def test_reload_back_language_and_another_device_go_on(
    tongue: Tongue,
    viewport: dict[str, int],
    scripts: bool,
    visit: Callable[..., Visitor],
    service: Service,
) -> None:
    """Where it was, with everything typed."""
    visitor = visit(service.url, viewport=viewport, scripts=scripts)
    address = begins(visitor, tongue)
    page = visitor.page
    visitor.finds_no_barrier()
    fill(page, {"tier": "gold", "models": ["resell"]})
    goes_on(page, "partnership")
    page.wait_for_url("**#people")
    page.reload()
    expect(page.locator("#people")).to_be_visible()
    expect(page.locator("[name=tier][value=gold]")).to_be_checked()
    page.go_back()
    if scripts:
        expect(page.locator("[name=tier][value=gold]")).to_be_visible()
    else:
        expect(page.locator(".form-step", has=page.locator("#partnership"))).to_contain_text("Gold")
    expect(page.locator("[name=tier][value=gold]")).to_be_checked()
    page.go_forward()
    fill(page, {"contacts-0-name": "Typed, then another language"})
    page.locator(".site-header .languages button:visible").first.click()
    other = f"/en{address}" if not tongue.prefix else address.removeprefix("/en")
    expect(page).to_have_url(re.compile(re.escape(f"{service.url}{other}") + "#people$"))
    expect(page.locator("[name='contacts-0-name']")).to_have_value("Typed, then another language")
    device = visit(service.url, viewport=viewport, scripts=scripts)
    there = device.goes_to(address)
    expect(there.locator("[name=company_name]")).to_have_value(COMPANY["company_name"])
    expect(there.locator("[name='contacts-0-name']")).to_be_visible()


@everybody
def test_mistakes_are_told_in_their_section(
    tongue: Tongue,
    viewport: dict[str, int],
    scripts: bool,
    visit: Callable[..., Visitor],
    service: Service,
) -> None:
    """Reload asks nobody to send anything again."""
    visitor = visit(service.url, viewport=viewport, scripts=scripts)
    begins(visitor, tongue)
    page = visitor.page
    for section, name in (("partnership", "tier"), ("people", "contacts-0-name")):
        fill(page, {})
        goes_on(page, section)
        page.wait_for_url(f"**mistakes={section}")
        expect(page.locator(".error-summary")).to_be_visible()
        if scripts:
            expect(page.locator(".error-summary")).to_be_focused()
        expect(page.locator(f'[id="{name}"]')).to_be_visible()
        page.reload()
        visitor.finds_no_barrier(tongue.prefix.strip("/") or "pl")


@everybody
def test_deleted_is_gone(
    tongue: Tongue,
    viewport: dict[str, int],
    scripts: bool,
    visit: Callable[..., Visitor],
    service: Service,
) -> None:
    visitor = visit(service.url, viewport=viewport, scripts=scripts)
    address = begins(visitor, tongue)
    visitor.unfolds(tongue.prefix.strip("/") or "pl")
    visitor.page.locator("button[name=delete]").click()
    visitor.page.wait_for_url("**deleted=y")
    visitor.finds_no_barrier()
    answer = visitor.page.goto(f"{service.url}{address}")
    assert answer
    assert answer.status == 410


def test_typing_is_saved_by_itself(visit: Callable[..., Visitor], service: Service) -> None:
    """After a pause; leaving at once loses nothing either, and asks nothing."""
    visitor = visit(service.url)
    address = begins(visitor, POLISH)
    page = visitor.page
    page.on("dialog", lambda dialog: pytest.fail("asked before leaving"))
    fill(page, {"contacts-0-name": "Saved after a pause"})
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        pass
    fill(page, {"contacts-0-email": "left@example.com"})
    page.goto(f"{service.url}/tiers/")
    visitor.goes_to(address)
    expect(page.locator("[name='contacts-0-name']")).to_have_value("Saved after a pause")
    expect(page.locator("[name='contacts-0-email']")).to_have_value("left@example.com")


def test_two_drafts_at_once(visit: Callable[..., Visitor], service: Service) -> None:
    """Each goes its own way; one that is sent leads to its status page from then on."""
    first, second = visit(service.url), visit(service.url)
    addresses = [begins(first, POLISH), begins(second, POLISH)]
    assert len(set(addresses)) == 2
    page = first.goes_to(f"{addresses[0]}?section=company")
    applies(page, application() | {"company_name": "First of two"})
    expect(page).to_have_url(re.compile("/status/"))
    status = page.url
    first.goes_to(addresses[0])
    assert page.url == status
    second.goes_to(addresses[1])
    expect(second.page.locator("[name=company_name]")).to_have_value(COMPANY["company_name"])


@pytest.mark.parametrize("section", ["company", "partnership", "plans"])
def test_a_section_is_short_on_a_phone(visit: Callable[..., Visitor], service: Service, section: str) -> None:
    """Under 2,000 px. That with the people is longer: contact person and sponsor stand open."""
    visitor = visit(service.url, viewport={"width": 390, "height": 844})
    address = begins(visitor, POLISH)
    height = "document.documentElement.scrollHeight"
    visitor.goes_to(f"{address}?section={section}")
    assert visitor.page.evaluate(height) < 2000
    visitor.goes_to(f"{address}/check")
    visitor.finds_no_barrier()


@pytest.mark.parametrize(
    ("tongue", "wrong", "right"),
    [
        pytest.param(POLISH, "cyfra kontrolna", "Numer jest poprawny", id="pl"),
        pytest.param(ENGLISH, "check digit", "This number is complete", id="en"),
    ],
)
def test_the_tax_number_is_told_right_or_wrong_while_it_is_typed(
    tongue: Tongue, wrong: str, right: str, visit: Callable[..., Visitor], service: Service
) -> None:
    """On the form's page and in a draft; when the country changes, too. It takes one line or two."""
    visitor = visit(service.url, viewport=PHONE)
    page = visitor.goes_to(f"{tongue.prefix}/apply/")
    told = page.get_by_role("status")
    fill(page, {**COMPANY, "tax_id": "1234563219"})
    expect(told).to_contain_text(wrong)
    visitor.finds_no_barrier()
    page.locator("[name=tax_id]").fill("1234563218")
    expect(told).to_have_text(right)
    page.locator("[name=country]").select_option("DE")
    expect(told).not_to_have_text(right)
    expect(told).not_to_be_empty()
    page.locator("[name=country]").select_option("PL")
    expect(told).to_have_text(right)
    goes_on(page, "company")
    page.wait_for_url("**#partnership")
    fill(page, {"tax_id": "1234563219"})
    expect(page.locator(".field-check")).to_contain_text(wrong)
    page.locator("[name=tax_id]").fill("")
    expect(page.locator(".field-check")).to_be_empty()
