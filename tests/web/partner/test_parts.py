"""The five parts of a partner's pages, and the addresses of sections that once were pages."""

import re

import pytest

from forms_service.web.partner_record.parts import PARTS, SECTIONS
from tests.factories.desk import DeskApp, words
from tests.factories.partner_records import active, signed_in

MOVED = {
    "overview": "",
    "due": "#due",
    "revenue": "/deals#revenue",
    "people": "/team",
    "planning": "/plan",
    "activities": "/plan#activities",
    "attestation": "/plan#attestation",
    "renewal": "/plan#renewal",
    "profile": "/company",
    "past": "/company#past",
}
"""Where each page of before is now."""


def test_a_bookmark_of_an_old_page_leads_to_its_section(desk_app: DeskApp) -> None:
    """For both sides, with what was asked for; the section is on the page."""
    company = active(desk_app)
    assert set(MOVED) == set(SECTIONS) - {"deals"}
    for browser, base in ((signed_in(desk_app), "/partner"), (desk_app.browser(), "/desk/partners")):
        here = f"{base}/{company.reference}"
        for old, new in MOVED.items():
            answer = browser.get(f"{here}/{old}")
            assert (answer.status_code, answer.location) == (301, here + new)
            assert f'id="{old}"' in browser.get(answer.location).text
        path, _, fragment = (f"{here}{MOVED['activities']}").partition("#")
        assert browser.get(f"{here}/activities?year=1").location == f"{path}?year=1#{fragment}"
        assert (
            browser.get(f"{here}/revenue?year=1&page=2").location == f"{here}/deals?year=1&amounts=2#revenue"
        )
        assert browser.get(f"{here}/no-such-part").status_code == 404
        assert browser.get(f"{here}/team?done=//evil.example").status_code == 200


@pytest.mark.parametrize("desk", [False, True])
def test_what_was_saved_is_said_at_its_section(desk_app: DeskApp, desk: bool) -> None:
    company = active(desk_app)
    browser = desk_app.browser() if desk else signed_in(desk_app)
    answer = company.post(
        browser, "activities", "plan_activity", desk=desk, title="A webinar", planned_for="2027-01-08"
    )
    assert answer.location.endswith("/plan?done=activities#activities")
    shown = browser.get(answer.location).text
    assert shown.count('role="status"') == 1
    before, _, after = shown.partition('<section class="part" id="activities"')
    assert "Saved." in after.partition("</section>")[0] and "Saved." not in before


def test_every_part_is_in_the_navigation_and_tells_where_one_is(desk_app: DeskApp) -> None:
    """Each id stands once on its page, whatever sections are on it."""
    company = active(desk_app)
    for browser, base in ((signed_in(desk_app), "/partner"), (desk_app.browser(), "/desk/partners")):
        for name in PARTS:
            end = "" if name == "overview" else f"/{name}"
            html = browser.get(f"{base}/{company.reference}{end}").text
            tabs = html.partition('id="parts"')[2].partition("</nav>")[0]
            assert tabs.count("<li>") == len(PARTS) == 5
            assert f'href="{base}/{company.reference}{end}" aria-current="page"' in tabs
            ids = re.findall(r'\bid="([^"]+)"', html)
            assert len(ids) == len(set(ids))


def test_the_scorecard_begins_with_how_far_and_what_is_to_do(desk_app: DeskApp) -> None:
    """The rest is folded; both numbers and rows are the same on both sides."""
    company = active(desk_app)
    found = []
    for browser, base in ((signed_in(desk_app), "/partner"), (desk_app.browser(), "/desk/partners")):
        html = browser.get(f"{base}/{company.reference}").text.partition('id="scorecard"')[2]
        first, _, folded = html.partition('<details class="act settled">')
        met, counted = map(int, re.findall(r"(\d+) of (\d+) requirements met", first)[0])
        assert f'<progress max="{counted}" value="{met}"' in first
        assert first.count('<tr><th scope="row">') >= counted - met > 0 < met
        assert "status--met" not in first
        assert "status--met" in folded.partition("</details>")[0]
        found.append((met, counted))
    assert found[0] == found[1]


def test_the_renewed_year_says_how_far_it_came(desk_app: DeskApp) -> None:
    company = active(desk_app)
    assert "requirements met" in words(signed_in(desk_app).get(f"/partner/{company.reference}/plan"))


def test_the_running_year_is_named_once(desk_app: DeskApp) -> None:
    company = active(desk_app)
    text = words(signed_in(desk_app).get(f"/partner/{company.reference}/plan"))
    assert len(re.findall(r"partner year 1: \d+ \w+ \d{4}", text)) == 1
