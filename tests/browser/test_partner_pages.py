"""A partner's pages in a real browser, with all that staff can press: any language, phone and desktop."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from forms_service.web.partner_record.parts import PARTS
from partner_program import load_published
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.desk_steps import ADMIN, Sign, staff
from tests.conftest import Service
from tests.factories.desk import OWN, DeskApp
from tests.factories.partner_records import MEETING, active, pre_accepted

Partners = tuple[Service, list[str]]
ORDINARY = "5260250274"


@pytest.fixture(scope="module")
def partners(
    site_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Service, list[str]]]:
    """A partner in its first year, and one in onboarding."""
    data = tmp_path_factory.mktemp("partners") / "data"
    desk_app = DeskApp(site_folder, data, load_published(site_folder / "program.json"))
    first = active(desk_app)
    staff_browser = desk_app.browser()
    first.post(staff_browser, "activities", "plan_activity", desk=True, title="A webinar")
    first.post(
        staff_browser, "planning", "plan_meeting", desk=True, **MEETING | {"planned_for": "2027-01-10"}
    )
    first.post(staff_browser, "planning", "set_goal", desk=True, kind="marketing", text="Be seen")
    amount = {"date": "2026-11-23", "amount": "1000,50", "currency": "PLN", "invoiced_to": "partner"}
    base = f"/desk/partners/{first.reference}/amounts"
    model = {"model": desk_app.program.models[0].id}
    assert staff_browser.post(base, data=amount | model, headers=OWN).status_code == 303
    second = pre_accepted(desk_app, tax_id=ORDINARY, company_name="Other Company")
    desk_app.close()
    running = Service.start(site_folder, data)
    yield running, [first.reference, second.reference]
    running.end()


@pytest.fixture
def sign(browser: Browser, partners: Partners) -> Iterator[Sign]:
    with staff(browser, partners[0]) as signed:
        yield signed


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("lang", ["pl", "en"])
def test_no_page_of_a_partner_has_a_barrier(
    lang: str, viewport: dict[str, int], sign: Sign, partners: Partners
) -> None:
    """axe is content, also with every form unfolded; nothing scrolls sideways."""
    visitor = sign(ADMIN, lang=lang, viewport=viewport)
    active_one, new_one = partners[1]
    sections = [f"/desk/partners/{active_one}/{section}" for section in PARTS if section != "overview"]
    for address in (
        "/desk/partners",
        f"/desk/partners/{new_one}",
        f"/desk/partners/{active_one}",
        *sections,
    ):
        visitor.goes_to(address)
        visitor.unfolds(lang)
