"""TinyDB's storage on the journal: all is read and written at once, and only what differs is stored."""

import errno
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tinydb.storages import Storage

from .disk import Disk
from .documents import decode_document, encode_document
from .journal import Journal
from .tables import Table
from .transaction import Transaction


class JournalStorage(Storage):
    """TinyDB's storage in a journal: `TinyDB(path, storage=JournalStorage)`.

    Works with TinyDB's own tables, which read and write everything at each change; only what differs goes to
    the file. With `JournalTable`, as `open_database` puts them together, nothing grows with the data.

    Raises, when made:
        FileNotFoundError: the folder is missing; `create_dirs` makes it.
        StoreError: as `Journal` does.
    """

    def __init__(
        self,
        path: str | Path,
        create_dirs: bool = False,
        *,
        tables: Mapping[str, Table] | None = None,
        disk: Disk | None = None,
    ) -> None:
        disk = disk or Disk()
        if create_dirs:
            disk.make_folder(Path(path).parent)
        elif not Path(path).parent.is_dir():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
        self.journal = Journal(Path(path), tables, disk)

    def read(self) -> dict[str, dict[str, Any]] | None:
        """A copy of everything; None while there is no table."""
        reading = self.journal.reading()
        found = {
            table: {id: decode_document(raw) for id, raw in reading.documents(table)}
            for table in reading.tables()
        }
        return found or None

    def write(self, data: Mapping[str, Mapping[Any, Mapping[str, Any]]]) -> None:
        """Make the store hold exactly this, in this order."""
        with self.journal.transaction() as transaction:
            for table in transaction.tables():
                if table not in data:
                    transaction.drop(table)
            for table, documents in data.items():
                _make_equal(transaction, table, {str(id): document for id, document in documents.items()})

    def close(self) -> None:
        self.journal.close()


def _make_equal(transaction: Transaction, table: str, documents: Mapping[str, Mapping[str, Any]]) -> None:
    before = dict(transaction.documents(table))
    kept = [id for id in before if id in documents]
    if kept != list(documents)[: len(kept)]:
        transaction.drop(table)
        before = {}
    transaction.create(table)
    for id in before.keys() - documents.keys():
        transaction.remove(table, id)
    for id, document in documents.items():
        raw, read = encode_document(document)
        if before.get(id) != raw:
            transaction.put(table, id, raw, read)
