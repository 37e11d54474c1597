"""The example desk: everything in it is a valid story, and every page of it can be looked at."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from forms_service.app import create_app, service_of
from forms_service.cli.demo import companies
from forms_service.cli.demo.command import fill
from forms_service.cli.demo.submissions import ADMIN
from forms_service.settings import Settings
from forms_service.web.partner_record.parts import OVERVIEW, PARTS
from tests.factories.desk import OWN, words

MOMENTS = {
    "a working day": datetime(2026, 11, 25, 9, 30, tzinfo=UTC),
    "a Sunday night": datetime(2026, 11, 29, 2, 0, tzinfo=UTC),
    "Christmas": datetime(2026, 12, 25, 12, 0, tzinfo=UTC),
    "a night in which the clocks change": datetime(2027, 3, 28, 1, 30, tzinfo=UTC),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_example_can_be_looked_at(site: Path, tmp_path: Path, moment: str) -> None:
    """Overdue, due, conflicting, asked, corrected, decided: whenever it is begun; no page fails."""
    now = MOMENTS[moment]
    settings = Settings.from_environment(
        {"SITE_DIR": str(site), "DATA_DIR": str(tmp_path), "RATE_LIMIT": "off"}
    )
    fill(tmp_path, settings, now)
    app = create_app(settings, clock=lambda: now)
    try:
        browser = app.test_client()
        link = service_of(app).auth.staff_admin.first_administrator_link()
        assert link is not None
        browser.post(link.removeprefix(settings.base_url), headers=OWN)
        browser.post("/desk/language", data={"lang": "en"}, headers=OWN)
        said = words(browser.get("/desk/"))
        for expected in ("overdue", "conflict", "check the sender", "Waiting for the sender's answer", ADMIN):
            assert expected in said
        every = browser.get("/desk/?state=all").text
        addresses = set(re.findall(r'href="(/desk/submissions/[A-Z0-9-]+)"', every))
        assert len(addresses) > 40
        listed = browser.get("/desk/partners?state=all")
        for expected in ("Gold Active", "Silver Active", "Silver Onboarding", "Gold Onboarding"):
            assert expected in words(listed)
        partners = set(re.findall(r'href="(/desk/partners/PAR-[A-Z0-9-]+)"', listed.text))
        assert len(partners) == 4
        overviews = [words(browser.get(address)) for address in partners]
        for expected in ("Yearly attestation", "Technical qualification expires", "Missing for Gold"):
            assert any(expected in each for each in overviews), expected
        for address in partners:
            assert {browser.get(f"{address}/{name}").status_code for name in PARTS if name != OVERVIEW} == {
                200
            }
        for address in (*addresses, "/desk/figures", "/desk/history", "/desk/mails", "/desk/?trapped=y"):
            assert browser.get(address).status_code == 200, address
    finally:
        service_of(app).store.close()


def test_nobody_in_it_exists() -> None:
    """Domains are reserved for examples, and tax numbers are of an desk_app that there is not."""
    partners = (*companies.PARTNERS, *companies.APPLICANTS)
    customers = (*companies.CUSTOMERS, *companies.FORMER_CUSTOMERS)
    assert {partner.domain.rpartition(".")[2] for partner in partners} == {"example"}
    assert {customer.website.rpartition(".")[2] for customer in customers} == {"example"}
    numbers = [each.tax_id for each in (*partners, *customers) if each.tax_id]
    assert all(number.startswith("000") for number in numbers)
    assert len(set(numbers)) == len(numbers)
    assert ADMIN.endswith("@example.com")
