"""T2: nothing is deleted by a clock that cannot be believed."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from forms_service.domain.submissions.workflow import Action
from forms_service.services import clock_guard
from partner_program import Program
from tests.factories.clock import warsaw
from tests.factories.jobs import ADMIN, JobsApp
from tests.jobs.test_retention import with_retention

OpenJobs = Callable[..., JobsApp]


@pytest.fixture
def jobs_app(open_jobs: OpenJobs, program: Program) -> JobsApp:
    """An application kept until 23 December, and a service that has run until 1 December."""
    jobs_app = open_jobs("2026-11-23 12:00", with_retention(program, closed_applications_months=1))
    jobs_app.let_in(ADMIN, "administrator")
    jobs_app.application()
    jobs_app.do("APP-2222-2222", Action.WITHDRAW)
    jobs_app.mail("withdrawn", "APP-2222-2222", "kontakt@partner.example")
    jobs_app.days(8)
    return jobs_app


def test_a_year_ahead_deletes_nothing(jobs_app: JobsApp) -> None:
    """However long it lasts: not records, not mails; administrators are told once; reminders go on."""
    jobs_app.deal("DEAL-2222-2222")
    jobs_app.clock.now += timedelta(days=365)
    jobs_app.days(10)
    assert jobs_app.references() == {"APP-2222-2222", "DEAL-2222-2222"}
    assert jobs_app.mails("withdrawn")
    assert jobs_app.mails("retention") == []
    assert [(mail["to"], mail["facts"]["known"][:10]) for mail in jobs_app.mails("clock")] == [
        (ADMIN, "2026-12-01")
    ]
    assert jobs_app.mails("reminder")


def test_a_year_ahead_deletes_not_even_what_is_announced(jobs_app: JobsApp) -> None:
    """It was to go on the next day, and goes on the next true day."""
    jobs_app.days(22)
    (announced,) = jobs_app.mails("retention")
    assert announced["facts"]["day"] == "2026-12-24"
    true = jobs_app.clock.now
    jobs_app.clock.now += timedelta(days=365)
    jobs_app.days(3)
    assert jobs_app.references() == {"APP-2222-2222"}
    jobs_app.clock.now = true
    jobs_app.days(1)
    assert jobs_app.references() == set()


def test_when_the_clock_is_right_again_all_is_as_before(jobs_app: JobsApp) -> None:
    """Nobody has to confirm anything, and nothing goes early."""
    jobs_app.clock.now += timedelta(days=365)
    jobs_app.days(1)
    jobs_app.run("2026-12-01 09:00")
    assert clock_guard.skew(jobs_app.store, jobs_app.clock.now) is None
    jobs_app.days(21)
    assert jobs_app.references() == {"APP-2222-2222"}
    assert jobs_app.told("retention") == []
    jobs_app.days(2)
    assert [when for when, _, _ in jobs_app.told("retention")] == ["2026-12-23 08:00"]
    assert jobs_app.references() == set()


def test_an_operator_confirms_it_and_then_it_is_announced_first(jobs_app: JobsApp) -> None:
    """The service was off for two months."""
    jobs_app.run("2027-02-01 08:00")
    doubt = clock_guard.skew(jobs_app.store, jobs_app.clock.now)
    assert doubt == clock_guard.ClockSkew(warsaw("2027-02-01 08:00"), warsaw("2026-12-01 08:00"))
    assert jobs_app.scheduler.clearing.plan.preview(jobs_app.clock.now).clock_skew == doubt
    clock_guard.confirm(jobs_app.store, jobs_app.clock.now, by=ADMIN)
    assert clock_guard.skew(jobs_app.store, jobs_app.clock.now) is None
    jobs_app.days(1)
    assert jobs_app.references() == {"APP-2222-2222"}
    assert jobs_app.mails("retention")[0]["facts"]["day"] == "2027-02-03"
    jobs_app.days(1)
    assert jobs_app.references() == set()


@pytest.mark.parametrize(("jump", "believed"), [(-3, False), (-1, True), (0, True), (6, True), (8, False)])
def test_how_far_is_too_far(jobs_app: JobsApp, jump: int, believed: bool) -> None:
    """A holiday is not, a month is. Behind what has happened, a day."""
    assert (clock_guard.skew(jobs_app.store, jobs_app.clock.now + timedelta(days=jump)) is None) is believed


def test_a_doubted_time_is_never_the_last_one_known(jobs_app: JobsApp) -> None:
    """It does not become believed by lasting, nor by small steps while it is doubted."""
    true = jobs_app.clock.now
    for days in range(10, 40):
        jobs_app.run(true + timedelta(days=days))
    assert clock_guard.skew(jobs_app.store, jobs_app.clock.now) == clock_guard.ClockSkew(
        jobs_app.clock.now, warsaw("2026-12-01 08:00")
    )
    assert jobs_app.references() == {"APP-2222-2222"}


def test_a_clock_that_starts_in_1970_needs_nobody(jobs_app: JobsApp) -> None:
    """A board without a battery: until it has heard the time it deletes nothing, and then all is well."""
    true = jobs_app.clock.now
    jobs_app.run("1970-01-01 08:00")
    assert clock_guard.skew(jobs_app.store, jobs_app.clock.now) is not None
    jobs_app.clock.now = true
    jobs_app.days(1)
    assert clock_guard.skew(jobs_app.store, jobs_app.clock.now) is None


def test_a_restored_backup_is_not_cleared_at_once(open_jobs: OpenJobs, program: Program) -> None:
    """Before any day's work is noted, the newest submission says what time it was."""
    jobs_app = open_jobs("2026-11-23 12:00", with_retention(program, closed_applications_months=1))
    jobs_app.application()
    jobs_app.do("APP-2222-2222", Action.WITHDRAW)
    jobs_app.run("2027-11-23 08:00")
    assert clock_guard.skew(jobs_app.store, jobs_app.clock.now) is not None
    jobs_app.days(3)
    assert jobs_app.references() == {"APP-2222-2222"}


def test_a_new_service_has_no_doubt(open_jobs: OpenJobs) -> None:
    jobs_app = open_jobs("2026-11-23 12:00")
    assert clock_guard.skew(jobs_app.store, jobs_app.clock.now) is None
    jobs_app.run()
    assert clock_guard.skew(jobs_app.store, jobs_app.clock.now) is None
    assert jobs_app.mails("clock") == []
