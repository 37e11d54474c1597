"""Schema version: which shape the stored documents have. Older data is upgraded when it is opened."""

from datetime import datetime
from pathlib import Path

from forms_service.domain.table_names import (
    ACCESS_REQUESTS,
    AUDIT_EVENTS,
    IDEMPOTENCY_KEYS,
    JOB_STATE,
    SCHEMA,
)
from forms_service.services import backups
from forms_service.store.disk import Disk
from forms_service.store.errors import StoreError
from forms_service.store.maintenance import free_name
from forms_service.store.store import Store, transactional

VERSION = 2
"""Goes up by one with each change that older data needs an upgrade for. Data without a number is 0."""
_ID = "schema"
_RENAMED = {
    "deeds": AUDIT_EVENTS,
    "asks": ACCESS_REQUESTS,
    "rounds": JOB_STATE,
    "marks": IDEMPOTENCY_KEYS,
}
"""Tables that were renamed: three in version 1, the last one in version 2."""
_DROPPED = ("partner_rows",)
"""Tables that version 2 has no more: the list of partners is computed."""
_ROWS_COUNTED = "partner-rows"
"""Of the table `job_state`, until version 1: the day for which those rows were counted."""


class SchemaTooNew(StoreError):
    """The data was stored by a newer version of this software. It stays exactly as found."""

    def __init__(self, path: Path, version: int) -> None:
        super().__init__(
            f"{path}: the data has schema version {version}, this software knows up to {VERSION}; "
            "use the version of the software that stored it, or a newer one"
        )
        self.version = version


def upgrade(store: Store, path: Path, disk: Disk, now: datetime) -> None:
    """Bring the data of a store, whose file is `path`, up to VERSION: all of it, or nothing.

    Before, a copy of all there is is kept beside it and noted like any backup.

    Raises:
        SchemaTooNew: nothing was changed.
        StoreError, OSError: nothing was changed; the next call starts over.
    """
    found = store.get(SCHEMA, _ID)
    version = found["number"] if found else 0
    if version > VERSION:
        raise SchemaTooNew(path, version)
    if version == VERSION:
        return
    if store.db.tables():
        backups.make(path.parent, free_name(disk, path, "before"), now, path, disk)
    _rename_tables(store)


@transactional
def _rename_tables(store: Store) -> None:
    with store.batch() as batch:
        with store.db.batch() as transaction:
            for old, new in _RENAMED.items():
                transaction.rename(old, new)
            for table in _DROPPED:
                transaction.drop(table)
        if batch.get(JOB_STATE, _ROWS_COUNTED):
            batch.remove(JOB_STATE, _ROWS_COUNTED)
        numbered = {"id": _ID, "number": VERSION}
        if found := batch.get(SCHEMA, _ID):
            batch.replace(SCHEMA, numbered, found["version"])
        else:
            batch.add(SCHEMA, numbered)
