"""Deliver the mails that the store says are owed: each at least once, one at a time, oldest first.

A mail is handed over first and marked as sent afterwards. A crash in between sends it again, with the same
Message-ID and the same bytes; a crash anywhere else changes nothing.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from forms_service.mail.delivery import Courier, Document, mistake
from forms_service.mail.errors import Unreachable
from forms_service.mail.waits import WHILE_UNREACHABLE, Waits
from forms_service.moments import moment, stamp
from forms_service.store.errors import StoreError
from forms_service.store.records import Store

_HELD = 20
"""Mails in memory at a time, however many are queued."""
_LOOK_AGAIN = timedelta(seconds=60)
"""The queue is looked at this often without being woken, so that a clock that jumps costs a minute."""
_FOR_EVER = "9999"

_log = logging.getLogger(__name__)


class Rest(NamedTuple):
    """How long there is nothing to do."""

    time: timedelta
    undisturbed: bool = False
    """New mail does not end it: no mail can be handed over anyway."""


class Outbox:
    """The sender. `deliver_due` does the work; `start` has a thread do it whenever there is some.

    Once stopped, an outbox and its courier's transport are of no more use.
    """

    def __init__(
        self,
        store: Store,
        courier: Courier,
        *,
        clock: Callable[[], datetime],
        while_unreachable: Waits = WHILE_UNREACHABLE,
    ) -> None:
        self._store = store
        self._courier = courier
        self._clock = clock
        self._while_unreachable = while_unreachable
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)
        self._news = threading.Event()
        self._stopping = threading.Event()
        self._latest = clock()
        self._failures_in_a_row = 0
        self._unrecorded: tuple[str, Document] | None = None
        self.trouble: str | None = None
        """Why no mail can be handed over at the moment, for the desk; None where all is well."""

    def start(self) -> None:
        """Begin to deliver, in a thread of its own."""
        self._thread.start()

    def wake(self) -> None:
        """There is new mail. Costs nothing, can be called from anywhere."""
        self._news.set()

    def stop(self, timeout: float) -> bool:
        """End within `timeout` seconds; whether it did. Half of them are for the mail that is on its way.

        What could not be finished stays queued.
        """
        self._stopping.set()
        self._news.set()
        if self._thread.is_alive():
            self._thread.join(timeout / 2)
        self._courier.transport.close()
        if self._thread.is_alive():
            self._thread.join(timeout / 2)
        return not self._thread.is_alive()

    def deliver_due(self) -> Rest:
        """Try everything that is due, oldest first, and say when to come back."""
        try:
            self._record_outstanding()
            while not self._stopping.is_set() and (due := self._due()):
                for mail in due:
                    self._deliver(mail["id"])
        except Unreachable as error:
            return self._pause(str(error), error.code or type(error).__name__)
        except StoreError as error:
            return self._pause(f"the store: {error}", type(error).__name__)
        return self._until_next()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._news.clear()
            try:
                rest = self.deliver_due()
            except Exception as error:  # our mistake; the thread must live, for the mail that comes later
                _log.error("outbox stumbled", extra={"reason": mistake(error)})
                rest = Rest(_LOOK_AGAIN, undisturbed=True)
            (self._stopping if rest.undisturbed else self._news).wait(rest.time.total_seconds())

    def _due(self) -> list[Document]:
        """The next few. What lies further ahead than any wait was dated by a wrong clock, and is due, too."""
        now = self._now()
        return self._between("", stamp(now)) or self._between(stamp(now + self._too_far()), _FOR_EVER)

    def _until_next(self) -> Rest:
        now = self._now()
        following = self._between(stamp(now), stamp(now + _LOOK_AGAIN))
        wait = moment(following[0]["next_attempt_at"]) - now if following else _LOOK_AGAIN
        return Rest(wait)

    def _between(self, first: str, last: str) -> list[Document]:
        return self._store.range("mails", "due", ("queued", first), ("queued", last), _HELD)

    def _too_far(self) -> timedelta:
        return self._courier.waits.ceiling + _LOOK_AGAIN

    def _now(self) -> datetime:
        """The clock, except that it stands still when set back a little, so that what is due stays due."""
        now = self._clock()
        if not now <= self._latest <= now + self._courier.waits.ceiling:
            self._latest = now
        return self._latest

    def _deliver(self, id: str) -> None:
        """One mail, one attempt, and what came of it. Raises Unreachable, StoreError."""
        mail = self._store.get("mails", id)
        if self._stopping.is_set() or mail is None or mail["state"] != "queued":
            return  # it is late, or somebody decided otherwise since the mail was listed
        changes = self._courier.attempt(mail, self._store.get("records", mail["record"]), self._now())
        self._failures_in_a_row, self.trouble = 0, None
        if changes["state"] == "sent" or not self._stopping.is_set():
            self._unrecorded = (id, changes)
            self._record_outstanding()

    def _record_outstanding(self) -> None:
        """Write down what came of the last mail. Until that is done no mail is touched, and it is kept:
        a full disk must not send one mail over and over."""
        if self._unrecorded is None:
            return
        id, changes = self._unrecorded
        with self._store.batch() as batch:
            mail = batch.get("mails", id)
            # Erased or decided otherwise meanwhile: that stands, unless the mail is really out.
            if mail is not None and (mail["state"] == "queued" or changes["state"] == "sent"):
                batch.replace("mails", {**mail, **changes}, mail["version"])
        self._unrecorded = None

    def _pause(self, trouble: str, loggable: object) -> Rest:
        if self._stopping.is_set():
            return Rest(timedelta(0))
        self._failures_in_a_row += 1
        self.trouble = trouble
        wait = self._while_unreachable.after(self._failures_in_a_row, self._courier.chance)
        _log.warning("mail waits", extra={"reason": loggable, "seconds": wait.seconds})
        return Rest(wait, undisturbed=True)
