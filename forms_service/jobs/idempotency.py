"""Idempotency keys: stored in the batch that does the work, so that no job does anything twice."""

from datetime import datetime

from forms_service.domain.clock import stamp
from forms_service.domain.table_names import IDEMPOTENCY_KEYS
from forms_service.store.store import Batch, Store

TABLE = IDEMPOTENCY_KEYS


def is_used(store: Store | Batch, key: str) -> bool:
    """Whether this key is stored."""
    return store.get(TABLE, key) is not None


def use(batch: Batch, key: str, now: datetime) -> bool:
    """Store this key; False, and nothing changed, if it is there already."""
    if is_used(batch, key):
        return False
    batch.add(TABLE, {"id": key, "at": stamp(now)})
    return True
