"""The morning's summary."""

from collections.abc import Callable

from forms_service.domain.submissions.workflow import Action
from tests.factories.jobs import ADVISOR, PEER, READER, JobsApp

OpenJobs = Callable[..., JobsApp]


def test_it_counts_each_submission_once_and_names_what_cannot_wait(open_jobs: OpenJobs) -> None:
    jobs_app = open_jobs("2026-11-27 12:00")
    jobs_app.let_in(ADVISOR)
    jobs_app.deal("DEAL-2222-2222", "2026-11-23 12:00")  # was due on Wednesday
    jobs_app.deal("DEAL-3333-3333", "2026-11-26 12:00")  # due on Monday 30
    jobs_app.deal("DEAL-4444-4444", "2026-11-27 09:00")  # due on Tuesday
    jobs_app.deal("DEAL-5555-5555", "2026-11-29 12:00")  # due on Tuesday
    jobs_app.deal("DEAL-6666-6666", "2026-11-23 12:00")
    jobs_app.approve("DEAL-6666-6666")
    jobs_app.application()
    jobs_app.run("2026-11-30 07:00")
    (summary,) = jobs_app.mails("summary")
    assert summary["facts"] == {
        "overdue": 1,
        "today": 1,
        "next_day": 2,
        "later": 0,
        "paused": 0,
        "applications": 1,
        "unreached": 0,
        "trapped": 0,
        "urgent": ["DEAL-2222-2222", "DEAL-3333-3333", "DEAL-4444-4444", "DEAL-5555-5555"],
    }


def test_on_business_days_only_once_to_everybody_who_may_decide(open_jobs: OpenJobs) -> None:
    jobs_app = open_jobs("2026-12-23 12:00")
    for person, role in ((ADVISOR, "reviewer"), (PEER, "administrator"), (READER, "reader")):
        jobs_app.let_in(person, role)
    jobs_app.application()
    jobs_app.run("2026-12-23 13:00")  # the service starts late on this day
    jobs_app.hours("2026-12-30 12:00")
    days = [when for when, _, _ in jobs_app.told("summary")]
    mornings = [f"2026-12-{day} 07:00" for day in (28, 28, 29, 29, 30, 30)]
    assert days == ["2026-12-23 13:00"] * 2 + mornings
    assert {to for _, _, to in jobs_app.told("summary")} == {ADVISOR, PEER}


def test_where_nothing_waits_there_is_none(open_jobs: OpenJobs) -> None:
    jobs_app = open_jobs("2026-11-23 12:00")
    jobs_app.let_in(ADVISOR)
    jobs_app.deal()
    jobs_app.reject()
    jobs_app.hours("2026-11-27 12:00")
    assert jobs_app.mails("summary") == []


def test_what_waits_for_an_answer_with_the_clock_stopped_is_counted_apart(open_jobs: OpenJobs) -> None:
    jobs_app = open_jobs("2026-11-23 12:00")
    jobs_app.let_in(ADVISOR)
    jobs_app.deal()
    jobs_app.stop_clock("DEAL-2222-2222")
    jobs_app.run("2026-11-24 07:00")
    assert jobs_app.mails("summary")[0]["facts"]["paused"] == 1


def test_it_holds_nothing_about_people(open_jobs: OpenJobs) -> None:
    """What people typed is looked up when it is sent: an erasure between the two is an erasure."""
    jobs_app = open_jobs("2026-11-23 12:00")
    jobs_app.let_in(ADVISOR)
    jobs_app.deal()
    jobs_app.do("DEAL-2222-2222", Action.TAKE)
    jobs_app.run("2026-11-24 07:00")
    assert "Zgrabka" not in str(jobs_app.mails("summary", "reminder"))


def test_what_the_honeypot_caught_is_told_once(open_jobs: OpenJobs) -> None:
    """In the summary after it came, over a weekend, too; also where nothing else waits."""
    jobs_app = open_jobs("2026-11-27 12:00")
    jobs_app.let_in(ADVISOR)
    for reference, at in (("DEAL-2222-2222", "2026-11-27 14:00"), ("DEAL-3333-3333", "2026-11-29 12:00")):
        jobs_app.deal(reference, at)
        with jobs_app.store.batch() as batch:
            record = batch.get("records", reference)
            assert record is not None
            batch.replace("records", {**record, "trapped": True}, record["version"])
    jobs_app.hours("2026-12-02 12:00")
    told = [(mail["created_at"][:10], mail["facts"]["trapped"]) for mail in jobs_app.mails("summary")]
    assert told == [("2026-11-30", 2)]
    assert jobs_app.mails("summary")[0]["facts"]["urgent"] == []
