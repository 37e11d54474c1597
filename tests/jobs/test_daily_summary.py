"""The morning's summary."""

from collections.abc import Callable

from forms_service.domain.submissions.workflow import Action
from tests.factories.jobs import ADVISOR, PEER, READER, Office

OpenOffice = Callable[..., Office]


def test_it_counts_each_submission_once_and_names_what_cannot_wait(open_office: OpenOffice) -> None:
    office = open_office("2026-11-27 12:00")
    office.let_in(ADVISOR)
    office.deal("DEAL-2222-2222", "2026-11-23 12:00")  # was due on Wednesday
    office.deal("DEAL-3333-3333", "2026-11-26 12:00")  # due on Monday 30
    office.deal("DEAL-4444-4444", "2026-11-27 09:00")  # due on Tuesday
    office.deal("DEAL-5555-5555", "2026-11-29 12:00")  # due on Tuesday
    office.deal("DEAL-6666-6666", "2026-11-23 12:00")
    office.approve("DEAL-6666-6666")
    office.application()
    office.run("2026-11-30 07:00")
    (summary,) = office.mails("summary")
    assert summary["facts"] == {
        "overdue": 1,
        "today": 1,
        "next_day": 2,
        "later": 0,
        "paused": 0,
        "applications": 1,
        "unreached": 0,
        "urgent": ["DEAL-2222-2222", "DEAL-3333-3333", "DEAL-4444-4444", "DEAL-5555-5555"],
    }


def test_on_business_days_only_once_to_everybody_who_may_decide(open_office: OpenOffice) -> None:
    office = open_office("2026-12-23 12:00")
    for person, role in ((ADVISOR, "reviewer"), (PEER, "administrator"), (READER, "reader")):
        office.let_in(person, role)
    office.application()
    office.run("2026-12-23 13:00")  # the service starts late on this day
    office.hours("2026-12-30 12:00")
    days = [when for when, _, _ in office.told("summary")]
    mornings = [f"2026-12-{day} 07:00" for day in (28, 28, 29, 29, 30, 30)]
    assert days == ["2026-12-23 13:00"] * 2 + mornings
    assert {to for _, _, to in office.told("summary")} == {ADVISOR, PEER}


def test_where_nothing_waits_there_is_none(open_office: OpenOffice) -> None:
    office = open_office("2026-11-23 12:00")
    office.let_in(ADVISOR)
    office.deal()
    office.reject()
    office.hours("2026-11-27 12:00")
    assert office.mails("summary") == []


def test_what_waits_for_an_answer_with_the_clock_stopped_is_counted_apart(open_office: OpenOffice) -> None:
    office = open_office("2026-11-23 12:00")
    office.let_in(ADVISOR)
    office.deal()
    office.stop_clock("DEAL-2222-2222")
    office.run("2026-11-24 07:00")
    assert office.mails("summary")[0]["facts"]["paused"] == 1


def test_it_holds_nothing_about_people(open_office: OpenOffice) -> None:
    """What people typed is looked up when it is sent: an erasure between the two is an erasure."""
    office = open_office("2026-11-23 12:00")
    office.let_in(ADVISOR)
    office.deal()
    office.do("DEAL-2222-2222", Action.TAKE)
    office.run("2026-11-24 07:00")
    assert "Zgrabka" not in str(office.mails("summary", "reminder"))
