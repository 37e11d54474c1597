"""The thread that does the rounds."""

import threading
from collections.abc import Callable
from datetime import timedelta

from forms_service.jobs.worker import LOOK_AGAIN, Worker
from tests.factories.jobs import ADVISOR, JobsApp

OpenJobs = Callable[..., JobsApp]


class Counted:
    """Rounds that say when they ran."""

    def __init__(self, jobs_app: JobsApp, fail: bool = False) -> None:
        self.jobs_app = jobs_app
        self.ran = threading.Semaphore(0)
        self.fail = fail

    def run_due(self, now):
        try:
            if self.fail:
                raise RuntimeError("a mistake about advisor@partner.example")
            return self.jobs_app.scheduler.run_due(now)
        finally:
            self.ran.release()


def test_it_runs_the_jobs_at_once_and_whenever_it_is_woken(open_jobs: OpenJobs) -> None:
    jobs_app = open_jobs("2026-11-23 12:00")
    jobs_app.let_in(ADVISOR)
    jobs_app.deal()
    rounds = Counted(jobs_app)
    watch = Worker(rounds, lambda: jobs_app.clock.now)  # type: ignore[arg-type] # the same shape
    watch.start()
    assert rounds.ran.acquire(timeout=10)
    jobs_app.clock.now += timedelta(days=1)
    watch.wake()
    assert rounds.ran.acquire(timeout=10)
    assert watch.stop(10)
    assert len(jobs_app.mails("reminder")) == 1


def test_a_mistake_does_not_end_it(open_jobs: OpenJobs, caplog) -> None:
    rounds = Counted(open_jobs("2026-11-23 12:00"), fail=True)
    watch = Worker(rounds, lambda: rounds.jobs_app.clock.now)  # type: ignore[arg-type]
    watch.start()
    assert rounds.ran.acquire(timeout=10)
    watch.wake()
    assert rounds.ran.acquire(timeout=10)
    assert watch.stop(10)
    assert "rounds stumbled" in caplog.text
    assert "advisor@partner.example" not in str([vars(record) for record in caplog.records])


def test_it_looks_at_the_clock_now_and_then(open_jobs: OpenJobs) -> None:
    """A clock that jumps costs minutes, whatever the rounds wait for."""
    jobs_app = open_jobs("2026-11-23 12:00")
    watch = Worker(jobs_app.scheduler, lambda: jobs_app.clock.now)
    assert watch._round() == LOOK_AGAIN
    jobs_app.clock.now = jobs_app.clock.now.replace(hour=5, minute=58)
    assert watch._round() == timedelta(minutes=2)


def test_one_that_was_never_started_stops(open_jobs: OpenJobs) -> None:
    jobs_app = open_jobs("2026-11-23 12:00")
    assert Worker(jobs_app.scheduler, lambda: jobs_app.clock.now).stop(1)
