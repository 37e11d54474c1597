"""The promise over days off and changes of clocks, as both sides see it in a browser, by a set clock."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from tests.browser.clocked import Place
from tests.browser.conftest import PHONE
from tests.browser.steps import deal, fill, send

DAYS = [
    ("2026-12-23 10:00", "2026-12-29", "wtorek, 29 grudnia 2026", ["24 i 25 grudnia", "26 i 27 grudnia"]),
    ("2027-03-26 10:00", "2027-03-31", "środa, 31 marca 2027", ["27 i 28 marca", "29 marca"]),
    ("2026-04-30 10:00", "2026-05-05", "wtorek, 5 maja 2026", ["1 maja", "2 i 3 maja"]),
    ("2026-06-03 10:00", "2026-06-08", "poniedziałek, 8 czerwca 2026", ["4 czerwca", "6 i 7 czerwca"]),
    ("2026-11-10 10:00", "2026-11-13", "piątek, 13 listopada 2026", ["11 listopada"]),
    ("2026-10-23 10:00", "2026-10-27", "wtorek, 27 października 2026", ["24 i 25 października"]),
    ("2026-03-27 23:30", "2026-03-31", "wtorek, 31 marca 2026", ["28 i 29 marca"]),
]
"""Christmas, Easter (and summer time), 1 and 3 May, Corpus Christi, 11 November, both changes of clocks."""


@pytest.fixture(scope="module")
def place(site_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    opened = Place(site_folder, tmp_path_factory.mktemp("days"))
    yield opened
    opened.close()


@pytest.mark.parametrize(("registered", "due", "said", "skipped"), DAYS, ids=[row[0] for row in DAYS])
def test_until_the_last_second_and_after_it(
    place: Place, browser: Browser, registered: str, due: str, said: str, skipped: list[str]
) -> None:
    """The status page names the day and those that do not count; the desk says: today, then: late."""
    place.clock.set(registered)
    closing = (date.fromisoformat(due) + timedelta(days=60)).isoformat()
    sender = browser.new_context(locale="pl-PL").new_page()
    sender.goto(f"{place.url}/register-deal/")
    fill(
        sender,
        deal(customer_name=f"Customer of {due}", partner_email=f"{due}@example.com", expected_close=closing),
    )
    send(sender)
    expect(sender).to_have_url(re.compile("/status/"))
    main = sender.locator("main")
    expect(main).to_contain_text(f"Decyzja najpóźniej: {said}, do końca dnia.")
    for days in skipped:
        expect(main).to_contain_text(days)

    reviewer = browser.new_context(
        locale="pl-PL", viewport=ViewportSize(width=PHONE["width"], height=PHONE["height"])
    ).new_page()
    for moment in (f"{due} 00:00:00", f"{due} 23:59:59"):
        place.clock.set(moment)
        place.signs_in(reviewer)
        expect(row_of(reviewer, due)).to_contain_text("termin mija dziś")
        reviewer.goto(f"{place.url}/desk/?overdue=y")
        expect(row_of(reviewer, due)).to_have_count(0)
    place.clock.now += timedelta(seconds=1)
    place.signs_in(reviewer)
    expect(row_of(reviewer, due)).to_contain_text("po terminie od 1 dnia roboczego")
    reviewer.goto(f"{place.url}/desk/?overdue=y")
    row_of(reviewer, due).locator("a").click()
    expect(reviewer.locator(".case__state")).to_contain_text("po terminie od 1 dnia roboczego")
    fill(reviewer, {"benefit": "discount", "percent": "5"})
    reviewer.get_by_role("button", name="Zgoda", exact=True).click()
    expect(reviewer.locator(".decided")).to_contain_text("po terminie")
    for each in (sender, reviewer):
        each.context.close()


def row_of(page: Page, due: str) -> Locator:
    """The deal in the list."""
    return page.locator(".queue tbody tr", has_text=f"Customer of {due}")
