"""An approval that is valid for a time, where the program says so: until when, and for longer on request."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from partner_program import Program
from tests.service.fixture_site import make_site

from .office import OWN, REVIEWER_1, WATCHER, Office, value_of, words


@pytest.fixture
def protecting(program: Program, tmp_path: Path) -> Iterator[Office]:
    """An office whose program protects approvals for ninety days."""
    content = program.model_dump()
    content["deal_registration"]["protection"] = {"days": 90, "reminder_days_before": 14}
    changed = Program.model_validate(content)
    site = make_site(tmp_path / "site" / "built", changed, mark="protecting")
    office = Office(site, tmp_path / "data", changed)
    yield office
    office.close()


def test_until_when_it_is_valid_and_for_longer(protecting: Office) -> None:
    browser = protecting.browser()
    reference = protecting.deal()
    protecting.approve(browser, reference)
    address = f"/desk/submissions/{reference}"
    assert "Valid until: Sunday 21 February 2027" in words(browser.get(address))
    assert "Extend" not in words(protecting.browser(WATCHER).get(address))

    def extend(until: str, version: str = "") -> tuple[int, str]:
        data = {"until": until, "version": version or str(protecting.record(reference)["version"])}
        answer = browser.post(f"{address}/extend", data=data, headers=OWN)
        if answer.status_code == 303:
            return 303, words(browser.get(answer.location))
        assert value_of(answer, "until") == until
        return answer.status_code, words(answer)

    status, said = extend("2027-02-21")
    assert (status, "Enter a day after 21 Feb 2027" in said) == (422, True)
    status, said = extend("next year")
    assert (status, "Enter the date as year-month-day" in said) == (422, True)
    status, said = extend("2027-05-31", version="1")
    assert (status, "Somebody changed this while you were reading." in said) == (409, True)
    status, said = extend("2027-05-31")
    assert status == 303
    assert "Valid until: Monday 31 May 2027" in said
    assert f"{REVIEWER_1} valid for longer {reference}" in words(browser.get("/desk/history"))


def test_where_the_program_names_no_day_there_is_none(office: Office) -> None:
    browser, reference = office.browser(), office.deal()
    office.approve(browser, reference)
    said = words(browser.get(f"/desk/submissions/{reference}"))
    assert "Valid until" not in said
    data = {"until": "2027-05-31", "version": str(office.record(reference)["version"])}
    answer = browser.post(f"/desk/submissions/{reference}/extend", data=data, headers=OWN)
    assert answer.status_code == 400
