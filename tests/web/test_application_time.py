"""The answer time of applications, where the program names one: everything that deals have."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.domain.submissions import deadline
from forms_service.domain.submissions.submission import parse
from forms_service.domain.submissions.workflow import SubmissionKind
from forms_service.jobs import daily_summary, deadline_reminders
from forms_service.jobs.deadline_recount import recount
from partner_program import Program
from partner_program.business_days import BusinessCalendar
from partner_program.changes import differences
from tests.factories.clock import warsaw
from tests.factories.desk import REVIEWER_1, DeskApp, words
from tests.factories.site import make_site
from tests.web.partner.test_mails_to_contacts import mails_to, text_of

RECEIVED = warsaw("2026-12-22 10:00:00")
DUE = "2026-12-30T22:59:59"


def with_time(program: Program, days: int = 4, **rule: Any) -> Program:
    """The program with a time for applications."""
    content = program.model_dump(mode="json")
    content["applications"] = {"decide_within_business_days": days}
    content["deal_registration"] |= rule
    return Program.model_validate_json(json.dumps(content))


@pytest.fixture
def app(tmp_path: Path, program: Program) -> Iterator[DeskApp]:
    timed = with_time(program, pause_on_question=True)
    make_site(tmp_path / "one", timed)
    opened = DeskApp(tmp_path / "one", tmp_path / "data", timed)
    opened.clock.now = RECEIVED
    yield opened
    opened.close()


def status(app: DeskApp, reference: str, prefix: str = "") -> str:
    token = app.service.submissions.token_of(parse(app.record(reference)))
    return words(app.app.test_client().get(f"{prefix}/status/{token}"))


@given(
    days=st.integers(1, 30),
    at=st.datetimes(
        min_value=warsaw("2026-01-01 00:00:00").replace(tzinfo=None),
        max_value=warsaw("2027-12-31 00:00:00").replace(tzinfo=None),
    ),
)
def test_an_application_is_due_when_a_deal_of_as_many_days_is(program: Program, days: int, at: Any) -> None:
    """One count of business days for both, and none where the program is silent."""
    received = at.replace(tzinfo=RECEIVED.tzinfo)
    deals = program.deal_registration.model_copy(update={"decide_within_business_days": days})
    rule = deadline.rule_for(SubmissionKind.APPLICATION, with_time(program, days))
    assert rule is not None
    calendar = BusinessCalendar.of(deals)
    assert deadline.fields(deadline.started(received, rule), BusinessCalendar.of(rule)) == deadline.fields(
        deadline.started(received, deals), calendar
    )
    assert deadline.rule_for(SubmissionKind.APPLICATION, program) is None


def test_pages_say_until_when(app: DeskApp) -> None:
    """The status page in both languages, its calendar file, the desk's page and queue."""
    reference = app.application()
    record = app.record(reference)
    assert record["decide_by"].startswith(DUE)
    polish, english = status(app, reference), status(app, reference, "/en")
    assert "Decyzja najpóźniej: środa, 30 grudnia 2026" in polish and "w ciągu 4 dni roboczych" in polish
    assert "Decision by: Wednesday 30 December 2026" in english and "within 4 business days" in english
    browser = app.browser()
    assert "4 business days left" in words(browser.get(f"/desk/submissions/{reference}"))
    assert "4 business days left" in words(browser.get("/desk/"))
    token = app.service.submissions.token_of(parse(record))
    assert b"DTSTART;VALUE=DATE:20261230" in app.app.test_client().get(f"/status/{token}.ics").data


