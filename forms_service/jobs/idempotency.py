"""Marks that something was done: made in the batch that does it, found after a restart, never made twice."""

from datetime import datetime

from forms_service.domain.clock import stamp
from forms_service.domain.table_names import IDEMPOTENCY_KEYS
from forms_service.store.store import Batch, Store

TABLE = IDEMPOTENCY_KEYS


def is_made(store: Store | Batch, key: str) -> bool:
    """Whether there is a mark with this key."""
    return store.get(TABLE, key) is not None


def make(batch: Batch, key: str, now: datetime) -> bool:
    """Make the mark with this key; False, and nothing changed, if there is one."""
    if is_made(batch, key):
        return False
    batch.add(TABLE, {"id": key, "at": stamp(now)})
    return True
