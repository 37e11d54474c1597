"""An approval that is valid for a time, where the program says so: until when, and for longer on request."""

from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import cast

import pytest

from partner_program import Program
from tests.factories.desk import OWN, REVIEWER_1, WATCHER, DeskApp, conflict_lookups, value_of, words
from tests.factories.site import make_site


@pytest.fixture
def protecting(program: Program, tmp_path: Path) -> Iterator[DeskApp]:
    """An desk_app whose program protects approvals for ninety days."""
    content = program.model_dump()
    content["deal_registration"]["protection"] = {"days": 90, "reminder_days_before": 14}
    changed = Program.model_validate(content)
    site = make_site(tmp_path / "site" / "built", changed, mark="protecting")
    desk_app = DeskApp(site, tmp_path / "protecting", changed)
    yield desk_app
    desk_app.close()


def test_until_when_it_is_valid_and_for_longer(protecting: DeskApp) -> None:
    browser = protecting.browser()
    reference = protecting.deal()
    protecting.approve(browser, reference)
    address = f"/desk/submissions/{reference}"
    assert "Valid until: Sunday 21 February 2027" in words(browser.get(address))
    assert "Extend" not in words(protecting.browser(WATCHER).get(address))

    def extend(until: str, version: str = "") -> tuple[int, str]:
        data = {"until": until, "version": version or str(protecting.record(reference)["version"])}
        with conflict_lookups() as looked_up:
            answer = browser.post(f"{address}/extend", data=data, headers=OWN)
        assert len(looked_up) == (answer.status_code != 303)
        if answer.status_code == 303:
            return 303, words(browser.get(answer.location))
        assert value_of(answer, "until") == until
        return answer.status_code, words(answer)

    status, said = extend("2027-02-21")
    assert (status, "Enter a day after 21 Feb 2027" in said) == (422, True)
    status, said = extend("next year")
    assert (status, "Choose the day, or type it" in said) == (422, True)
    status, said = extend("2027-05-31", version="1")
    assert (status, "Somebody changed this while you were reading." in said) == (409, True)
    status, said = extend("2027-05-31")
    assert status == 303
    assert "Valid until: Monday 31 May 2027" in said
    assert f"{REVIEWER_1} validity extended {reference}" in words(browser.get("/desk/history"))


def test_where_the_program_names_no_day_there_is_none(desk_app: DeskApp) -> None:
    browser, reference = desk_app.browser(), desk_app.deal()
    desk_app.approve(browser, reference)
    said = words(browser.get(f"/desk/submissions/{reference}"))
    assert "Valid until" not in said
    data = {"until": "2027-05-31", "version": str(desk_app.record(reference)["version"])}
    answer = browser.post(f"/desk/submissions/{reference}/extend", data=data, headers=OWN)
    assert answer.status_code == 400


def test_the_sender_reads_it_in_the_mail_and_on_the_status_page(protecting: DeskApp) -> None:
    """And that it is longer now, and that it is over."""
    browser, reference = protecting.browser(), protecting.deal()
    protecting.approve(browser, reference)
    parts = protecting.service
    status = f"/status/{parts.submissions.token_of(protecting.record(reference))}"

    def page() -> str:
        return words(protecting.app.test_client().get(status))

    assert "Ważne do: niedziela, 21 lutego 2027." in page()
    parts.outbox.deliver_due()
    letters = [message(file) for file in (parts.settings.data_dir / "mail").glob("*.eml")]
    (approval,) = [letter for letter in letters if str(letter["Subject"]).startswith("Zgoda")]
    for part in ("plain", "html"):
        body = approval.get_body((part,))
        assert body is not None
        assert "Ważne do: niedziela, 21 lutego 2027." in body.get_content()
    data = {"until": "2027-05-31", "version": str(protecting.record(reference)["version"])}
    browser.post(f"/desk/submissions/{reference}/extend", data=data, headers=OWN)
    assert "Ważne do: poniedziałek, 31 maja 2027." in page()
    assert "Ten dzień minął." not in page()
    protecting.clock.now = datetime(2027, 6, 1, 8, 0, tzinfo=UTC)
    assert "Ważne do: poniedziałek, 31 maja 2027. Ten dzień minął." in page()
    said = words(protecting.browser().get(f"/desk/submissions/{reference}"))
    assert "Valid until: Monday 31 May 2027. That day is over." in said


def test_an_approval_that_is_over_takes_nothing_from_anybody(protecting: DeskApp) -> None:
    """It is shown beside the next registration of the customer, and asks for no reason."""
    protecting.approve(protecting.browser(), protecting.deal(partner_email="first@partner.example"))
    protecting.clock.forward(days=80)
    during = protecting.deal(partner_email="second@partner.example")
    assert protecting.approve(protecting.browser(), during).status_code == 422
    protecting.clock.forward(days=20)
    browser, after = protecting.browser(), protecting.deal(partner_email="third@partner.example")
    protecting.do(browser, during, "reject", reason="cannot-register")
    said = words(browser.get(f"/desk/submissions/{after}"))
    assert "This customer had an approval that is over: first@partner.example" in said
    assert "Approved before." not in said
    assert protecting.approve(browser, after).status_code == 303


def test_a_list_says_until_when_where_there_is_an_until(protecting: DeskApp, desk_app: DeskApp) -> None:
    reference = protecting.deal()
    protecting.approve(protecting.browser(), reference)
    for place, expected in ((protecting, True), (desk_app, False)):
        answer = place.browser().post("/desk/export?state=all", data={"format": "csv"}, headers=OWN)
        assert ("Valid until" in answer.data.decode("utf-8-sig")) is expected
        assert ("2027-02-21" in answer.data.decode("utf-8-sig")) is expected


def test_no_day_is_too_far_away(protecting: DeskApp) -> None:
    """Somebody who types 2207 for 2027 is asked."""
    browser, reference = protecting.browser(), protecting.deal()
    protecting.approve(browser, reference)
    for until in ("2207-02-21", "9999-12-31"):
        data = {"until": until, "version": str(protecting.record(reference)["version"])}
        answer = browser.post(f"/desk/submissions/{reference}/extend", data=data, headers=OWN)
        assert answer.status_code == 422
        assert "Enter a day within the next ten years" in words(answer)
        assert value_of(answer, "until") == until


def message(file: Path) -> EmailMessage:
    return cast(EmailMessage, message_from_bytes(file.read_bytes(), policy=policy.default))
