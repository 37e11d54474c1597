"""Outbox: delivers queued mails at least once, one at a time, by priority, then age.

A mail is handed over first and marked as sent afterwards. A crash in between sends it again, with the same
Message-ID and the same bytes; a crash anywhere else changes nothing.
"""

import logging
import random
import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from forms_service.domain.clock import moment, stamp
from forms_service.domain.submissions.submission import Submission, parse
from forms_service.domain.table_names import MAILS, RECORDS
from forms_service.mail.event_mails import QUEUED, queue_of
from forms_service.mail.message import Deferred, MailRefused, Message, Unreachable, UnsafeMail
from forms_service.mail.priority import Priority
from forms_service.mail.retry_backoff import (
    BETWEEN_ATTEMPTS,
    GIVE_UP_AFTER_ATTEMPTS,
    WHILE_UNREACHABLE,
    Backoff,
)
from forms_service.mail.transport import Transport
from forms_service.server.traffic import Traffic
from forms_service.store.errors import StoreError
from forms_service.store.store import Document, Store, transactional

Compose = Callable[[Mapping[str, Any], Submission | None], Message | None]
"""Mail document and its record, if there is one -> message, or None where nothing is left to write about.
Raises UnsafeMail for what must never be sent."""


@dataclass(frozen=True)
class MailSender:
    """Hands one mail at a time to the transport."""

    transport: Transport
    compose: Compose
    backoff: Backoff = BETWEEN_ATTEMPTS
    chance: random.Random = field(default_factory=random.Random)

    def attempt(self, mail: Document, record: Submission | None, now: datetime) -> Document:
        """Try it once; what changes in its document. `state` is among that: one of

        - `sent`: the transport took it, as a `file` or to a mail server;
        - `queued`: not now, again at `next_attempt_at`;
        - `dead`: not deliverable, people have to know;
        - `dropped`: it is of no use any more, nobody needs to know.

        Raises:
            Unreachable: no mail can be handed over now; nothing changes in this one.
        """
        if mail["expires_at"] and moment(mail["expires_at"]) <= now:
            return self._dropped(mail, "it expired before it could be sent")
        try:
            message = self.compose(mail, record)
            if message is None:
                return self._dropped(mail, "what it is about is gone")
            self.transport.send(message)
        except (UnsafeMail, MailRefused) as error:
            return self._dead(mail, str(error), error.code or type(error).__name__)
        except Deferred as error:
            return self._later(mail, now, str(error), error.code or "connection broke")
        except Unreachable:
            raise
        except Exception as error:  # one mail that we cannot compose must not hold up the next
            return self._later(mail, now, f"we cannot compose it: {type(error).__name__}", mistake(error))
        _log.info("mail sent", extra=_about(mail))
        return {
            "state": "sent",
            "attempts": mail["attempts"] + 1,
            "problem": None,
            "sent_at": stamp(now),
            "file": self.transport.keeps_files,
        }

    def _later(self, mail: Document, now: datetime, problem: str, loggable: object) -> Document:
        attempts = mail["attempts"] + 1
        if attempts >= GIVE_UP_AFTER_ATTEMPTS:
            return self._dead(mail, problem, loggable)
        wait = self.backoff.after(attempts, self.chance)
        _log.warning("mail put off", extra=_about(mail) | {"reason": loggable, "seconds": wait.seconds})
        return {
            "state": "queued",
            "attempts": attempts,
            "problem": problem,
            "next_attempt_at": stamp(now + wait),
        }

    def _dead(self, mail: Document, problem: str, loggable: object) -> Document:
        _log.error("mail cannot be delivered", extra=_about(mail) | {"reason": loggable})
        return {"state": "dead", "attempts": mail["attempts"] + 1, "problem": problem}

    def _dropped(self, mail: Document, problem: str) -> Document:
        _log.info("mail dropped", extra=_about(mail) | {"reason": problem})
        return {"state": "dropped", "problem": problem}


