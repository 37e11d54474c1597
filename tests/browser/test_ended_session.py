"""Somebody writes for long, and their session ends meanwhile: nothing of what they wrote is lost."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.clocked import Place
from tests.browser.steps import deal, fill, send


@pytest.fixture(scope="module")
def place(site_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    opened = Place(site_folder, tmp_path_factory.mktemp("ended"))
    yield opened
    opened.close()


def test_what_was_typed_is_sent_after_signing_in_again(place: Place, browser: Browser) -> None:
    """In another tab; then one press on the page that said so, without a script."""
    place.clock.set("2026-11-25 10:00")
    context = browser.new_context(locale="pl-PL", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{place.url}/register-deal/")
    fill(page, deal(expected_close="2027-03-31"))
    send(page)
    reference = re.search("DEAL-[2-9A-Z]{4}-[2-9A-Z]{4}", page.locator("main").inner_text())
    assert reference is not None
    place.signs_in(page)
    page.goto(f"{place.url}/desk/submissions/{reference[0]}")
    page.locator("details.act > summary", has_text="Zapytaj").click()
    page.locator("#ask-text").fill("Od kiedy?\nI <dlaczego>?")
    place.clock.now += timedelta(hours=13)
    page.get_by_role("button", name="Wyślij pytanie").click()
    expect(page.locator("h1")).to_have_text(re.compile("signed out|Sesja"))

    place.signs_in(context.new_page())
    page.get_by_role("button", name=re.compile("once more|jeszcze raz")).click()
    expect(page.locator("[role=status]")).to_contain_text("Pytanie jest na stronie statusu")
    expect(page.locator(".asked-last")).to_contain_text("Od kiedy?I <dlaczego>?")
    context.close()
