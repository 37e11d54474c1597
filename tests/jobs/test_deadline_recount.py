"""Deadlines are counted again when the days off change."""

from collections.abc import Callable

from forms_service.domain.submissions.submission_labels import local
from forms_service.domain.submissions.workflow import Action
from partner_program import Program
from partner_program.model import DayOff, Text
from tests.factories.jobs import ADVISOR, JobsApp, with_rule

OpenJobs = Callable[..., JobsApp]

DAY_OFF = DayOff(date="2026-11-24", name=Text(pl="Dzień wolny", en="A day off"))


def due(jobs_app: JobsApp, reference: str = "DEAL-2222-2222") -> str:
    return local(jobs_app.record(reference)["decide_by"], jobs_app.program).date().isoformat()


def test_an_extra_day_off_moves_open_deadlines_with_an_entry(open_jobs: OpenJobs, program: Program) -> None:
    """At the next look of the service, not the next morning; once."""
    jobs_app = open_jobs("2026-11-23 12:00")
    jobs_app.deal()
    jobs_app.run()
    assert due(jobs_app) == "2026-11-25"
    jobs_app.program = with_rule(program, extra_days_off=(DAY_OFF,))
    jobs_app.run("2026-11-23 12:05")
    jobs_app.run("2026-11-23 12:10")
    assert due(jobs_app) == "2026-11-26"
    moves = [entry for entry in jobs_app.record()["history"] if entry["what"] == Action.MOVE_DEADLINE]
    assert [(move["who"], move["from"][:10], move["to"][:10]) for move in moves] == [
        ("system", "2026-11-25", "2026-11-26")
    ]


def test_a_change_while_the_service_was_down_is_found_at_its_start(
    open_jobs: OpenJobs, program: Program
) -> None:
    """So is a new release of the days off that a package knows."""
    jobs_app = open_jobs("2026-11-23 12:00")
    jobs_app.deal()
    jobs_app.run()
    jobs_app.program = with_rule(program, extra_days_off=(DAY_OFF,))
    jobs_app.restart()
    jobs_app.run("2026-11-23 13:00")
    assert due(jobs_app) == "2026-11-26"
    jobs_app.program = program
    jobs_app.restart()
    jobs_app.run("2026-11-23 14:00")
    assert due(jobs_app) == "2026-11-25"


def test_what_is_decided_keeps_the_deadline_it_had(open_jobs: OpenJobs, program: Program) -> None:
    jobs_app = open_jobs("2026-11-23 12:00")
    jobs_app.deal()
    jobs_app.approve()
    before = jobs_app.record()
    jobs_app.program = with_rule(program, extra_days_off=(DAY_OFF,))
    jobs_app.run()
    assert jobs_app.record() == before


def test_one_that_cannot_be_counted_keeps_nobody_else(open_jobs: OpenJobs, program: Program, caplog) -> None:
    jobs_app = open_jobs("2026-11-23 12:00")
    broken = jobs_app.deal("DEAL-2222-2222")
    jobs_app.deal("DEAL-3333-3333")
    jobs_app.run()
    with jobs_app.store.batch() as batch:
        batch.replace("records", {**broken, "deadline": {"nonsense": "advisor@partner.example"}}, 1)
    jobs_app.program = with_rule(program, extra_days_off=(DAY_OFF,))
    jobs_app.run()
    assert due(jobs_app, "DEAL-3333-3333") == "2026-11-26"
    assert "DEAL-2222-2222" in str([vars(each) for each in caplog.records])
    assert "advisor@partner.example" not in str([vars(each) for each in caplog.records])


def test_the_reminder_follows_the_new_deadline(open_jobs: OpenJobs, program: Program) -> None:
    jobs_app = open_jobs("2026-11-23 12:00")
    jobs_app.let_in(ADVISOR)
    jobs_app.deal()
    jobs_app.run()
    jobs_app.program = with_rule(program, extra_days_off=(DAY_OFF,))
    jobs_app.hours("2026-11-26 12:00")
    assert jobs_app.reminded() == ["2026-11-25 07:00", "2026-11-26 07:00"]
