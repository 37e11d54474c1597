"""Worker thread: runs the scheduler whenever something is due or it is woken."""

import logging
import threading
from datetime import timedelta

from forms_service.domain.clock import Clock
from forms_service.jobs.scheduler import AFTER_TROUBLE, Scheduler
from forms_service.mail.outbox import mistake

LOOK_AGAIN = timedelta(minutes=5)
"""The clock is looked at this often, so that a jump of it, a new program or a mail that came back costs
minutes."""

_log = logging.getLogger(__name__)


class Worker:
    """Worker thread. Once stopped, it cannot be started again."""

    def __init__(self, rounds: Scheduler, clock: Clock) -> None:
        self._scheduler = rounds
        self._clock = clock
        self._news = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="rounds", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def wake(self) -> None:
        """Wake the thread. Cheap; safe from any thread."""
        self._news.set()

    def stop(self, timeout: float) -> bool:
        """Stop within `timeout` seconds, after the running job; returns whether it stopped."""
        self._stopping.set()
        self._news.set()
        if self._thread.is_alive():
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._news.clear()
            self._news.wait(self._round().total_seconds())

    def _round(self) -> timedelta:
        """One round; how long there is nothing to do."""
        now = self._clock()
        try:
            return max(timedelta(seconds=1), min(LOOK_AGAIN, self._scheduler.run_due(now) - now))
        except Exception as error:  # our mistake; the thread must live
            _log.error("the rounds stumbled", extra={"reason": mistake(error)})
            return AFTER_TROUBLE
