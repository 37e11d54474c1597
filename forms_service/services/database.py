"""Database: the one store of the product, with its file, its tables and the upgrade of older data."""

from pathlib import Path

from forms_service.domain.clock import Clock
from forms_service.services import schema
from forms_service.services.clock_guard import system_clock
from forms_service.services.tables import TABLES
from forms_service.settings import Settings
from forms_service.store.disk import Disk
from forms_service.store.errors import StaleVersion, StoreUnavailable
from forms_service.store.journal import Health
from forms_service.store.store import Store

__all__ = ["JOURNAL", "Health", "StaleVersion", "StoreUnavailable", "open_folder", "open_store"]

JOURNAL = "records.journal"
"""The file, in the folder of the data."""


def open_store(settings: Settings, *, clock: Clock = system_clock) -> Store:
    """Open the store of the service; a missing folder or file is made. One process owns it at a time.

    Raises:
        SchemaTooNew: the data is of a newer version of this software.
        StoreError, OSError: as `Store` and `schema.upgrade` do.
    """
    return open_folder(settings.data_dir, waiting=settings.threads, clock=clock)


def open_folder(
    data_dir: Path, *, disk: Disk | None = None, waiting: int | None = None, clock: Clock = system_clock
) -> Store:
    """Open the store in this folder for a command, without a server. `waiting` as in `Store`."""
    path, disk = data_dir / JOURNAL, disk or Disk()
    store = Store(path, tables=TABLES, disk=disk, waiting=waiting)
    try:
        schema.upgrade(store, path, disk, clock())
    except BaseException:
        store.close()
        raise
    return store
