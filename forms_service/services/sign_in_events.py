"""Sign-in events (ASVS 16.3): audit events of successful sign-ins and of refused attempts.

They stand in the table of all that was done (`deeds`). An event names a person by their id, never by address.
What a stranger can cause is counted in memory and written at most once an hour for each kind, so that nobody
fills the list or the disk with it; what was not written is lost when the service ends.
"""

import logging
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from forms_service.domain.auth.roles import UserKind
from forms_service.domain.clock import stamp
from forms_service.domain.table_names import AUDIT_EVENTS
from forms_service.store.errors import StoreUnavailable
from forms_service.store.store import Document, Store, transactional

TABLE = AUDIT_EVENTS
SOMEBODY = "somebody"
"""Stands for whoever was kept out: they are counted, not named."""
WRITTEN_EVERY = timedelta(hours=1)

log = logging.getLogger(__name__)


class SignInEvent(StrEnum):
    """Audit events of authentication; `kind` says whether staff or partner."""

    SIGNED_IN = "signed_in"
    """`who` is the person's id."""
    SESSIONS_ENDED = "sessions_ended"
    """By the person themselves, all but the one they were in; `count` is how many."""
    LINK_REFUSED = "link_refused"
    """`count` times a sign-in link was used, replaced, too old or none of ours."""
    CODE_WRONG = "code_wrong"
    LOCKED_OUT = "locked_out"
    """No link was sent as the limit was reached, or a link ended as its code was guessed at."""
    ROLE_REFUSED = "role_refused"
    """Somebody signed in asked for what their role or kind may not."""


def audit_event(who: str, what: str, at: datetime, **facts: Any) -> Document:
    """Build an audit event for `TABLE`; facts hold no text that anybody wrote."""
    return {"id": secrets.token_hex(16), "at": stamp(at), "who": who, "what": what, **facts}


class RefusalCounter:
    """Counter of refused attempts, which strangers can cause. Thread-safe."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._counted: Counter[tuple[SignInEvent, UserKind]] = Counter()
        self._written_at: dict[tuple[SignInEvent, UserKind], datetime] = {}

    def count(self, what: SignInEvent, kind: UserKind) -> None:
        """Count one. Writes nothing, so it fits into any request and any batch."""
        with self._lock:
            self._counted[what, kind] += 1

    def write_due(self) -> None:
        """Write an event for each kind counted, at most one an hour.

        What cannot be stored now is counted on.
        """
        now = self._clock()
        due = self._take_due(now)
        if not due:
            return
        try:
            self._write(due, now)
        except StoreUnavailable:
            with self._lock:
                self._counted.update(due)
            return
        for (what, kind), count in due.items():
            log.warning("kept out", extra={"what": str(what), "kind": str(kind), "count": count})

    @transactional
    def _write(self, due: Mapping[tuple[SignInEvent, UserKind], int], now: datetime) -> None:
        with self._store.batch() as batch:
            for (what, kind), count in due.items():
                batch.add(TABLE, audit_event(SOMEBODY, what, now, kind=str(kind), count=count))

    def _take_due(self, now: datetime) -> dict[tuple[SignInEvent, UserKind], int]:
        """What is to be written now, no longer counted. A clock that was set back holds nothing up."""
        with self._lock:
            due = {
                key: count
                for key, count in self._counted.items()
                if key not in self._written_at or abs(now - self._written_at[key]) >= WRITTEN_EVERY
            }
            for key in due:
                del self._counted[key]
                self._written_at[key] = now
            return due
