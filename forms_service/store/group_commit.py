"""Group commit: changes that wait while the disk is busy share the next sync. No format, no file.

There is no writer thread. Of those who wait, one at a time leads: takes all that is queued, writes it for
everybody, and hands the lead to the next. So one client alone pays no change of threads, and a fork finds
nothing that runs elsewhere.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from forms_service.store.errors import StoreUnavailable, in_words
from forms_service.store.format import Change
from forms_service.store.index_builder import Schema
from forms_service.store.overlay import Overlay
from forms_service.store.state import StoreState

STALLED_SECONDS = 0.5
"""From here on a change that is being written holds everybody up: nobody else may begin to wait."""


class Ticket:
    """Changes on their way to the disk, and how that ended."""

    __slots__ = ("_asleep", "abandoned", "cause", "changes", "leads", "settled")

    def __init__(self, changes: Sequence[Change] = ()) -> None:
        self.changes = changes
        self.settled = False
        self.cause: BaseException | None = None
        """Why the changes were not made; of a settled ticket only."""
        self.leads = False
        self.abandoned = False
        """Whoever waited was interrupted, so this one cannot lead."""
        self._asleep = threading.Lock()
        self._asleep.acquire()

    def sleep(self) -> None:
        """Wait until the ticket is settled or has the lead."""
        self._asleep.acquire()

    def wake(self) -> None:
        if self._asleep.locked():
            self._asleep.release()


class GroupCommit:
    """The committed state, the changes above it that are not on disk yet, and those who wait for them.

    `write` makes changes durable or raises; it never runs twice at a time. `mutex` is held for every look
    at the views, and never while waiting for the disk.
    """

    def __init__(
        self,
        state: StoreState,
        schema: Schema,
        write: Callable[[Sequence[Change]], None],
        waiting: int | None = None,
    ) -> None:
        """`waiting`: how many threads may make a change at a time, the wait for the disk included."""
        self.mutex = threading.Lock()
        self.committed = state
        self.pending = Overlay(state, schema)
        """The committed state with all that is queued and being written."""
        self.failures = 0
        """How often everything pending was taken back; what was begun before that must not be queued."""
        self.changes_made = 0
        """Grows with each change of the committed state."""
        self._schema = schema
        self._write = write
        self._queue: list[Ticket] = []
        self._guests: list[Ticket] = []
        self._led = False
        self._writing_since: float | None = None
        self._waiting = waiting
        self._inside = 0
        self._left = threading.Condition()

    def busy_seconds(self) -> float:
        """For how long what is being written now has been; 0 where nothing is."""
        since = self._writing_since
        return 0.0 if since is None else time.monotonic() - since

    def enter(self) -> None:
        """Begin a change, which `leave` ends. Returns at once, or when others have ended theirs.

        Raises:
            StoreUnavailable: as many as may wait do, and the disk does not answer them.
        """
        if self._waiting is None:
            return
        with self._left:
            while self._inside >= self._waiting:
                patience = STALLED_SECONDS - self.busy_seconds()
                if patience <= 0:
                    raise StoreUnavailable("the disk does not answer")
                self._left.wait(patience)
            self._inside += 1

    def leave(self) -> None:
        """The change is on disk, or will not be."""
        if self._waiting is not None:
            with self._left:
                self._inside -= 1
                self._left.notify()

    def enqueue(self, layer: Overlay | None, failures: int) -> Ticket | None:
        """Make what a layer changes pending. None if there is nothing to wait for: no changes, none pending.

        Raises:
            StoreUnavailable: what they were made upon has been taken back, as `failures` tells.
        """
        with self.mutex:
            if self.failures != failures:
                raise StoreUnavailable("the change before this one failed")
            changes = layer.changes() if layer else ()
            if not changes and not self._led and not self._queue:
                return None
            if layer and self.pending.is_empty():
                self.pending = layer  # it lies on what is pending, and there is nothing between them
            else:
                self.pending.apply(changes)
            ticket = Ticket(changes)
            self._queue.append(ticket)
            return ticket

    def wait(self, ticket: Ticket) -> None:
        """Return when the changes are on disk.

        Raises:
            StoreUnavailable: they are not, and will not be.
        """
        self._sleep_unless_free(ticket)
        if not ticket.settled:
            self._lead()
        if ticket.cause is not None:
            raise StoreUnavailable(in_words(ticket.cause)) from ticket.cause

    def finish(self) -> None:
        """Return when all that is queued is on disk, or has failed."""
        with suppress(StoreUnavailable):
            ticket = self.enqueue(None, self.failures)
            if ticket:
                self.wait(ticket)

    @contextmanager
    def alone(self, *, wait: bool = True) -> Iterator[None]:
        """Nothing is being written while the block runs. Readers are not held up, nor is queueing.

        Raises:
            StoreUnavailable: something is being written, and the caller does not want to `wait`.
        """
        self._sleep_unless_free(Ticket(), guest=True, wait=wait)
        self._writing_since = time.monotonic()
        try:
            yield
        finally:
            self._writing_since = None
            self._hand_over()

    def _sleep_unless_free(self, ticket: Ticket, guest: bool = False, wait: bool = True) -> None:
        """Return with the ticket settled or leading."""
        with self.mutex:
            if ticket.settled:
                return
            if not self._led:
                self._led = ticket.leads = True
                return
            if not wait:
                raise StoreUnavailable("something is being written")
            if guest:
                self._guests.append(ticket)
        try:
            ticket.sleep()
        except BaseException:
            self._abandon(ticket)
            raise

    def _abandon(self, ticket: Ticket) -> None:
        """The changes stay queued, but the lead must not get lost with an interrupted thread."""
        with self.mutex:
            ticket.abandoned = True
            leads = ticket.leads and not ticket.settled
        if leads:
            self._hand_over()

    def _lead(self) -> None:
        with self.mutex:
            group, self._queue = self._queue, []
            written, self.pending = self.pending, Overlay(self.pending, self._schema)
        changes = [change for ticket in group for change in ticket.changes]
        try:
            if changes:
                # From here: a thread that has to wait for the processor first is no stalled disk.
                self._writing_since = time.monotonic()
                self._write(changes)
        except BaseException as error:
            self._take_back(group, error)
            if not isinstance(error, Exception):
                raise
        else:
            with self.mutex:
                self.changes_made += 1
                self.committed.apply(changes, self.changes_made)
                self.pending.below = self.committed
                written.clear()
                self._settle(group, None)
        finally:
            self._writing_since = None
            self._hand_over()

    def _take_back(self, group: list[Ticket], cause: BaseException) -> None:
        """Everything pending may rest on what failed, so it fails too, and memory is as the disk again."""
        with self.mutex:
            queued, self._queue = self._queue, []
            self.pending = Overlay(self.committed, self._schema)
            self.failures += 1
            self._settle(group + queued, cause)

    def _settle(self, tickets: list[Ticket], cause: BaseException | None) -> None:
        for ticket in tickets:
            ticket.cause = cause
            ticket.settled = True
            ticket.wake()

    def _hand_over(self) -> None:
        with self.mutex:
            heir = next((ticket for ticket in self._guests + self._queue if not ticket.abandoned), None)
            self._guests = [guest for guest in self._guests if guest is not heir and not guest.abandoned]
            self._led = heir is not None
            if heir:
                heir.leads = True
                heir.wake()