def mistake(error: Exception) -> str:
    """Type and place of an exception, without its message, which may hold what a person wrote."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {last.name}, line {last.lineno} of {last.filename}"


def _about(mail: Document) -> dict[str, object]:
    return {"mail": mail["id"], "record": mail["record"], "attempt": mail["attempts"] + 1}


MAIL_WAITS_SECONDS = 1.0
"""How long a batch of mails lets people go first; it is written then, however busy the service is."""
BATCH = 10
"""So many mails are written before people may go first again."""
_QUEUES = (
    *(queue_of(priority) for priority in Priority if priority < Priority.CONFIRMATION),
    QUEUED,
    *(queue_of(priority) for priority in Priority if priority >= Priority.CONFIRMATION),
)
"""In the order in which mail leaves; what an earlier version owed has no priority."""
_LOOK_AGAIN = timedelta(seconds=60)
"""The queue is looked at this often without being woken, so that a clock that jumps costs a minute."""
_FOR_EVER = "9999"

_log = logging.getLogger(__name__)


class Rest(NamedTuple):
    """Pause of the outbox: how long there is nothing to do."""

    time: timedelta
    undisturbed: bool = False
    """New mail does not end it: no mail can be handed over anyway."""


class Outbox:
    """The outbox. `deliver_due` does the work; `start` has a thread do it whenever there is some.

    Once stopped, an outbox and its sender's transport are of no more use.
    """

    def __init__(
        self,
        store: Store,
        sender: MailSender,
        *,
        clock: Callable[[], datetime],
        while_unreachable: Backoff = WHILE_UNREACHABLE,
        traffic: Traffic | None = None,
    ) -> None:
        """`traffic` says whether people are being served, who go before mail that nobody waits for."""
        self._store = store
        self._sender = sender
        self._clock = clock
        self._while_unreachable = while_unreachable
        self._traffic = traffic or Traffic()
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)
        self._news = threading.Event()
        self._stopping = threading.Event()
        self._latest = clock()
        self._failures_in_a_row = 0
        self._unrecorded: tuple[str, Document] | None = None
        self.trouble: str | None = None
        """Why no mail can be handed over at the moment, for the desk; None where all is well."""

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def wake(self) -> None:
        """Wake the thread: there is new mail. Cheap; safe from any thread."""
        self._news.set()

    def stop(self, timeout: float) -> bool:
        """Stop within `timeout` seconds; returns whether it did. Half of them are for the mail in transfer.

        What could not be finished stays queued.
        """
        self._stopping.set()
        self._news.set()
        if self._thread.is_alive():
            self._thread.join(timeout / 2)
        self._sender.transport.close()
        if self._thread.is_alive():
            self._thread.join(timeout / 2)
        return not self._thread.is_alive()

    def deliver_due(self) -> Rest:
        """Send everything due, by priority, then the oldest first; returns when to come back."""
        try:
            self._record_outstanding()
            with self._sender.transport.session():
                self._deliver_all()
        except Unreachable as error:
            return self._pause(str(error), error.code or type(error).__name__)
        except StoreError as error:
            return self._pause(f"the store: {error}", type(error).__name__)
        return self._until_next()

    def _deliver_all(self) -> None:
        """One after the other, looking each time for what has to go first by now."""
        left = 0
        while not self._stopping.is_set() and (mail := self._next()):
            if mail.get("priority") == Priority.ACCESS:
                self._traffic.give_way()  # to the answer of whoever asked for it
            elif left == 0:
                self._traffic.wait_for_calm(MAIL_WAITS_SECONDS, unless=self._is_needed)
                left = 0 if self._is_needed() else BATCH
                continue
            else:
                left -= 1
            self._deliver(mail["id"])

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._news.clear()
            try:
                rest = self.deliver_due()
            except Exception as error:  # our mistake; the thread must live, for the mail that comes later
                _log.error("outbox stumbled", extra={"reason": mistake(error)})
                rest = Rest(_LOOK_AGAIN, undisturbed=True)
            (self._stopping if rest.undisturbed else self._news).wait(rest.time.total_seconds())

    def _next(self) -> Document | None:
        """What is due first. What lies further ahead than any wait was dated by a wrong clock, and is due."""
        now = self._now()
        spans = (("", stamp(now)), (stamp(now + self._too_far()), _FOR_EVER))
        due = (self._first(queue, *span) for span in spans for queue in _QUEUES)
        return next((mail for mail in due if mail), None)

    def _is_needed(self) -> bool:
        """Whether there is something that cannot wait until the service is less busy."""
        return self._stopping.is_set() or bool(self._first(_QUEUES[0], "", stamp(self._now())))

    def _until_next(self) -> Rest:
        now = self._now()
        soon = stamp(now), stamp(now + _LOOK_AGAIN)
        following = [
            moment(mail["next_attempt_at"]) for queue in _QUEUES if (mail := self._first(queue, *soon))
        ]
        return Rest(min(following) - now if following else _LOOK_AGAIN)

    def _first(self, queue: str, since: str, until: str) -> Document | None:
        """The oldest mail of a queue that is due in this time."""
        return next(iter(self._store.range(MAILS, "due", (queue, since), (queue, until), 1)), None)

    def _too_far(self) -> timedelta:
        return self._sender.backoff.ceiling + _LOOK_AGAIN

    def _now(self) -> datetime:
        """The clock, except that it stands still when set back a little, so that what is due stays due."""
        now = self._clock()
        if not now <= self._latest <= now + self._sender.backoff.ceiling:
            self._latest = now
        return self._latest

    def _deliver(self, id: str) -> None:
        """One mail, one attempt, and what came of it. Raises Unreachable, StoreError."""
        mail = self._store.get(MAILS, id)
        if self._stopping.is_set() or mail is None or mail["state"] != "queued":
            return  # it is late, or somebody decided otherwise since the mail was listed
        changes = self._sender.attempt(mail, parse(self._store.get(RECORDS, mail["record"])), self._now())
        self._failures_in_a_row, self.trouble = 0, None
        if changes["state"] == "sent" or not self._stopping.is_set():
            self._unrecorded = (id, changes)
            self._record_outstanding()

    @transactional
    def _record_outstanding(self) -> None:
        """Write down what came of the last mail. Until that is done no mail is touched, and it is kept:
        a full disk must not send one mail over and over."""
        if self._unrecorded is None:
            return
        id, changes = self._unrecorded
        with self._store.batch() as batch:
            mail = batch.get(MAILS, id)
            # Erased or decided otherwise meanwhile: that stands, unless the mail is really out.
            if mail is not None and (mail["state"] == "queued" or changes["state"] == "sent"):
                batch.replace(MAILS, {**mail, **changes}, mail["version"])
        self._unrecorded = None

    def _pause(self, trouble: str, loggable: object) -> Rest:
        if self._stopping.is_set():
            return Rest(timedelta(0))
        self._failures_in_a_row += 1
        self.trouble = trouble
        wait = self._while_unreachable.after(self._failures_in_a_row, self._sender.chance)
        _log.warning("mail waits", extra={"reason": loggable, "seconds": wait.seconds})
        return Rest(wait, undisturbed=True)