def test_a_question_stops_the_clock_and_reopening_starts_it_anew(app: DeskApp) -> None:
    reference, browser = app.application(), app.browser()
    app.do(browser, reference, "take")
    app.do(browser, reference, "ask", text="Which one?")
    assert app.record(reference)["decide_by"] is None
    assert "paused" in status(app, reference, "/en")
    assert f"Answer our question. Reference: {reference}" in status(app, reference, "/en")
    assert f"Odpowiedz na nasze pytanie. Numer: {reference}" in status(app, reference)
    app.service.submissions.answer(reference, "This one.", question=1, program=app.program)
    assert app.record(reference)["decide_by"].startswith(DUE)
    app.do(browser, reference, "reject", text="Not now")
    assert deadline.decided_on_time(parse(app.record(reference))) is True
    app.clock.now = warsaw("2027-01-04 10:00:00")
    app.do(app.browser(), reference, "reopen", reason="A mistake")
    assert app.record(reference)["decide_by"].startswith("2027-01-11T22:59:59")


def test_what_is_pre_accepted_is_not_promised_an_answer_again(app: DeskApp) -> None:
    reference = app.application()
    app.do(app.browser(), reference, "pre_accept")
    assert "4 business days" not in status(app, reference, "/en")


def test_who_is_late_is_reminded_and_told(app: DeskApp) -> None:
    """On the eve, on the day and after; the summary and the queue count it with the deals."""
    reference, rule = app.application(), app.program.deal_registration
    calendar = BusinessCalendar.of(rule)
    stages = {
        day: deadline_reminders.stage(parse(app.record(reference)), date.fromisoformat(day), rule, calendar)
        for day in ("2026-12-28", "2026-12-29", "2026-12-30", "2026-12-31")
    }
    assert [stages[day] for day in stages] == [None, "eve", "due", "overdue"]
    app.clock.now = warsaw("2026-12-31 10:00:00")
    said = daily_summary.facts([parse(app.record(reference))], app.clock(), calendar, 0)
    assert (said["overdue"], said["applications"], said["urgent"]) == (1, 0, [reference])
    assert reference in words(app.browser().get("/desk/?overdue=y"))
    app.do(app.browser(), reference, "reject", text="Late")
    assert deadline.decided_on_time(parse(app.record(reference))) is False


def test_mails_say_until_when(app: DeskApp) -> None:
    """To the sender and to staff; the reminder calls it an application."""
    reference = app.application()
    app.clock.now = warsaw("2026-12-30 10:00:00")
    record = parse(app.record(reference))
    assert deadline_reminders.send(app.service.store, record, date(2026, 12, 30), app.program, app.clock())
    sentence = "Decyzja najpóźniej: środa, 30 grudnia 2026"
    (received,) = (text_of(mail) for mail in mails_to(app, "contact@partner.example"))
    assert sentence in received
    (notice,) = (text_of(mail) for mail in mails_to(app, app.program.contact.email))
    assert sentence in notice
    (reminder,) = (text_of(mail) for mail in mails_to(app, REVIEWER_1))
    assert "Zgłoszenie partnerskie czeka na decyzję." in reminder and "termin mija dziś" in reminder


def test_a_day_off_that_is_added_moves_it(app: DeskApp) -> None:
    reference = app.application()
    rule = app.program.deal_registration
    recount(app.service.store, app.clock(), rule)
    off = with_time(
        app.program, extra_days_off=[{"date": "2026-12-29", "name": {"pl": "Wolne", "en": "Off"}}]
    ).deal_registration
    assert recount(app.service.store, app.clock(), off) == 1
    assert app.record(reference)["decide_by"].startswith("2026-12-31T22:59:59")


def test_an_application_from_before_has_no_deadline(app: DeskApp, program: Program) -> None:
    """Nothing was promised to it, and its reopening promises nothing."""
    app.program, timed = program, app.program
    reference, browser = app.application(), app.browser()
    app.program = timed
    app.do(browser, reference, "reject", text="No")
    app.do(browser, reference, "reopen", reason="A mistake")
    assert app.record(reference)["decide_by"] is None
    assert "Decyzja najpóźniej" not in status(app, reference)


def test_that_a_time_is_named_is_a_change_of_the_program(program: Program) -> None:
    (change,) = differences(program, with_time(program))
    assert "10" not in str(change) and "4 dni robocze" in str(change)
