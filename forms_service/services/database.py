"""Database: the one store of the product, with its file and its tables."""

from pathlib import Path

from forms_service.services.tables import TABLES
from forms_service.settings import Settings
from forms_service.store.disk import Disk
from forms_service.store.errors import StaleVersion, StoreUnavailable
from forms_service.store.journal import Health
from forms_service.store.store import Store

__all__ = ["JOURNAL", "Health", "StaleVersion", "StoreUnavailable", "open_folder", "open_store"]

JOURNAL = "records.journal"
"""The file, in the folder of the data."""


def open_store(settings: Settings) -> Store:
    """Open the store of the service; a missing folder or file is made. One process owns it at a time.

    Raises:
        StoreError: as `Store` does.
    """
    return open_folder(settings.data_dir, waiting=settings.threads)


def open_folder(data_dir: Path, *, disk: Disk | None = None, waiting: int | None = None) -> Store:
    """Open the store in this folder for a command, without a server. `waiting` as in `Store`."""
    return Store(data_dir / JOURNAL, tables=TABLES, disk=disk, waiting=waiting)
