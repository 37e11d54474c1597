"""The thread that does the rounds."""

import threading
from collections.abc import Callable
from datetime import timedelta

from forms_service.jobs.worker import LOOK_AGAIN, Worker
from tests.factories.jobs import ADVISOR, Office

OpenOffice = Callable[..., Office]


class Counted:
    """Rounds that say when they ran."""

    def __init__(self, office: Office, fail: bool = False) -> None:
        self.office = office
        self.ran = threading.Semaphore(0)
        self.fail = fail

    def run_due(self, now):
        try:
            if self.fail:
                raise RuntimeError("a mistake about advisor@partner.example")
            return self.office.rounds.run_due(now)
        finally:
            self.ran.release()


def test_it_does_the_rounds_at_once_and_whenever_it_is_woken(open_office: OpenOffice) -> None:
    office = open_office("2026-11-23 12:00")
    office.let_in(ADVISOR)
    office.deal()
    rounds = Counted(office)
    watch = Worker(rounds, lambda: office.now)  # type: ignore[arg-type] # the same shape
    watch.start()
    assert rounds.ran.acquire(timeout=10)
    office.now += timedelta(days=1)
    watch.wake()
    assert rounds.ran.acquire(timeout=10)
    assert watch.stop(10)
    assert len(office.mails("reminder")) == 1


def test_a_mistake_does_not_end_it(open_office: OpenOffice, caplog) -> None:
    rounds = Counted(open_office("2026-11-23 12:00"), fail=True)
    watch = Worker(rounds, lambda: rounds.office.now)  # type: ignore[arg-type]
    watch.start()
    assert rounds.ran.acquire(timeout=10)
    watch.wake()
    assert rounds.ran.acquire(timeout=10)
    assert watch.stop(10)
    assert "rounds stumbled" in caplog.text
    assert "advisor@partner.example" not in str([vars(record) for record in caplog.records])


def test_it_looks_at_the_clock_now_and_then(open_office: OpenOffice) -> None:
    """A clock that jumps costs minutes, whatever the rounds wait for."""
    office = open_office("2026-11-23 12:00")
    watch = Worker(office.rounds, lambda: office.now)
    assert watch._round() == LOOK_AGAIN
    office.now = office.now.replace(hour=5, minute=58)
    assert watch._round() == timedelta(minutes=2)


def test_one_that_was_never_started_stops(open_office: OpenOffice) -> None:
    office = open_office("2026-11-23 12:00")
    assert Worker(office.rounds, lambda: office.now).stop(1)
